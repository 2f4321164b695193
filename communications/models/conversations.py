"""Direct conversations between one person of a partner and the manager responsible for it."""

from datetime import date, time

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.holidays import Holiday
from communications.promises import Promise
from partners.models import Contact, Partner


class AnswerPolicy(models.Model):
    """One row: how soon partners are promised an answer. A new value holds for what is asked from then on."""

    class Counts(models.TextChoices):
        CLOCK = "clock", _("every hour")
        BUSINESS = "business", _("business hours, Monday to Friday")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    hours = models.PositiveSmallIntegerField(
        _("hours to answer"), default=16, validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("Shown to both sides as “answer promised by …”."),
    )  # fmt: skip
    counts = models.CharField(_("counted"), max_length=10, choices=Counts.choices, default=Counts.BUSINESS)
    opens = models.TimeField(_("business hours from"), default=time(9))
    closes = models.TimeField(_("business hours until"), default=time(17), help_text=_("By the clock of whoever has to answer."))
    holidays_of = models.CharField(
        _("holidays of"), max_length=2, blank=True, default="", db_default="",
        help_text=_("The country whose holidays are no business days, such as DE. Empty: none are left out."),
    )  # fmt: skip
    mails_managers = models.BooleanField(
        _("managers are mailed"), default=True, db_default=True,
        help_text=_("What partners write goes to their manager by mail, too, who may answer that mail."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("promise to answer")
        verbose_name_plural = _("promise to answer")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_answer_policy"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="business_hours_end_after_they_begin"),
            models.CheckConstraint(condition=Q(hours__range=(1, 720)), name="answer_within_a_month"),
        ]

    def __str__(self) -> str:
        return str(_("%(n)d hours") % {"n": self.hours})

    @property
    def promise(self) -> Promise:
        if self.counts == self.Counts.CLOCK:
            return Promise(self.hours)
        return Promise(self.hours, self.opens, self.closes, self._days_off)

    def _days_off(self, since: date) -> frozenset[date]:
        rows = Holiday.objects.filter(country=self.holidays_of, day__gte=since) if self.holidays_of else Holiday.objects.none()
        return frozenset(rows.values_list("day", flat=True))


class ConversationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see those of partners they see; a partner's person sees their own, and no colleague's."""
        if not user.is_authenticated:
            return self.none()
        if not user.is_staff:
            return self.filter(contact__user=user, contact__left_on=None)
        if not user.has_perm("communications.view_conversation"):
            return self.none()
        return self.filter(partner__in=Partner.objects.visible_to(user))

    def waiting(self):
        return self.filter(waiting_since__isnull=False)

    def unread_by_contact(self):
        return self.filter(Q(read_by_contact_at=None) | Q(read_by_contact_at__lt=F("last_at")))


class Conversation(PublicModel):
    """`waiting_since` is when the oldest message came that the manager has not answered, `promised_by` when the answer is due.
    Each side has read what is not newer than its mark."""

    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="conversations")
    contact = models.ForeignKey(Contact, verbose_name=_("with"), on_delete=models.CASCADE, related_name="conversations")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("manager"), null=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    subject = models.CharField(_("subject"), max_length=200)
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    last_at = models.DateTimeField(_("last message"), default=timezone.now)
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    promised_by = models.DateTimeField(_("answer promised by"), null=True, blank=True)
    read_by_contact_at = models.DateTimeField(null=True, blank=True)
    read_by_manager_at = models.DateTimeField(null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_at", "-pk"]
        indexes = [
            models.Index(
                fields=["manager", "promised_by"], condition=Q(waiting_since__isnull=False), name="conversation_to_answer"
            ),
            models.Index(fields=["contact", "-last_at"], name="conversation_of_contact"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(waiting_since=None, promised_by=None) | Q(waiting_since__isnull=False, promised_by__isnull=False),
                name="who_waits_has_a_promise",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_late(self) -> bool:
        return self.promised_by is not None and self.promised_by < timezone.now()


class ConversationMessage(PublicModel):
    """By the contact of the conversation, or where `is_managers` by one of ours. `message_id` is that of the mail it came by."""

    class Via(models.TextChoices):
        PORTAL = "portal", _("portal")
        MAIL = "mail", _("mail")

    class Mail(models.TextChoices):
        """What became of the mail that tells the other side of it: the contact of a manager's message, the manager of theirs."""

        NONE = "none", _("no mail")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_managers = models.BooleanField(default=False)
    text = models.TextField(_("message"), max_length=20_000)
    at = models.DateTimeField(_("written"), default=timezone.now)
    via = models.CharField(_("by"), max_length=10, choices=Via.choices, default=Via.PORTAL)
    message_id = models.CharField(max_length=300, blank=True, editable=False)
    mail = models.CharField(_("mail"), max_length=10, choices=Mail.choices, default=Mail.NONE)
    mail_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at"], condition=Q(mail="waiting"), name="message_to_mail")]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "message_id"], condition=~Q(message_id=""), name="mail_is_one_message")
        ]

    def __str__(self) -> str:
        return self.text[:80]


class ConversationFile(PublicModel):
    """What came with a mail. Its type is what its bytes show."""

    message = models.ForeignKey(ConversationMessage, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_("file"), upload_to="conversations/%Y/%m/", max_length=300)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
