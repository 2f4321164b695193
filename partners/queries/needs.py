"""What in this app waits for a manager: certificates about to expire, invitations nobody answered."""

from datetime import timedelta

from django.db.models import Count, QuerySet, Value, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from partners.models import Contact, Erasure, Invitation, Partner, PartnerCertification
from partners.panels import Need
from partners.visibility import hidden_from

SOON = timedelta(days=60)
NAMED = 3


def partner_needs(user) -> list[Need]:
    counts = _counts(user)
    needs = (_asked_erasures(counts.get("erasures", 0)), _expiring_certificates(user), _expired_invitations(counts["invitations"]))
    return [need for need in needs if need]


def _counts(user) -> dict[str, int]:
    """How many wait, by what they are; one query."""
    expired = Invitation.objects.filter(
        contact__in=Contact.objects.visible_to(user).current().filter(user=None),
        accepted_at=None,
        withdrawn_at=None,
        expires_at__lte=timezone.now(),
    )
    lists = [_counted("invitations", expired)]
    if user.has_perm("partners.erase_person"):
        lists.append(_counted("erasures", Erasure.objects.visible_to(user).filter(state=Erasure.State.ASKED)))
    return {"invitations": 0, **dict(lists[0].union(*lists[1:], all=True))}


def _counted(name: str, rows: QuerySet) -> QuerySet:
    return rows.order_by().values(of=Value(name)).annotate(count=Count("pk")).values_list("of", "count")


def _asked_erasures(count: int) -> Need | None:
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
    first = list(rows.select_related("partner", "certification").annotate(count=Window(Count("pk"))).order_by("expires_on")[:NAMED])
    if not first:
        return None
    count = first[0].count
    words = ngettext("%(count)d certificate expires within 60 days", "%(count)d certificates expire within 60 days", count)
    detail = " · ".join(f"{row.partner}: {row.certification}" for row in first)
    address = reverse("admin:partners_partner_overview", args=[first[0].partner.public_id])
    return Need(words % {"count": count}, address, detail, order=60)


def _expired_invitations(count: int) -> Need | None:
    if not count:
        return None
    words = ngettext("%(count)d invitation expired unanswered", "%(count)d invitations expired unanswered", count)
    return Need(words % {"count": count}, reverse("admin:partners_invitation_changelist"), order=70)
