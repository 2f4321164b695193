"""The rows of a segment as a file: partners, or people. Columns that the reader may not see are left out."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet
from django.utils import timezone

from context.models import DataPoint, Fact, Segment
from context.queries.fact_list import flat, in_chunks, rivals_in_a_cell
from context.queries.facts import rivals_at
from context.rules import compile_rules
from partners.models import Partner, PartnerProfile
from partners.visibility import hidden_from

ROWS_AT_ONCE = 1000
_PARTNER = ("name", "external_id", "country", "language", "website")
_ARRAYS = ("regions", "specialties", "certifications")
_PARTS = ("", "_standing", "_rivals")
_PERSON = ("name", "email", "job_title", "functions", "language")


def partner_rows(segment: Segment, user) -> tuple[tuple[str, ...], Iterator[tuple]]:
    """The header, and a row for each partner that this user may see. Beside the value of each data point that the rules speak of
    stands how it stands: verified or a claim, and whether it is stale; and what others say instead that nobody has decided about.
    Raises Invalid where a rule cannot be asked."""
    hidden = hidden_from(user)
    columns = [name for name in _PARTNER if name not in hidden]
    arrays = [name for name in _ARRAYS if name not in hidden]
    points = _points(segment, user)
    header = ("id", *columns, *arrays, *(f"{point.key}{part}" for point in points for part in _PARTS))
    found = compile_rules(segment.rule, segment.contact_rule).partners() & Partner.objects.visible_to(user)
    return header, _partners(found.select_related("profile"), columns, arrays, points)


def partners_in_file(segment: Segment, user) -> QuerySet:
    """The primary keys of the partners that either file tells of."""
    found = compile_rules(segment.rule, segment.contact_rule).partners() & Partner.objects.visible_to(user)
    return found.values("pk")


def _points(segment: Segment, user) -> list[DataPoint]:
    asked = segment.data_points.filter(pk__in=DataPoint.objects.seen_by(user).values("pk"), is_builtin=False)
    return list(asked.order_by("key"))


def _partners(found, columns: list[str], arrays: list[str], points: list[DataPoint]) -> Iterator[tuple]:
    now = timezone.now().astimezone(UTC)
    for partners in in_chunks(found.order_by("name", "pk").iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
        rivals = _rivals([partner.pk for partner in partners], points)
        for partner in partners:
            profile = getattr(partner, "profile", None) or PartnerProfile(partner=partner)
            cells: list = [partner.public_id, *(getattr(partner, name) for name in columns)]
            cells += [" ".join(getattr(profile, name)) for name in arrays]
            for point in points:
                others = rivals.get((partner.pk, point.pk), "")
                cells += [flat(profile.facts.get(point.key)), _standing(profile, point.key, now), others]
            yield tuple(cells)


def _rivals(partners: list[int], points: list[DataPoint]) -> dict[tuple[int, int], str]:
    """By partner and data point; what belongs to one programme is no column."""
    found = rivals_at(partners, points) if points else {}
    standing = Fact.objects.filter(pk__in=found, programme=None).values_list("pk", "partner", "data_point")
    return {(partner, point): rivals_in_a_cell(found[pk]) for pk, partner, point in standing}


def _standing(profile: PartnerProfile, key: str, now: datetime) -> str:
    if key not in profile.facts:
        return ""
    until = profile.stale_at.get(key)
    words = ["verified" if key in profile.verified else "claim"]
    return ", ".join([*words, *(["stale"] if until is not None and until <= now.strftime("%Y-%m-%dT%H:%M:%S.%f") else [])])


def people_rows(segment: Segment, user) -> tuple[tuple[str, ...], Iterator[tuple]]:
    """The header, and a row for each person at a partner that this user may see."""
    hidden = hidden_from(user)
    columns = [name for name in _PERSON if f"contact_{name}" not in hidden]
    people = compile_rules(segment.rule, segment.contact_rule).contacts().visible_to(user).select_related("partner")
    return ("id", *columns, "partner", "partner_id"), _people(people, columns)


def _people(people, columns: list[str]) -> Iterator[tuple]:
    for person in people.order_by("partner__name", "name", "pk").iterator(chunk_size=ROWS_AT_ONCE):
        own = [flat(getattr(person, name)) for name in columns]
        yield (person.public_id, *own, person.partner.name, person.partner.public_id)
