"""Who is invited to a meeting, what they answered, whether they came; and the mails about it, one row each."""

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.meetings import Meeting
from partners.models import Contact, Partner


class InviteeAnswer(models.TextChoices):
    NONE = "", _("no answer")
    YES = "yes", _("yes")
    MAYBE = "maybe", _("maybe")
    NO = "no", _("no")


class Standing(models.TextChoices):
    """Where an invitee stands: always in one of these, so that the sums add up."""

    INVITED = "invited", _("no answer")
    ACCEPTED = "accepted", _("accepted")
    MAYBE = "maybe", _("maybe")
    WAITING = "waiting", _("waiting list")
    DECLINED = "declined", _("declined")
    ATTENDED = "attended", _("attended")
    MISSED = "missed", _("missed")


class How(models.TextChoices):
    PORTAL = "portal", _("in the portal")
    MAIL = "mail", _("by mail")
    MANAGER = "manager", _("noted by a manager")
    IMPORT = "import", _("from a file")
    WEBHOOK = "webhook", _("told by the conference service")


STANDING = Case(
    When(attended=True, then=Value(Standing.ATTENDED.value)),
    When(answer=InviteeAnswer.NO, then=Value(Standing.DECLINED.value)),
    When(is_waiting=True, then=Value(Standing.WAITING.value)),
    When(attended=False, then=Value(Standing.MISSED.value)),
    When(answer=InviteeAnswer.YES, then=Value(Standing.ACCEPTED.value)),
    When(answer=InviteeAnswer.MAYBE, then=Value(Standing.MAYBE.value)),
    default=Value(Standing.INVITED.value),
    output_field=CharField(),
)


class InviteeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers: those at partners they see. A partner's people: themselves."""
        if user.is_authenticated and user.is_staff:
            rows = self.filter(contact__partner__in=Partner.objects.visible_to(user))
            return rows if user.has_perm("collaboration.view_meeting") else self.none()
        return self.filter(contact__in=Contact.objects.current().filter(user=user)) if user.is_authenticated else self.none()

    def with_standing(self):
        return self.annotate(standing=STANDING)

    def coming(self):
        """Those who have a place."""
        return self.filter(answer=InviteeAnswer.YES, is_waiting=False)


class Invitee(models.Model):
    """`address` is where the invitation went; `replied_at` is the stamp of the last reply by mail, so that an older one that comes
    later changes nothing. `attended` is open until the meeting is closed or somebody was seen there."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitees")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="meeting_invitations")
    address = models.CharField(_("address"), max_length=254, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=InviteeAnswer.choices, blank=True, default=InviteeAnswer.NONE)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_how = models.CharField(_("how"), max_length=12, choices=How.choices, blank=True)
    replied_at = models.DateTimeField(null=True)
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    is_waiting = models.BooleanField(_("on the waiting list"), default=False)
    is_late_comer = models.BooleanField(_("came uninvited or joined later"), default=False)
    attended = models.BooleanField(_("attended"), null=True)
    minutes_there = models.PositiveIntegerField(_("minutes there"), null=True)
    attended_how = models.CharField(_("known from"), max_length=12, choices=How.choices, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(_("invited"), default=timezone.now)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitee")
        verbose_name_plural = _("invitees")
        ordering = ["contact__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "contact"], name="invited_once"),
            models.CheckConstraint(condition=Q(is_waiting=False) | Q(answer="yes"), name="who_waits_said_yes"),
        ]
        indexes = [
            models.Index(fields=["meeting", "answer"], name="invitee_by_answer"),
            models.Index(fields=["contact", "attended"], name="invitee_attended"),
            models.Index(fields=["address"], name="invitee_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.contact}: {self.meeting}"


class MeetingMail(models.Model):
    """Queued by one statement for all, marked as sending before it is handed over: a crash in between leaves it in doubt, and
    nothing is sent twice by itself."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        CHANGE = "change", _("change")
        PLACE = "place", _("place on the list")
        CANCELLATION = "cancellation", _("cancellation")
        REMINDER = "reminder", _("reminder")
        MINUTES = "minutes", _("minutes")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("withheld")
        IN_DOUBT = "in_doubt", _("in doubt")

    invitee = models.ForeignKey(Invitee, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    sequence = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail about a meeting")
        verbose_name_plural = _("mails about meetings")
        constraints = [models.UniqueConstraint(fields=["invitee", "kind", "sequence"], name="mailed_once_about_it")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="meeting_mail_waiting"),
            models.Index(fields=["settled_at"], condition=Q(state="sending"), name="meeting_mail_sending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}: {self.state}"


# These go whatever somebody's quiet hours or budget are: what was agreed is changed or called off.
GO_AT_ONCE = (MeetingMail.Kind.INVITATION, MeetingMail.Kind.CHANGE, MeetingMail.Kind.PLACE, MeetingMail.Kind.CANCELLATION)
