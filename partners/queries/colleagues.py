"""What a partner's admin asks about the people of their organisation: who asks to join, what would move when somebody leaves."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.utils import timezone

from partners.leaving import leaving_parts
from partners.mail_domains import domain_of, is_public
from partners.models import ColleagueRequest, Contact, Enrolment, Partner, PartnerCertification


@dataclass(frozen=True)
class Moving:
    """What a person has in hand: `label` says of which kind, `titles` name the first."""

    label: str
    count: int
    titles: list[str]


NAMED = 5


def partners_of_domain(address: str) -> list[Partner]:
    """Those who can be reached on the web under this very domain, or one of whose people uses the portal with such an address."""
    domain = domain_of(address)
    if not domain or "." not in domain or is_public(domain):
        return []
    people = Contact.objects.current().filter(email__endswith=f"@{domain}", user__is_active=True, user__is_staff=False)
    candidates = Partner.objects.unmerged().filter(Q(website__icontains=domain) | Q(pk__in=people.values("partner")))
    joined = set(people.values_list("partner_id", flat=True))
    active = candidates.filter(enrolments__in=Enrolment.objects.current()).distinct().order_by("pk")
    return [each for each in active if each.pk in joined or _host(each.website) == domain]


def requests_to_decide(partner: Partner) -> QuerySet[ColleagueRequest]:
    return ColleagueRequest.objects.to_decide(partner).order_by("confirmed_at", "pk")


def admins_of(partner: Partner) -> QuerySet[Contact]:
    """Who can act as one: with a login that opens."""
    return partner.contacts.current().filter(is_partner_admin=True, user__is_active=True)


def colleagues_of(contact: Contact) -> QuerySet[Contact]:
    """Who might take something over."""
    others = contact.partner.contacts.current().filter(user__is_active=True).exclude(pk=contact.pk)
    return others.order_by("name", "pk")


def moving_with(contact: Contact) -> list[Moving]:
    """What somebody else has to take over, where there is any."""
    found = [(part, list(part.find(contact))) for part in leaving_parts()]
    return [Moving(str(part.label), len(rows), [str(row) for row in rows[:NAMED]]) for part, rows in found if rows]


def certificates_going_with(contact: Contact) -> QuerySet[PartnerCertification]:
    """Those that hold today and count for the partner as long as this person works there."""
    valid = Q(expires_on=None) | Q(expires_on__gte=timezone.localdate())
    return contact.certifications.filter(valid).select_related("certification").order_by("certification__name", "pk")


def _host(website: str) -> str:
    try:
        return (urlsplit(website).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""
