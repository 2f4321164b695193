"""The people: managers with their portfolios, and contacts at partners, of whom some have joined and some were invited."""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.actions.users import create_login
from accounts.models import User
from activity.actions import record_activity
from partnerhub.demo import LOGINS, PASSWORD, carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.names import draw_name, in_ascii
from partnerhub.demo.places import PLACES
from partnerhub.demo.worlds import World
from partners.actions.contacts import add_contact
from partners.actions.invitations import digest_of
from partners.models import Contact, Invitation, Partner

# Key → address, name, role. The first two have a known password.
MANAGERS = {
    "manager": ("manager@demo.example", "Maren Lindqvist", "Programme admin"),
    "approver": ("approver@demo.example", "Anton Weiss", "Approver"),
    "author": ("ruth.okafor@lumenvale.example", "Ruth Okafor", "Author"),
    "jonas": ("jonas.reuter@lumenvale.example", "Jonas Reuter", "Partner manager"),
    "isabel": ("isabel.quintana@lumenvale.example", "Isabel Quintana", "Partner manager"),
    "dana": ("dana.whitfield@lumenvale.example", "Dana Whitfield", "Partner manager"),
    "pavel": ("pavel.novotny@kestrane.example", "Pavel Novotný", "Partner manager"),
    "elena": ("elena.marchetti@kestrane.example", "Elena Marchetti", "Partner manager"),
    "analyst": ("tom.brandt@lumenvale.example", "Tom Brandt", "Analyst"),
}


@dataclass(frozen=True)
class Job:
    title: str
    functions: str


_VENDOR_JOBS = (
    Job("Managing director", "executive sales"),
    Job("Solution engineer", "technical"),
    Job("Account manager", "sales"),
    Job("Marketing manager", "marketing"),
    Job("Finance manager", "finance"),
)
_CARMAKER_JOBS = (
    Job("Quality manager", "quality"),
    Job("Key account manager", "sales executive"),
    Job("Logistics planner", "logistics"),
    Job("Process engineer", "technical"),
    Job("Controller", "finance"),
)
JOBS = {vendor.PROGRAMME.key: _VENDOR_JOBS, carmaker.PROGRAMME.key: _CARMAKER_JOBS}

# Who can sign in with the known password, by partner and place in the list of jobs.
KNOWN = {
    (vendor.RESELLER, 0): ("partner@demo.example", "Paula Ferrand"),
    (vendor.RESELLER, 1): ("member@demo.example", "Milo Hartmann"),
    (carmaker.SUPPLIER, 0): ("supplier@demo.example", "Sofia Kowalska"),
}
WITHOUT_ADDRESS = ("Vlkolinec Springs", 2)
JOINED_SHARE, INVITED_SHARE = 0.64, 0.2
OF_RESELLER = {(vendor.RESELLER, "Marketing manager"): JOINED_SHARE, (vendor.RESELLER, "Finance manager"): 1.0}


def make_managers() -> dict[str, User]:
    with as_of(dates.days_ago(12 * 365)):
        managers = {key: _make_manager(*who) for key, who in MANAGERS.items()}
    User.objects.filter(pk__in=[user.pk for user in managers.values()]).update(
        is_staff=True, date_joined=dates.days_ago(12 * 365), last_seen_at=dates.days_ago(1, 15)
    )
    return {key: User.objects.get(pk=user.pk) for key, user in managers.items()}


def _make_manager(email: str, name: str, role: str) -> User:
    user = create_login(email, name=name, time_zone="Europe/Berlin", language="en")
    user.groups.add(Group.objects.get(name=role))
    return user


def make_contacts(world: World) -> None:
    chance = random.Random(f"{world.programme.key} people")  # noqa: S311 - a story, not a secret
    taken = set(Contact.objects.values_list("name", flat=True)) | {name for _email, name in KNOWN.values()}
    for name, partner in world.partners.items():
        began = dates.at(world.founded(name), 11)
        with as_of(began):
            people = [_add(world, partner, place, chance, taken) for place in range(_headcount(world, name))]
        Contact.objects.filter(pk__in=[person.pk for person in people]).update(created_at=began)


