"""Segments with telling names: whom the story's announcements are for, and a few that a manager would keep at hand."""

from accounts.models import User
from context.actions.segments import create_segment
from context.models import Segment
from partnerhub.demo import dates
from partnerhub.demo.history import as_of


def _in(programme: str, *more: dict) -> dict:
    return {
        "all": [
            {"field": "enrolment.programme", "op": "eq", "value": programme},
            {"field": "enrolment.status", "op": "eq", "value": "active"},
            *more,
        ]
    }


def _function(*keys: str) -> dict:
    return {"all": [{"field": "contact.function", "op": "in", "value": list(keys)}]}


def _where(field: str, op: str, value, **more) -> dict:
    return {"field": field, "op": op, "value": value, **more}


# Key → name, description, partners where, people there who.
SEGMENTS = {
    "network": ("Everyone in the Lumenvale network", "The audience of the newsletter.", _in("lumenvale"), {"all": []}),
    "sellers": (
        "Resellers and distributors · sales and executives",
        "Prices, campaigns and incentives.",
        _in("lumenvale", _where("enrolment.kind", "in", ["reseller", "distributor"])),
        _function("sales", "executive"),
    ),
    "builders": (
        "Engineers in the Lumenvale network",
        "Technical news, at every partner.",
        _in("lumenvale"),
        _function("technical"),
    ),
    "security": (
        "Security contacts of the Lumenvale network",
        "Engineers, and those who answer for them.",
        _in("lumenvale"),
        _function("technical", "executive"),
    ),
    "uncertified": (
        "Gold and Platinum resellers without the Current certificate",
        "They cannot order Current yet.",
        _in(
            "lumenvale",
            _where("enrolment.kind", "eq", "reseller"),
            _where("enrolment.tier", "in", ["gold", "platinum"]),
            {"not": _where("certification.key", "eq", "current-engineer")},
        ),
        _function("technical", "executive"),
    ),
    "dach": (
        "Partners in DACH whose certificate expires within 90 days",
        "A renewal call is due.",
        _in("lumenvale", _where("partner.region", "eq", "dach"), _where("certification.expires", "within_days", 90)),
        _function("technical"),
    ),
    "suppliers": ("Everyone in the Kestrane supplier network", "Suppliers and logistics providers.", _in("kestrane"), {"all": []}),
    "quality": (
        "Quality contacts at suppliers and logistics providers",
        "Standards and what to do about them.",
        _in("kestrane"),
        _function("quality"),
    ),
    "planners": (
        "Sales and logistics at suppliers",
        "Production schedules and call-offs.",
        _in("kestrane"),
        _function("sales", "logistics"),
    ),
    "late": (
        "Suppliers below 95 % on-time delivery",
        "On average over the last four quarters.",
        _in("kestrane", _where("performance_average.on_time_delivery", "lt", 95, quarters=4)),
        _function("quality", "logistics"),
    ),
}


def _abroad(by: User, sellers: Segment) -> Segment:
    """One that names another: whom that finds, but for one region."""
    among_sellers = _where("segment", "in", [str(sellers.public_id)])
    rule = {"all": [among_sellers, {"not": _where("partner.region", "eq", "dach")}]}
    return create_segment(
        by=by,
        name="Resellers and distributors outside DACH",
        description="The same people, where another team answers for them.",
        rule=rule,
        contact_rule={"all": [among_sellers]},
    )


def make_segments(by: User) -> dict[str, Segment]:
    made_at = dates.days_ago(300)
    with as_of(made_at):
        segments = {
            key: create_segment(by=by, name=name, description=description, rule=rule, contact_rule=contact_rule)
            for key, (name, description, rule, contact_rule) in SEGMENTS.items()
        }
        segments["abroad"] = _abroad(by, segments["sellers"])
    Segment.objects.filter(pk__in=[segment.pk for segment in segments.values()]).update(created_at=made_at, updated_at=made_at)
    return segments
