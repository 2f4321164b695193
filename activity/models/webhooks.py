"""Addresses outside that are told what happened: a partner's chat room or server, an integrator's server.

`WebhookMessage` is the ledger of what they are told, each message in exactly one state; `WebhookAttempt` says what each try to
hand one over was answered. An app above says by `source_type` and `source_id` what a message is about."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from activity.reach import partners_within_reach


def _seen_by(user, through: str = "") -> Q:
    """Endpoints of partners that the person may see, and those they set up themselves; a superuser sees all."""
    if not user.is_authenticated:
        return Q(pk=None)
    if user.is_superuser:
        return ~Q(pk=None)
    of_partners = Q(**{f"{through}partner_id__in": partners_within_reach(user)})
    return of_partners | Q(**{f"{through}partner_id": None, f"{through}owner": user})


class WebhookEndpointQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.kept().filter(_seen_by(user))

    def kept(self):
        return self.exclude(state=WebhookEndpoint.State.REMOVED)

    def of_partners(self):
        return self.kept().exclude(partner_id=None)

    def of_integrators(self):
        return self.kept().filter(partner_id=None)


class WebhookEndpoint(PublicModel):
    """A partner's is told the announcements that are for it; an integrator's, which has no partner, the `events` it asked for, as
    far as its `owner` may see them. `partner_id` is no foreign key: the app that owns partners lies above this one.

    Its secret is derived and not kept, see `activity.channels.webhooks`; `secret_number` counts up when it is exchanged."""

    class Form(models.TextChoices):
        SIGNED = "signed", _("Signed webhook")
        SLACK = "slack", _("Slack or compatible")
        TEAMS = "teams", _("Microsoft Teams")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        DISABLED = "disabled", _("switched off")
        REMOVED = "removed", _("removed")

    name = models.CharField(_("name"), max_length=100)
    form = models.CharField(_("form"), max_length=12, choices=Form.choices)
    url = models.CharField(_("address"), max_length=500)
    partner_id = models.BigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set up by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("events"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ACTIVE)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    secret_number = models.PositiveSmallIntegerField(default=1)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_success_at = models.DateTimeField(_("last success"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["partner_id"], name="endpoint_of_partner"),
            models.Index(fields=["state"], condition=Q(partner_id=None), name="endpoint_of_integrator"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_signed(self) -> bool:
        return self.form == self.Form.SIGNED

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def shown_url(self) -> str:
        """As much as is needed to know it again: the path of a chat's address is as good as a password."""
        scheme, _sep, rest = self.url.partition("://")
        host, _slash, path = rest.partition("/")
        return f"{scheme}://{host}/{'…' if path else ''}{path[-4:] if len(path) > 8 else ''}"


class WebhookMessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Also those to an endpoint that was removed since."""
        return self.filter(_seen_by(user, "endpoint__"))


class WebhookMessage(PublicModel):
    """`body` is what is posted, to the letter, at each try; empty once it was kept for as long as a rule says. `is_held` while what
    it is about is paused; after `not_after` it is not sent any more. Of one thing it is about, an endpoint is told once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("sending")
        DEFERRED = "deferred", _("waits for the next try")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")
        SUPPRESSED = "suppressed", _("withheld")
        IN_DOUBT = "in_doubt", _("in doubt")
        CANCELLED = "cancelled", _("cancelled")

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="messages")
    event = models.CharField(_("event"), max_length=60)
    body = models.TextField(_("body"))
    source_type = models.CharField(max_length=60, blank=True)
    source_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    not_after = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = WebhookMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["endpoint", "due_at"], condition=Q(state__in=["queued", "deferred"]), name="webhook_waiting"),
            models.Index(fields=["endpoint"], condition=Q(state="sending"), name="webhook_sending"),
            models.Index(fields=["endpoint", "-created_at"], name="webhook_of_endpoint"),
            models.Index(fields=["source_type", "source_id", "state"], name="webhook_of_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "source_type", "source_id"], condition=Q(source_id__isnull=False), name="webhook_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.get_state_display()}"

    @property
    def may_be_sent_again(self) -> bool:
        states = self.State
        return bool(self.body) and self.state in (states.FAILED, states.SUPPRESSED, states.IN_DOUBT, states.DELIVERED)


WAITING = (WebhookMessage.State.QUEUED, WebhookMessage.State.DEFERRED)


class WebhookAttempt(models.Model):
    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("when"), default=timezone.now)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.status or '–'} {self.answer}"
