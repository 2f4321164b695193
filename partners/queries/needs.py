"""What in this app waits for a manager: certificates about to expire, invitations nobody answered."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from partners.models import Contact, Invitation, Partner, PartnerCertification
from partners.panels import Need
from partners.visibility import hidden_from

SOON = timedelta(days=60)
NAMED = 3


def partner_needs(user) -> list[Need]:
    return [need for need in (_expiring_certificates(user), _expired_invitations(user)) if need]


def _expiring_certificates(user) -> Need | None:
    if "certifications" in hidden_from(user):
        return None
    today = timezone.localdate()
    rows = PartnerCertification.objects.filter(
        partner__in=Partner.objects.visible_to(user), expires_on__gte=today, expires_on__lte=today + SOON
    )
    count = rows.count()
    if not count:
        return None
    first = rows.select_related("partner", "certification").order_by("expires_on")[:NAMED]
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
