"""What in this app waits for a manager: certificates about to expire, invitations nobody answered."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from partners.models import Contact, Erasure, Invitation, Partner, PartnerCertification
from partners.panels import Need
from partners.visibility import hidden_from

SOON = timedelta(days=60)
NAMED = 3
COUNTED_UP_TO = 1000


def partner_needs(user) -> list[Need]:
    return [need for need in (_asked_erasures(user), _expiring_certificates(user), _expired_invitations(user)) if need]


def _asked_erasures(user) -> Need | None:
    if not user.has_perm("partners.erase_person"):
        return None
    count = Erasure.objects.visible_to(user).filter(state=Erasure.State.ASKED).count()
    if not count:
        return None
    words = ngettext("%(count)d person asks to be forgotten", "%(count)d people ask to be forgotten", count)
    return Need(words % {"count": count}, reverse("admin:partners_erasure_changelist") + "?state__exact=asked", order=15)


def _expiring_certificates(user) -> Need | None:
    if "certifications" in hidden_from(user):
        return None
    today = timezone.localdate()
    rows = PartnerCertification.objects.filter(
        partner__in=Partner.objects.visible_to(user), expires_on__gte=today, expires_on__lte=today + SOON
    )
    found = list(rows.select_related("partner", "certification").order_by("expires_on")[:COUNTED_UP_TO])
    count, first = len(found), found[:NAMED]
    if not count:
        return None
    words = ngettext("%(count)d certificate expires within 60 days", "%(count)d certificates expire within 60 days", count)
    detail = " · ".join(f"{row.partner}: {row.certification}" for row in first)
    address = reverse("admin:partners_partner_overview", args=[first[0].partner.public_id])
    return Need(words % {"count": count}, address, detail, order=60)


def _expired_invitations(user) -> Need | None:
    rows = Invitation.objects.filter(
        contact__in=Contact.objects.visible_to(user).current().filter(user=None),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__lte=timezone.now(),
    )
    count = rows.count()
    if not count:
        return None
    words = ngettext("%(count)d invitation expired unanswered", "%(count)d invitations expired unanswered", count)
    return Need(words % {"count": count}, reverse("admin:partners_invitation_changelist"), order=70)
