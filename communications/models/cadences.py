"""What is promised to a segment: one thing in every so many weeks. And how that stands with each of its partners."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.topics import Topic
from context.models import Segment
from partners.models import Partner, Programme

WEEKS_AT_MOST = 52


class Release(models.TextChoices):
    PERSON = "person", _("somebody checks each one")
    RULE = "rule", _("by the rule, once somebody has approved it")


class CadenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_cadence")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def active(self):
        return self.filter(is_active=True)


class Cadence(PublicModel):
    """Time is cut into periods of `weeks` from `starts_on` on; the promise is kept in a period in which the partner heard from us
    by its `kind`, which is one of `communications.contact_kinds`."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="cadences")
    name = models.CharField(_("name"), max_length=120)
    segment = models.ForeignKey(Segment, verbose_name=_("promised to"), on_delete=models.PROTECT, related_name="cadences")
    kind = models.CharField(_("what is promised"), max_length=20)
    weeks = models.PositiveSmallIntegerField(
        _("once in so many weeks"), validators=[MinValueValidator(1), MaxValueValidator(WEEKS_AT_MOST)],
        help_text=_("4 are about a month, 13 a quarter."),
    )  # fmt: skip
    starts_on = models.DateField(
        _("counted from"), help_text=_("A newsletter goes out on this day, and on the first of each period.")
    )
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=3, validators=[MaxValueValidator(60)],
        help_text=_("So many days after the end of a period it counts as broken."),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), null=True, on_delete=models.SET_NULL, related_name="cadences"
    )
    is_active = models.BooleanField(_("in force"), default=True)
    writers = ArrayField(models.BigIntegerField(), default=list, db_default=[], editable=False)
    looked_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)

    # What follows is of newsletters only.
    introduction = models.TextField(
        _("introduction"), blank=True, help_text=_("Markdown, above the items. It can be changed in each newsletter.")
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Empty: the default topic."),
    )  # fmt: skip
    items_at_most = models.PositiveSmallIntegerField(
        _("items for each person, at most"), default=5, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    draft_days = models.PositiveSmallIntegerField(_("drafted so many days before"), default=3, validators=[MaxValueValidator(30)])
    send_hour = models.PositiveSmallIntegerField(
        _("sent at, o'clock"), default=9, validators=[MaxValueValidator(23)], help_text=_("In the time zone of the programme.")
    )
    also_without_items = models.BooleanField(
        _("also to those for whom there is nothing new"), default=False, help_text=_("They get the introduction alone.")
    )
    release = models.CharField(_("released"), max_length=8, choices=Release.choices, default=Release.PERSON)
    least_items = models.PositiveSmallIntegerField(
        _("released with at least so many items"), default=2, validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("With fewer somebody has to look at it."),
    )  # fmt: skip
    rule_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    rule_approved_at = models.DateTimeField(null=True, editable=False)

    objects = CadenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("cadence")
        verbose_name_plural = _("cadences")
        ordering = ["-is_active", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="cadence_once_per_programme"),
            models.CheckConstraint(condition=models.Q(weeks__gte=1, weeks__lte=WEEKS_AT_MOST), name="cadence_of_whole_weeks"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def days(self) -> int:
        return self.weeks * 7

    @property
    def is_newsletter(self) -> bool:
        return self.kind == "newsletter"

    @property
    def waits_for_approval(self) -> bool:
        return self.is_newsletter and self.release == Release.RULE and self.rule_approved_at is None

    def period_of(self, day: date) -> int:
        """Which period a day is in; negative before it was promised."""
        return (day - self.starts_on).days // self.days

    def first_day_of(self, period: int) -> date:
        return self.starts_on + timedelta(days=period * self.days)

    def last_day_of(self, period: int) -> date:
        return self.first_day_of(period + 1) - timedelta(days=1)


class CadenceStandingQuerySet(models.QuerySet):
    def broken(self):
        return self.filter(broken_since__isnull=False)


class CadenceStanding(models.Model):
    """How a promise stands with one partner, as it was last looked at. `periods` are the latest ones in which it was kept,
    `first_period` the first in which it could be expected; `due_on` is the day by which the partner is to hear from us next."""

    cadence = models.ForeignKey(Cadence, on_delete=models.CASCADE, related_name="standings")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    first_period = models.IntegerField()
    periods = ArrayField(models.IntegerField(), default=list)
    last_at = models.DateTimeField(_("last"), null=True)
    due_on = models.DateField(_("next due"))
    broken_since = models.DateTimeField(_("broken since"), null=True)
    told_at = models.DateTimeField(null=True)

    objects = CadenceStandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing of a cadence")
        verbose_name_plural = _("standings of cadences")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cadence", "partner"], name="standing_once")]
        indexes = [
            models.Index(fields=["cadence", "due_on"], name="standing_by_due"),
            models.Index(fields=["cadence"], name="standing_broken", condition=models.Q(broken_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.cadence_id}: {self.partner_id}"
