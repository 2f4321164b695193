"""How full, how fresh and how verified a data point is across partners, and which partners stand behind each number."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from context.models import ROWS, DataPoint, Fact, Segment, Side, Verdict
from context.queries.facts import freshness_of
from partners.models import Contact, Enrolment, Partner, Programme

ALL, REQUIRED, FILLED, MISSING, VERIFIED, CLAIMED, STALE = "all", "required", "filled", "missing", "verified", "claimed", "stale"
GROUPS = {
    FILLED: _("with a value"),
    MISSING: _("without a value, though it is required of them"),
    VERIFIED: _("whose value is verified"),
    CLAIMED: _("whose value is a claim"),
    STALE: _("whose value is stale"),
    REQUIRED: _("of whom it is required"),
}
OF_A_PARTNER = ("name", "legal_name", "website", "country", "language", "time_zone", "description")
OF_A_PLACE = ("kind", "tier", "status", "stage")
OF_A_PERSON = tuple(f"contact_{name}" for name in ("name", "email", "job_title", "phone", "functions", "language", "time_zone"))


@dataclass(frozen=True)
class Figures:
    """Numbers of partners. `required` is None where it is required of nobody in particular."""

    partners: int
    filled: int
    verified: int
    stale: int
    required: int | None = None
    missing: int | None = None

    @property
    def claimed(self) -> int:
        return self.filled - self.verified

    @property
    def filled_percent(self) -> int:
        return percent(self.filled, self.partners)

    @property
    def required_percent(self) -> int:
        return percent((self.required or 0) - (self.missing or 0), self.required or 0)

    @property
    def verified_percent(self) -> int:
        return percent(self.verified, self.filled)

    @property
    def fresh_percent(self) -> int:
        return percent(self.filled - self.stale, self.filled)


def percent(part: int, whole: int) -> int:
    """Rounded down, so that 100 means all of them."""
    return 100 * part // whole if whole else 0


def is_about_people(point: DataPoint) -> bool:
    return point.is_builtin and point.key.startswith("contact_")


def may_see_figures(point: DataPoint) -> bool:
    """Managers look at these pages; of what only the partner may see, they learn no figure either."""
    return point.seen_by != Side.PARTNER and not is_about_people(point)


def partners_in(point: DataPoint, group: str, user) -> QuerySet[Partner]:
    """The partners of this reader that a figure counts."""
    partners = Partner.objects.visible_to(user)
    conditions = _conditions(point)
    if group == ALL:
        return partners
    if group in (REQUIRED, MISSING):
        partners = partners.filter(required_of(point)) if is_required(point) else partners
        return partners.exclude(conditions[FILLED]) if group == MISSING else partners
    if group == CLAIMED:
        return partners.filter(conditions[FILLED]).exclude(conditions[VERIFIED])
    return partners.filter(conditions[FILLED] & conditions[group])


def figures_of(point: DataPoint, user) -> Figures:
    """One query for those with values, one for those of whom it is required."""
    conditions = _conditions(point)
    filled = conditions[FILLED]
    partners = Partner.objects.visible_to(user)
    found = partners.aggregate(
        partners=Count("pk"),
        filled=Count("pk", filter=filled),
        verified=Count("pk", filter=filled & conditions[VERIFIED]),
        stale=Count("pk", filter=filled & conditions[STALE]),
    )
    if is_required(point):
        of_these = partners.filter(required_of(point))
        found |= of_these.aggregate(required=Count("pk"), missing=Count("pk", filter=~filled))
    else:
        found["missing"] = found["partners"] - found["filled"]
    return Figures(**found)


def is_required(point: DataPoint) -> bool:
    return bool(point.required_stages) or point.required_kinds.exists()


def required_of(point: DataPoint) -> Exists:
    """Partners with a current place of one of its kinds, in one of its stages."""
    places = Enrolment.objects.current().filter(partner=OuterRef("pk"))
    if kinds := list(point.required_kinds.values_list("pk", flat=True)):
        places = places.filter(kind__in=kinds)
    if point.required_stages:
        places = places.filter(stage__in=point.required_stages)
    return Exists(places)


def facts_holding(point: DataPoint, choice: str) -> QuerySet[Fact]:
    """Facts that say this choice and have not been withdrawn."""
    latest = Verdict.objects.filter(fact=OuterRef("pk")).order_by("-at", "-pk").values("kind")[:1]
    facts = point.facts.annotate(standing=Subquery(latest)).filter(Q(standing=None) | ~Q(standing=Verdict.Kind.WITHDRAWN))
    return facts.filter(value__contains=[choice] if point.type == DataPoint.Type.CHOICES else choice)


def segments_using(points: list[DataPoint]) -> QuerySet:
    """(primary key of a data point, primary key and name of a segment that asks for it)."""
    named = Segment.objects.filter(data_points__in=points).order_by("name")
    return named.values_list("data_points", "pk", "name").filter(data_points__in=points)


def _conditions(point: DataPoint) -> dict[str, Q]:
    if point.type == DataPoint.Type.ROWS:
        return _of_rows(point)
    names = [point.key, *(f"{point.key}@{key}" for key in Programme.objects.values_list("key", flat=True))]
    now = timezone.now().replace(tzinfo=None).isoformat(timespec="microseconds")
    stale = Q(pk__in=[])
    for name in names:
        stale |= Q(**{f"profile__stale_at__{name}__lt": now})
    filled = Q(profile__facts__has_any_keys=names)
    if point.is_builtin and point.key in OF_A_PARTNER:
        filled = ~Q(**{point.key: ""})
    elif point.is_builtin and point.key in OF_A_PLACE:
        places = Enrolment.objects.current().filter(partner=OuterRef("pk"))
        filled = Q(Exists(places.exclude(**{point.key: "" if point.key in ("status", "stage") else None})))
    elif is_about_people(point):
        filled = Q(Exists(Contact.objects.current().filter(partner=OuterRef("pk"))))
    return {FILLED: filled, VERIFIED: Q(profile__verified__overlap=names), STALE: stale}


def _of_rows(point: DataPoint) -> dict[str, Q]:
    """Verified are those all of whose rows are, stale those with a row that is."""
    rows = ROWS[point.key].objects.filter(partner=OuterRef("pk"))
    old = rows.filter(observed_at__lt=timezone.now() - freshness_of(point)) if point.stale_after_days else rows.none()
    return {FILLED: Q(Exists(rows)), VERIFIED: ~Q(Exists(rows.filter(verified_at=None))), STALE: Q(Exists(old))}