def make_second_job(world: World) -> Contact:
    """Paula also sells for a second partner, with the same login."""
    email, name = KNOWN[vendor.RESELLER, 0]
    partner = world.partners[vendor.SECOND_EMPLOYER]
    began = dates.days_ago(210)
    with as_of(began):
        contact = add_contact(
            partner, by=User.objects.get(email=MANAGERS["isabel"][0]), name=name, email=email, functions=("sales",), language="en",
            time_zone="Europe/Berlin", job_title="Sales partner, northern Germany",
        )  # fmt: skip
    Contact.objects.filter(pk=contact.pk).update(user=User.objects.get(email=email), created_at=began)
    return contact


def _headcount(world: World, name: str) -> int:
    if name in (vendor.RESELLER, carmaker.SUPPLIER):
        return len(JOBS[world.programme.key])
    employees = world.plans[name].employees
    return 2 if employees < 30 else 3 if employees < 250 else 4


def _add(world: World, partner: Partner, place: int, chance: random.Random, taken: set[str]) -> Contact:
    job = JOBS[world.programme.key][place]
    known = KNOWN.get((partner.name, place))
    name = known[1] if known else draw_name(partner.country, chance, taken)
    email = known[0] if known else f"{in_ascii(name).replace('-', '.')}@{in_ascii(partner.name)}.example"
    return add_contact(
        partner, by=None, name=name, email="" if (partner.name, place) == WITHOUT_ADDRESS else email, job_title=job.title,
        functions=job.functions.split(), language="en" if known else PLACES[partner.country].language,
        time_zone=PLACES[partner.country].time_zone, is_partner_admin=place == 0,
    )  # fmt: skip


def let_people_join(world: World, managers: dict[str, User]) -> None:
    """Invitations that were accepted, that wait, and people whom nobody has invited yet."""
    chance = random.Random(f"{world.programme.key} joining")  # noqa: S311 - a story, not a secret
    joined, invitations = [], []
    contacts = Contact.objects.filter(partner__in=world.partners.values()).exclude(email="").order_by("pk")
    for contact in contacts.select_related("partner"):
        drawn = _drawn(contact, chance)
        by = managers[world.plans[contact.partner.name].manager]
        began = contact.created_at + timedelta(days=chance.randrange(2, 40))
        seen = timezone.now() - timedelta(hours=chance.randrange(2, 700))
        if drawn < JOINED_SHARE:
            joined.append(_joined(contact, began, seen))
            invitations.append(_invitation(contact, by, sent_at=began - timedelta(days=1), accepted_at=began))
        elif drawn < JOINED_SHARE + INVITED_SHARE:
            invitations.append(_invitation(contact, by, sent_at=dates.days_ago(chance.randrange(2, 15), 10)))
    User.objects.bulk_update([contact.user for contact in joined], ["date_joined", "last_seen_at"])
    Contact.objects.bulk_update(joined, ["user"])
    Invitation.objects.bulk_create(invitations)


def _drawn(contact: Contact, chance: random.Random) -> float:
    """Chance decides, but not about those whom a visitor meets first."""
    drawn = chance.random()
    return 0.0 if contact.email in LOGINS else OF_RESELLER.get((contact.partner.name, contact.job_title), drawn)


def _joined(contact: Contact, at: datetime, seen: datetime) -> Contact:
    with as_of(at):
        user = create_login(contact.email, name=contact.name, time_zone=contact.time_zone, language=contact.language)
        record_activity("contact.joined", f"{contact} joined the portal", by=user, partner_id=contact.partner_id, subject=contact)
    user.date_joined, user.last_seen_at = at, seen
    contact.user = user
    return contact


def _invitation(contact: Contact, by: User, sent_at: datetime, accepted_at: datetime | None = None) -> Invitation:
    """Its token is thrown away, so nobody can use it; a manager resends the invitation to get a link that works."""
    return Invitation(
        contact=contact, email=contact.email, digest=digest_of(secrets.token_urlsafe(32)), sent_at=sent_at, invited_by=by,
        expires_at=sent_at + timedelta(days=14), accepted_at=accepted_at,
    )  # fmt: skip


def open_known_logins() -> None:
    """One hash for all: it is made slow on purpose."""
    User.objects.filter(email__in=LOGINS).update(password=make_password(PASSWORD))
