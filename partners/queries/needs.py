"""What in this app waits for a manager: certificates about to expire, invitations nobody answered, people who ask to join."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, DateField, QuerySet, UUIDField, Value, Window
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.actions.colleague_requests import MAY_DECIDE
from partners.models import ColleagueRequest, Contact, Erasure, Handover, Invitation, Partner, PartnerCertification
from partners.panels import Need
from partners.visibility import hidden_from

SOON = timedelta(days=60)
NAMED = 3
ERASURES, FAILED, CERTIFICATES, INVITATIONS, JOINING = "erasures", "failed", "certificates", "invitations", "joining"
OVERDUE = "overdue"


@dataclass(frozen=True)
class Waiting:
    """How many of one kind wait. Of certificates there is one for each of the first; the others name nobody."""

    of: str
    count: int
    partner: str
    public_id: UUID | None
    certificate: str
    expires_on: date | None


def partner_needs(user) -> list[Need]:
    waiting: dict[str, list[Waiting]] = {}
    for one in _waiting(user):
        waiting.setdefault(one.of, []).append(one)
    return [_SAID[of](rows) for of, rows in waiting.items()]


def _waiting(user) -> list[Waiting]:
    """One query for all."""
    now, today = timezone.now(), timezone.localdate()
    people = Contact.objects.visible_to(user).current().filter(user=None)
    unanswered = Invitation.objects.filter(contact__in=people, accepted_at=None, withdrawn_at=None, expires_at__lte=now)
    lists = [_counted(INVITATIONS, unanswered)]
    if user.has_perm("partners.erase_person"):
        erasures = Erasure.objects.visible_to(user)
        lists.append(_counted(ERASURES, erasures.filter(state=Erasure.State.ASKED)))
        lists.append(_counted(FAILED, erasures.filter(state=Erasure.State.FAILED)))
    if user.has_perm(MAY_DECIDE):
        lists.append(_counted(JOINING, ColleagueRequest.objects.visible_to(user).unanswered()))
    if user.has_perm("partners.view_handover"):
        lists.append(_counted(OVERDUE, Handover.objects.filter(state=Handover.State.PLANNED, on_day__lt=today)))
    if "certifications" not in hidden_from(user):
        held = PartnerCertification.objects.counting().filter(partner__in=Partner.objects.visible_to(user))
        lists.append(_first_of(held.filter(expires_on__gte=today, expires_on__lte=today + SOON)))
    rows = [Waiting(*row) for row in lists[0].union(*lists[1:], all=True)]
    return sorted((row for row in rows if row.count), key=lambda row: row.expires_on or date.max)


def _counted(of: str, rows: QuerySet) -> QuerySet:
    nothing = (Value(""), Cast(Value(None), UUIDField()), Value(""), Cast(Value(None), DateField()))
    return rows.order_by().values(of=Value(of)).annotate(count=Count("pk")).values_list("of", "count", *nothing)


def _first_of(held: QuerySet[PartnerCertification]) -> QuerySet:
    columns = ("partner__name", "partner__public_id", "certification__name", "expires_on")
    return held.order_by("expires_on", "pk").values_list(Value(CERTIFICATES), Window(Count("pk")), *columns)[:NAMED]


def _asked_erasures(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext("%(count)d person asks to be forgotten", "%(count)d people ask to be forgotten", count)
    return Need(words % {"count": count}, reverse("admin:partners_erasure_changelist") + "?state__exact=asked", order=15)


def _failed_erasures(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext("%(count)d erasure failed; try it again", "%(count)d erasures failed; try them again", count)
    return Need(words % {"count": count}, reverse("admin:partners_erasure_changelist") + "?state__exact=failed", order=15)


def _expiring_certificates(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext("%(count)d certificate expires within 60 days", "%(count)d certificates expire within 60 days", count)
    detail = " · ".join(f"{row.partner}: {row.certificate}" for row in rows)
    if count == 1:
        address = reverse("admin:partners_partner_overview", args=[rows[0].public_id])
    else:
        address = reverse("admin:partners_partner_changelist") + "?certificates=expiring"
    return Need(words % {"count": count}, address, detail, order=60)


def _expired_invitations(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext("%(count)d invitation expired unanswered", "%(count)d invitations expired unanswered", count)
    return Need(words % {"count": count}, reverse("admin:partners_invitation_changelist") + "?state=expired", order=70)


def _unanswered_requests(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext(
        "%(count)d person asks to join a partner, and nobody there answers",
        "%(count)d people ask to join a partner, and nobody there answers",
        count,
    )
    return Need(words % {"count": count}, reverse("admin:partners_colleaguerequest_changelist"), order=30)


def _overdue_handovers(rows: list[Waiting]) -> Need:
    count = rows[0].count
    words = ngettext("%(count)d hand-over did not happen on its day", "%(count)d hand-overs did not happen on their day", count)
    detail = _("Whoever should take over can no longer sign in: cancel it and plan it anew")
    return Need(words % {"count": count}, reverse("admin:partners_handover_changelist") + "?state__exact=planned", detail, order=20)


_SAID = {
    OVERDUE: _overdue_handovers,
    JOINING: _unanswered_requests,
    ERASURES: _asked_erasures,
    FAILED: _failed_erasures,
    CERTIFICATES: _expiring_certificates,
    INVITATIONS: _expired_invitations,
}
