"""Sums beside the rows they count, so that a report costs the same at a thousand people and at a million.

Triggers keep them in the transaction of the rows (communications/migrations/0003_counters.py), so no way of
writing can forget them. A chunk is one worker's, hence so are its counts: workers do not wait for one another."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement
from communications.models.deliveries import DeliveryState
from communications.models.engagement import Action, Actor


def _of_announcement(**options) -> models.ForeignKey:
    return models.ForeignKey(
        Announcement, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+", **options
    )


class DeliveryCount(models.Model):
    """Deliveries of a chunk by state. `reason` is told apart for what was suppressed, since those reasons are ours; `read` are
    those that were on a screen in the portal."""

    pk = models.CompositePrimaryKey("announcement_id", "channel", "chunk", "state", "reason")
    announcement = _of_announcement()
    channel = models.CharField(max_length=20)
    chunk = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=DeliveryState.choices)
    reason = models.CharField(max_length=300, blank=True)
    rows = models.IntegerField()
    read = models.IntegerField()

    class Meta:
        verbose_name = _("count of deliveries")
        verbose_name_plural = _("counts of deliveries")

    def __str__(self) -> str:
        return f"{self.announcement_id}/{self.channel}/{self.chunk} {self.state}: {self.rows}"


class TouchCount(models.Model):
    """People by what they did. Whoever acted also as a person counts as one; `machine` are those for whom only machines acted."""

    pk = models.CompositePrimaryKey("announcement_id", "action", "actor")
    announcement = _of_announcement()
    action = models.CharField(max_length=12, choices=Action.choices)
    actor = models.CharField(max_length=12, choices=Actor.choices)
    people = models.IntegerField()

    class Meta:
        verbose_name = _("count of touches")
        verbose_name_plural = _("counts of touches")

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.action} by {self.actor}: {self.people}"


class HitCount(models.Model):
    """Every hit, not only the first of a person: by what a machine was suspected for ("" where none was) and the link."""

    pk = models.CompositePrimaryKey("announcement_id", "action", "signal", "link")
    announcement = _of_announcement()
    action = models.CharField(max_length=12, choices=Action.choices)
    signal = models.CharField(max_length=60, blank=True)
    link = models.IntegerField(help_text=_("-1 where it was none."))
    hits = models.IntegerField()

    class Meta:
        verbose_name = _("count of hits")
        verbose_name_plural = _("counts of hits")

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.action} {self.signal} {self.link}: {self.hits}"


class LinkCount(models.Model):
    """People by the link that they followed. Whoever followed it also as a person counts as one, as in `TouchCount`."""

    pk = models.CompositePrimaryKey("announcement_id", "link", "actor")
    announcement = _of_announcement()
    link = models.IntegerField()
    actor = models.CharField(max_length=12, choices=Actor.choices)
    people = models.IntegerField()

    class Meta:
        verbose_name = _("count of people by link")
        verbose_name_plural = _("counts of people by link")

    def __str__(self) -> str:
        return f"{self.announcement_id} link {self.link} by {self.actor}: {self.people}"


class AudienceCount(models.Model):
    """How many different people and partners an announcement is for. Absent where it was not counted since somebody moved."""

    announcement = models.OneToOneField(
        Announcement, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    people = models.IntegerField()
    partners = models.IntegerField()

    class Meta:
        verbose_name = _("count of an audience")
        verbose_name_plural = _("counts of audiences")

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.people} people"


class CounterCheck(models.Model):
    """When the sums of an announcement were last held against its rows, and how many of them were wrong then."""

    announcement = models.OneToOneField(
        Announcement, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="counter_check"
    )
    checked_at = models.DateTimeField(default=timezone.now)
    differences = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("check of counters")
        verbose_name_plural = _("checks of counters")

    def __str__(self) -> str:
        return f"{self.announcement_id}: {self.differences} at {self.checked_at}"
