"""Meetings, webinars, reviews and check-ins: one-off, or one of a series. Each has its own people, answers and minutes."""

import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from collaboration.rhythm import Plan, Rhythm
from context.models import Segment
from partners.models import Contact, Partner, Programme


class Kind(models.TextChoices):
    MEETING = "meeting", _("meeting")
    WEBINAR = "webinar", _("webinar")
    REVIEW = "review", _("review")
    CHECK_IN = "check_in", _("check-in")


class MeetingState(models.TextChoices):
    DRAFT = "draft", _("not invited yet")
    INVITED = "invited", _("invited")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


MAY_BECOME: dict[MeetingState, tuple[MeetingState, ...]] = {
    MeetingState.DRAFT: (MeetingState.INVITED, MeetingState.CANCELLED),
    MeetingState.INVITED: (MeetingState.HELD, MeetingState.CANCELLED),
    MeetingState.HELD: (),
    MeetingState.CANCELLED: (),
}


class Described(models.Model):
    """What a series says of each of its meetings, and a meeting of itself. It is for one partner or for a segment."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.MEETING)
    title = models.CharField(_("title"), max_length=200)
    agenda = models.TextField(_("agenda"), blank=True, help_text=_("Markdown. A line for each subject is enough."))
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), null=True, blank=True, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    segment = models.ForeignKey(
        Segment, verbose_name=_("segment"), null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("host"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    minutes_long = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    time_zone = models.CharField(_("time zone"), max_length=64)
    join_link = models.URLField(_("link to join"), max_length=500, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Empty: for all. Who says yes beyond that waits, and moves up when somebody says no."),
    )  # fmt: skip
    needs_registration = models.BooleanField(
        _("with registration"), default=False, help_text=_("People register instead of answering an invitation.")
    )
    stays_open = models.BooleanField(
        _("also for those who join later"),
        default=False,
        help_text=_("Until it begins, whoever enters the segment is invited, too."),
    )
    invite_days = models.PositiveSmallIntegerField(
        _("invite so many days before"), null=True, blank=True, validators=[MaxValueValidator(180)],
        help_text=_("Empty: when you say so."),
    )  # fmt: skip
    remind_hours = models.PositiveSmallIntegerField(
        _("remind so many hours before"), default=24, validators=[MaxValueValidator(336)], help_text=_("0 reminds nobody.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


DESCRIBED = tuple(field.name for field in Described._meta.fields)
_ONE_AUDIENCE = Q(partner=None, segment__isnull=False) | Q(partner__isnull=False, segment=None)


class MeetingSeries(Described, PublicModel):
    """Its meetings are rows of their own, written a year ahead."""

    rhythm = models.CharField(_("repeats"), max_length=12, choices=[(str(each), str(each)) for each in Rhythm])
    every = models.PositiveSmallIntegerField(
        _("every so many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    first_day = models.DateField(_("first day"))
    wall_time = models.TimeField(_("time"))
    last_day = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ["-created_at", "-pk"]
        constraints = [models.CheckConstraint(condition=_ONE_AUDIENCE, name="series_is_for_a_partner_or_a_segment")]

    @property
    def plan(self) -> Plan:
        return Plan(Rhythm(self.rhythm), self.first_day, self.wall_time, self.zone, self.every)


class MeetingQuerySet(models.QuerySet):
    def upcoming(self):
        return self.filter(ends_at__gt=timezone.now()).exclude(state=MeetingState.CANCELLED)

    def past(self):
        return self.filter(ends_at__lte=timezone.now()).exclude(state=MeetingState.CANCELLED)

    def visible_to(self, user):
        """Managers see those of the partners they see: with it, with somebody from there, or their own. A partner's people see
        those they are invited to."""
        if not user.is_authenticated:
            return self.none()
        if not user.is_staff:
            own = Contact.objects.current().filter(user=user)
            return self.filter(pk__in=self._invited(own)).exclude(invited_at=None)
        if not user.has_perm("collaboration.view_meeting"):
            return self.none()
        if user.has_perm("partners.view_all_partners"):
            return self
        partners = Partner.objects.visible_to(user)
        there = self._invited(Contact.objects.filter(partner__in=partners))
        hosted = Meeting.co_hosts.through.objects.filter(user=user).values("meeting")
        return self.filter(Q(partner__in=partners) | Q(host=user) | Q(pk__in=hosted) | Q(pk__in=there))

    def _invited(self, contacts):
        from collaboration.models.invitees import Invitee

        return Invitee.objects.filter(contact__in=contacts).values("meeting")


class Meeting(Described, PublicModel):
    """`sequence` counts what invitations were told (RFC 5545); `rule` and `contact_rule` are whom it was for when they went out."""

    series = models.ForeignKey(MeetingSeries, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    planned_for = models.DateTimeField(
        _("planned for"), null=True, blank=True, editable=False, help_text=_("Where the series puts it, however it was moved.")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), editable=False)
    co_hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("co-hosts"), blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=12, choices=MeetingState.choices, default=MeetingState.DRAFT, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    rule = models.JSONField(null=True, blank=True, editable=False)
    contact_rule = models.JSONField(null=True, blank=True, editable=False)
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)
    held_at = models.DateTimeField(_("closed"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_shared_at = models.DateTimeField(_("minutes shared"), null=True, editable=False)
    conference_id = models.CharField(
        _("id at the conference service"), max_length=100, blank=True, help_text=_("Such as the number of a Zoom meeting.")
    )
    hook_number = models.PositiveSmallIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_AUDIENCE, name="meeting_is_for_a_partner_or_a_segment"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(state__in=["invited", "held"]) | Q(invited_at__isnull=False), name="meeting_was_invited_to"
            ),
            models.UniqueConstraint(fields=["series", "planned_for"], name="one_meeting_of_a_series_at_a_time"),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="meeting_by_start"),
            models.Index(fields=["state", "starts_at"], name="meeting_by_state"),
            models.Index(fields=["conference_id"], condition=~Q(conference_id=""), name="meeting_by_conference"),
        ]

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def takes_answers(self) -> bool:
        return self.state == MeetingState.INVITED and not self.is_over

    @property
    def whom(self) -> Partner | Segment:
        return self.partner or self.segment

    @property
    def was_moved(self) -> bool:
        return self.planned_for is not None and self.planned_for != self.starts_at

    def end_of(self, starts_at):
        return starts_at + timedelta(minutes=self.minutes_long)
