"""Newsletters that were drafted for a cadence: an announcement each, the items it may have, and which of them each person gets."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement, State
from communications.models.cadences import Cadence


class NewsletterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cadence__in=Cadence.objects.visible_to(user))


class Newsletter(PublicModel):
    """The announcement carries the words, the approval and the sending. `held_because` says why the rule did not release it."""

    cadence = models.ForeignKey(Cadence, on_delete=models.PROTECT, related_name="newsletters")
    announcement = models.OneToOneField(Announcement, on_delete=models.CASCADE, related_name="newsletter")
    due_on = models.DateField(_("due"))
    since = models.DateTimeField(_("items from"))
    until = models.DateTimeField(_("items until"))
    drafted_at = models.DateTimeField(_("drawn up"), default=timezone.now)
    held_because = models.CharField(max_length=300, blank=True)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-due_on", "-pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cadence", "due_on"], name="one_newsletter_a_period")]

    def __str__(self) -> str:
        return str(self.announcement)

    @property
    def may_be_drawn_up(self) -> bool:
        """Until it is submitted; what was submitted is what is approved."""
        return self.announcement.state == State.DRAFT


class NewsletterItem(models.Model):
    """Something published that may be in it. `functions` and `places` are those that its own rules name."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="items")
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    functions = ArrayField(models.CharField(max_length=60), default=list)
    places = ArrayField(models.CharField(max_length=60), default=list)
    is_left_out = models.BooleanField(_("left out"), default=False)

    class Meta:
        verbose_name = _("item of a newsletter")
        verbose_name_plural = _("items of newsletters")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["newsletter", "announcement"], name="item_once_in_a_newsletter")]

    def __str__(self) -> str:
        return str(self.announcement)


class NewsletterPick(models.Model):
    """One item for one person, the first of theirs at position 1; `reasons` are keys of `communications.rendering.relevance`.
    No database-level foreign keys, for the same reason as in the delivery ledger."""

    pk = models.CompositePrimaryKey("newsletter_id", "contact_id", "position")
    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="picks", db_constraint=False, db_index=False)
    contact = models.ForeignKey(
        "partners.Contact", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Announcement, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    score = models.FloatField()
    reasons = ArrayField(models.CharField(max_length=12), default=list)

    class Meta:
        verbose_name = _("pick of a newsletter")
        verbose_name_plural = _("picks of newsletters")
        default_permissions = ()
        indexes = [models.Index(fields=["newsletter", "item"], name="pick_of_item")]

    def __str__(self) -> str:
        return f"{self.newsletter_id}/{self.contact_id}/{self.position}"
