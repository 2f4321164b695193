"""Whom a segment reaches, before anything is sent to them."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from context.models import Segment, SegmentVersion
from context.queries.planning import cursor_for_everybody
from context.rules import CompiledSegment, Lookups, compile_rules, in_words
from partners.models import Contact, Partner

EXAMPLES = 10
FOUND_PARTNERS = 8
SHOWN_VERSIONS = 5


@dataclass(frozen=True)
class SegmentPreview:
    partners: int
    people: int
    examples: tuple[Partner, ...]
    words: str

    @property
    def is_empty(self) -> bool:
        return self.people == 0


def preview_segment(rule, contact_rule=None, *, visible_to=None) -> SegmentPreview:
    """Counts, ten partners by name and the rule in words; of a manager's own portfolio where `visible_to` is given.
    Raises Invalid where a rule cannot be asked."""
    lookups = Lookups()
    segment = compile_rules(rule, contact_rule, lookups=lookups)
    partners = segment.partners()
    if visible_to is not None:
        partners = partners & Partner.objects.visible_to(visible_to)
    found = _counted(partners, segment)
    examples = Partner.objects.in_bulk(found[2] or [])
    return SegmentPreview(
        partners=found[0],
        people=found[1] or 0,
        examples=tuple(examples[pk] for pk in found[2] or []),
        words=in_words(rule, contact_rule, lookups=lookups),
    )


# The partners are found once; the people and the examples are those of what was found.
_COUNT = """
    WITH chosen (id, name) AS MATERIALIZED ({partners})
    SELECT (SELECT count(*) FROM chosen), (SELECT {people} WHERE partner_id IN (SELECT id FROM chosen)),
           (SELECT array_agg(id) FROM (SELECT id FROM chosen ORDER BY name, id LIMIT {examples}) AS first)
"""


def _counted(partners: QuerySet[Partner], segment: CompiledSegment) -> tuple[int, int | None, list[int] | None]:
    partners_sql, parameters = partners.order_by().values_list("pk", "name").query.sql_with_params()
    headcounts = segment.headcounts()
    if headcounts is not None:
        rows, function = headcounts.order_by().values_list("people", "partner_id"), "sum(people)"
    else:
        contacts = Contact.objects.current().filter(segment.contact_condition)
        rows, function = contacts.order_by().values_list("pk", "partner_id"), "count(*)"
    try:
        people_sql, people_parameters = rows.query.sql_with_params()
        people = f"{function} FROM ({people_sql}) AS people (people, partner_id)"
    except EmptyResultSet:
        people, people_parameters = "0 FROM chosen AS nobody (partner_id)", ()
    statement = _COUNT.format(partners=partners_sql, people=people, examples=EXAMPLES)
    with cursor_for_everybody() as cursor:
        cursor.execute(statement, [*parameters, *people_parameters])
        return cursor.fetchone()


def partners_like(name: str, public_id: UUID | None = None, *, visible_to) -> tuple[Partner, ...]:
    """The partner with that id, else some whose name contains `name`; an exact name alone is one."""
    partners = Partner.objects.visible_to(visible_to).order_by("name", "pk")
    if public_id:
        return tuple(partners.filter(public_id=public_id))
    name = name.replace("\x00", "").strip()
    if not name:
        return ()
    found = tuple(partners.filter(name__icontains=name)[:FOUND_PARTNERS])
    exact = tuple(partner for partner in found if partner.name.casefold() == name.casefold())
    return exact if len(exact) == 1 else found


def latest_versions(segment: Segment) -> tuple[SegmentVersion, ...]:
    return tuple(segment.versions.select_related("saved_by")[:SHOWN_VERSIONS])
