"""Somebody asks to join their organisation: their address is confirmed first, then one of its portal admins decides."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.contacts import Contact
from partners.models.partners import Partner

ANSWERED_WITHIN = timedelta(days=3)


class ColleagueRequestQuerySet(models.QuerySet):
    def to_decide(self, partner: Partner | int):
        return self.filter(partner=partner, state=ColleagueRequest.State.CONFIRMED)

    def visible_to(self, user):
        """Those of the partners that this manager may see. Who has not confirmed their address is shown to nobody."""
        return self.filter(partner__in=Partner.objects.visible_to(user))

    def unanswered(self):
        """No admin of the organisation decided for some days, or there is none who could."""
        admins = Contact.objects.current().filter(partner=OuterRef("partner"), is_partner_admin=True, user__is_active=True)
        late = Q(confirmed_at__lt=timezone.now() - ANSWERED_WITHIN)
        return self.filter(late | ~Exists(admins), state=ColleagueRequest.State.CONFIRMED)


class ColleagueRequest(PublicModel):
    """Written for whoever asks, whether their organisation is known or not, so that asking takes as long for all; who leads nowhere
    is dropped unseen. Only a hash of the token is kept. Once confirmed there is one for each partner with this domain."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        SENT = "sent", _("to be confirmed")
        CONFIRMED = "confirmed", _("to be decided")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.CASCADE, related_name="colleague_requests")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ASKED)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ColleagueRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a colleague")
        verbose_name_plural = _("requests of colleagues")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="colleague_request_asked"),
            models.Index(fields=["partner"], condition=Q(state="confirmed"), name="colleague_request_to_decide"),
            models.Index(fields=["email"], name="colleague_request_of_address"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="colleague_request_token_once"),
            models.CheckConstraint(
                condition=Q(partner=None, state__in=("asked", "sent")) | Q(partner__isnull=False, confirmed_at__isnull=False),
                name="colleague_request_of_a_partner_is_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
