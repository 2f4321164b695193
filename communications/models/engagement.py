"""What people did with an announcement, and what machines did in their name.

`EngagementEvent` keeps every raw hit. `Touch` keeps the first one of a person, per action and per kind of actor: its rows
are what a report counts. Neither has database-level foreign keys; both are written in batches by one reader."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models.announcements import Announcement
from partners.models import Contact


class Action(models.TextChoices):
    OPENED = "opened", _("opened")
    CLICKED = "clicked", _("clicked")
    TRAPPED = "trapped", _("followed a hidden link")


class Actor(models.TextChoices):
    HUMAN = "human", _("person")
    MACHINE = "machine", _("machine suspected")


class Signal(models.TextChoices):
    """Why a machine is suspected."""

    HEAD = "head", _("asked for the head only")
    PREFETCH = "prefetch", _("said to fetch in advance")
    NO_AGENT = "no_agent", _("does not say what it is")
    SCANNER = "scanner", _("a mail scanner or robot that says so")
    KNOWN_NETWORK = "known_network", _("from a network of mail scanners")
    IMAGE_PROXY = "image_proxy", _("an image proxy, for a reader who may not be there")
    TRAP = "trap", _("followed a link that no person sees")
    BURST = "burst", _("followed links faster than a person can")


class Maker(models.TextChoices):
    """Who makes hits, as a report tells them apart."""

    HUMAN = "human", _("people")
    PREFETCH = "prefetch", _("fetched in advance")
    PROXY = "proxy", _("image proxies")
    SCANNER = "scanner", _("scanners")
    UNKNOWN = "unknown", _("unknown machines")


MAKER_OF = {
    "": Maker.HUMAN, Signal.HEAD: Maker.SCANNER, Signal.PREFETCH: Maker.PREFETCH, Signal.NO_AGENT: Maker.UNKNOWN,
    Signal.SCANNER: Maker.SCANNER, Signal.KNOWN_NETWORK: Maker.SCANNER, Signal.IMAGE_PROXY: Maker.PROXY,
    Signal.TRAP: Maker.SCANNER, Signal.BURST: Maker.SCANNER,
}  # fmt: skip


class EngagementEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As for deliveries: what people of the partners a manager sees did."""
        if user.is_staff and user.has_perm("partners.view_all_partners") and user.has_perm("communications.view_announcement"):
            return self
        return self.filter(announcement__in=Announcement.objects.visible_to(user), contact__in=Contact.objects.visible_to(user))


class EngagementEvent(models.Model):
    """A hit with what it can be judged by again. Nobody is named where the picture told only that somebody had opened the mail."""

    announcement = models.ForeignKey(
        "communications.Announcement", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    contact = models.ForeignKey(
        "partners.Contact", null=True, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    channel = models.CharField(max_length=20)
    action = models.CharField(max_length=12, choices=Action.choices)
    actor = models.CharField(max_length=12, choices=Actor.choices)
    signal = models.CharField(max_length=60, blank=True, help_text=_("Why a machine is suspected."))
    link = models.PositiveSmallIntegerField(null=True)
    method = models.CharField(max_length=4, default="GET", db_default="GET")
    purpose = models.CharField(max_length=60, blank=True, db_default="")
    agent = models.CharField(max_length=300, blank=True)
    network = models.CharField(max_length=45, blank=True, db_default="", help_text=_("Without the last part of the address."))
    occurred_at = models.DateTimeField()

    objects = EngagementEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement event")
        verbose_name_plural = _("engagement events")
        indexes = [
            models.Index(fields=["contact", "-occurred_at"], name="event_of_contact"),
            models.Index(fields=["announcement", "contact", "occurred_at"], name="event_of_recipient"),
            models.Index(  # what somebody else's hits are judged by; few beside what was opened
                fields=["announcement", "contact", "occurred_at"], name="event_beyond_opening", condition=~models.Q(action="opened")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.action} {self.announcement_id}"


class Touch(models.Model):
    pk = models.CompositePrimaryKey("announcement_id", "contact_id", "action", "actor")
    announcement = models.ForeignKey(
        "communications.Announcement", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    contact = models.ForeignKey(
        "partners.Contact", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    action = models.CharField(max_length=12, choices=Action.choices)
    actor = models.CharField(max_length=12, choices=Actor.choices)
    first_at = models.DateTimeField()

    class Meta:
        verbose_name = _("first touch")
        verbose_name_plural = _("first touches")

    def __str__(self) -> str:
        return f"{self.contact_id} {self.action} {self.announcement_id} ({self.actor})"


class StreamPosition(models.Model):
    """How far the tracking stream, or a file of hits, has been read; written in the transaction of what was read. A stream that
    was `born` anew is read from its beginning."""

    stream = models.CharField(max_length=60, primary_key=True)
    born = models.CharField(max_length=40, blank=True, db_default="")
    position = models.CharField(max_length=40, default="0-0")

    class Meta:
        verbose_name = _("stream position")
        verbose_name_plural = _("stream positions")

    def __str__(self) -> str:
        return f"{self.stream} at {self.position}"


class Acknowledgement(models.Model):
    """A person confirmed, for their organisation, to have read a version."""

    announcement = models.ForeignKey("communications.Announcement", on_delete=models.CASCADE, related_name="acknowledgements")
    contact = models.ForeignKey("partners.Contact", on_delete=models.CASCADE, related_name="acknowledgements")
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="acknowledgements")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["announcement", "contact"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.contact} acknowledged {self.announcement}"
