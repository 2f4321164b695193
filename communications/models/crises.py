"""A crisis as it runs: who is concerned, what was said to them, who has acknowledged, and which rung of the ladder was climbed.

Whoever is concerned is written down once, when they are called; every message goes by the usual ledger of deliveries."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement, Channel
from communications.models.deliveries import Delivery, DeliveryState, Reason
from communications.models.protocols import CrisisProtocol, CrisisProtocolVersion, Says, Whom
from partners.models import Contact, Partner, Programme, Site


class CrisisState(models.TextChoices):
    RUNNING = "running", _("running")
    CLEARED = "cleared", _("all clear")


class Around(models.TextChoices):
    SITE = "site", _("at this site")
    CITY = "city", _("in the same city")
    COUNTRY = "country", _("in the same country")


class AcknowledgedHow(models.TextChoices):
    PORTAL = "portal", _("in the portal")
    MAIL = "mail", _("by the link in the mail")
    MANAGER = "manager", _("noted by a manager")
    API = "api", _("told by another system")


class Standing(models.TextChoices):
    """Where somebody stands: always in one of these, so that the sums add up."""

    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    WAITING = "waiting", _("still has time")
    LATE = "late", _("late")
    UNREACHABLE = "unreachable", _("unreachable")


class CrisisQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_crisis")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def running(self):
        return self.filter(state=CrisisState.RUNNING)

    def real(self):
        """Drills are counted apart."""
        return self.filter(is_drill=False)


class Crisis(PublicModel):
    """`start_key` is made by whoever starts it, so that a second click starts nothing."""

    protocol = models.ForeignKey(CrisisProtocol, verbose_name=_("protocol"), on_delete=models.PROTECT, related_name="crises")
    version = models.ForeignKey(CrisisProtocolVersion, on_delete=models.PROTECT, related_name="crises")
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="crises")
    title = models.CharField(_("crisis"), max_length=200)
    is_drill = models.BooleanField(_("drill"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=CrisisState.choices, default=CrisisState.RUNNING)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"), blank=True, related_name="crises")
    around = models.CharField(_("how far around"), max_length=8, choices=Around.choices, default=Around.SITE)
    late_at = models.DateTimeField(_("late from"))
    start_key = models.UUIDField(unique=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("cleared by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    cleared_at = models.DateTimeField(_("all clear"), null=True)

    objects = CrisisQuerySet.as_manager()

    class Meta:
        verbose_name = _("crisis")
        verbose_name_plural = _("crises")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["programme"], name="crisis_running", condition=Q(state="running"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", cleared_at=None) | Q(state="cleared", cleared_at__isnull=False),
                name="crisis_cleared_has_its_time",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="started_by_approved_protocol",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM communications_crisisprotocolversion AS version
                                   WHERE version.id = NEW.version_id AND version.protocol_id = NEW.protocol_id
                                     AND version.approved_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'a crisis is started with an approved protocol' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        return self.state == CrisisState.RUNNING


class CrisisAlarm(models.Model):
    """A rung of the ladder in a crisis. It is decided once, by a conditional UPDATE: `decided_at` says when, the figures what was
    found then, `is_raised` whether somebody was alarmed, `reached` how many."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="alarms")
    number = models.PositiveSmallIntegerField()
    rung = models.JSONField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(null=True)
    missing = models.PositiveIntegerField(null=True)
    is_raised = models.BooleanField(null=True)
    reached = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("rung of a crisis")
        verbose_name_plural = _("rungs of a crisis")
        ordering = ["due_at", "number"]
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], name="crisis_alarm_due", condition=Q(decided_at=None))]
        constraints = [models.UniqueConstraint(fields=["crisis", "number"], name="crisis_rung_once")]

    def __str__(self) -> str:
        return f"{self.crisis} #{self.number}"

    @property
    def whom(self) -> Whom:
        return Whom(self.rung["whom"])


