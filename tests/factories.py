"""Short ways to make the rows of a story. They go through the models, so that a test of an action is free to start anywhere."""

from django.contrib.auth.models import Group

from accounts.models import User
from communications.kinds import rules_of
from communications.models import Announcement, Topic
from context.models import Segment
from partners.models import Contact, Enrolment, Partner, PartnerKind, PartnerProfile, Programme, Tier

PASSWORD = "correct horse battery"


def make_user(email: str, *, roles: tuple[str, ...] = (), **fields) -> User:
    user = User.objects.create_user(email, PASSWORD, is_staff=bool(roles), **fields)
    user.groups.add(*Group.objects.filter(name__in=roles))
    return user


def make_programme(key: str = "vendor", **fields) -> Programme:
    defaults = {"name": key.title(), "brand": key.title(), "sender_name": key.title(), "sender_email": f"partners@{key}.example"}
    programme, _created = Programme.objects.get_or_create(key=key, defaults={**defaults, **fields})
    return programme


def make_partner(
    name: str, *, programme: Programme, kind: str = "reseller", tier: str = "", country: str = "DE", **fields
) -> Partner:
    partner = Partner.objects.create(name=name, country=country, **fields)
    PartnerProfile.objects.create(partner=partner)
    Enrolment.objects.create(
        partner=partner,
        programme=programme,
        kind=PartnerKind.objects.get_or_create(key=kind, defaults={"name": kind.title()})[0],
        tier=Tier.objects.get_or_create(programme=programme, key=tier, defaults={"name": tier.title()})[0] if tier else None,
        is_primary=True,
    )
    return partner


def make_contact(
    partner: Partner, name: str, email: str, *, functions: tuple[str, ...] = ("sales",), login: bool = False, **fields
) -> Contact:
    user = make_user(email, name=name) if login else fields.pop("user", None)
    return Contact.objects.create(partner=partner, name=name, email=email, functions=list(functions), user=user, **fields)


def make_segment(name: str = "Everyone", rule: dict | None = None, contact_rule: dict | None = None) -> Segment:
    return Segment.objects.create(name=name, rule=rule or {"all": []}, contact_rule=contact_rule or {"all": []})


_ASKED = {
    "call_to_action": "Managers: act by 1 May", "effective_on": "2030-05-01", "ends_on": "2030-06-30", "starts_on": "2030-05-01",
    "act_by": "2030-05-01", "register_by": "2030-04-01", "severity": "high",
}  # fmt: skip


def what_kind_asks(kind: str) -> dict:
    """The fields without which an announcement of this kind could not be submitted."""
    asked = {name: _ASKED.get(name, f"The {name}") for name in rules_of(kind).required}
    who = {name: asked.pop(name) for name in ("call_to_action",) if name in asked}
    return who | {"details": asked}


def make_announcement(
    title: str = "Aurora 3 is here", *, programme: Programme, segment: Segment, author: User, **fields
) -> Announcement:
    topic, _created = Topic.objects.get_or_create(key="general", defaults={"name": "General", "is_default": True})
    defaults = {"body": "Hello {{ contact.name }}, read [the notes](https://vendor.example/notes).", "topic": topic}
    defaults |= what_kind_asks(fields.get("kind", "product_update"))
    return Announcement.objects.create(title=title, programme=programme, segment=segment, author=author, **{**defaults, **fields})