class CrisisMessage(PublicModel):
    """One announcement of a crisis, and what it says."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="messages")
    says = models.CharField(max_length=12, choices=Says.choices)
    announcement = models.OneToOneField(Announcement, null=True, on_delete=models.PROTECT, related_name="crisis_message")
    alarm = models.ForeignKey(CrisisAlarm, null=True, on_delete=models.SET_NULL, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message of a crisis")
        verbose_name_plural = _("messages of a crisis")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.crisis}: {self.get_says_display()}"


def _mail_failed() -> Exists:
    """A mail that did not arrive, and none that another channel or another contact of the same person made unnecessary."""
    mails = Delivery.objects.filter(
        announcement_id=OuterRef("called_by__announcement_id"), contact_id=OuterRef("contact_id"), channel=Channel.EMAIL,
        state__in=(DeliveryState.FAILED, DeliveryState.SUPPRESSED),
    )  # fmt: skip
    return Exists(mails.exclude(reason__in=(Reason.SAME_ADDRESS, Reason.ACTED)))


class CrisisPersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers: those at partners they see."""
        if not (user.is_authenticated and user.is_staff and user.has_perm("communications.view_crisis")):
            return self.none()
        if user.has_perm("partners.view_all_partners"):
            return self
        return self.filter(contact__partner__in=Partner.objects.visible_to(user))

    def silent(self):
        return self.filter(acknowledged_at=None)

    def with_standing(self):
        """Reachable is who has a login of the portal, or an address whose mail has not failed."""
        no_way = Q(by_portal=False) & (Q(by_mail=False) | _mail_failed())
        standing = Case(
            When(acknowledged_at__isnull=False, then=Value(Standing.ACKNOWLEDGED.value)),
            When(no_way, then=Value(Standing.UNREACHABLE.value)),
            When(crisis__late_at__lte=Now(), crisis__state=CrisisState.RUNNING, then=Value(Standing.LATE.value)),
            When(crisis__late_at__lte=F("crisis__cleared_at"), then=Value(Standing.LATE.value)),
            default=Value(Standing.WAITING.value),
            output_field=models.CharField(),
        )
        return self.annotate(standing=standing)


class CrisisPerson(models.Model):
    """Somebody whom it concerns, called by the alarm or by a rung. `by_mail` and `by_portal` say how they could be reached then."""

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="people")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="crises")
    called_by = models.ForeignKey(CrisisMessage, on_delete=models.CASCADE, related_name="people")
    by_mail = models.BooleanField()
    by_portal = models.BooleanField()
    called_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_how = models.CharField(max_length=8, choices=AcknowledgedHow.choices, blank=True, default="")

    objects = CrisisPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person concerned")
        verbose_name_plural = _("people concerned")
        ordering = ["contact__name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["crisis", "contact"], name="concerned_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_how="") | Q(acknowledged_at__isnull=False) & ~Q(acknowledged_how=""),
                name="acknowledged_somehow",
            ),
        ]
        indexes = [
            models.Index(fields=["crisis", "acknowledged_at"], name="crisis_acknowledged"),
            models.Index(fields=["contact"], name="crisis_silent_contact", condition=Q(acknowledged_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.crisis}"


class CrisisCall(models.Model):
    """A mail to somebody on our side: at the start to whoever has a role, later to whom a rung names. `taken_at` is when they said
    that they are on it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        ENDED = "ended", _("not needed any more")

    crisis = models.ForeignKey(Crisis, on_delete=models.CASCADE, related_name="calls")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="crisis_calls")
    alarm = models.ForeignKey(CrisisAlarm, null=True, on_delete=models.CASCADE, related_name="calls")
    role = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("call on our side")
        verbose_name_plural = _("calls on our side")
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["due_at"], name="crisis_call_open", condition=Q(state__in=("queued", "sending")))]
        constraints = [
            models.UniqueConstraint(fields=["crisis", "user", "alarm"], name="called_once_by_each_rung", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.crisis}"
