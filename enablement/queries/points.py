"""Points counted from rows: each achievement once, a day no more than its cap, worth less as it ages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from enablement.models import PointsPolicy
from enablement.pointing import level_of, missing_for_next, worth_today
from partners.models import Contact

SHOWN = 20
MOST_NAMED = 2_000
# A lesson of a package that was passed with a score counts as a quiz does.
# A lesson counts by its key, so that another version of the course, and a renewal, give nothing twice.
_EARNED = """
WITH first_time AS (
    SELECT p.contact_id, (min(d.at) AT TIME ZONE 'UTC')::date AS day,
           CASE WHEN l.kind IN ('quiz', 'simulation') OR bool_or(a.is_passed) THEN %(quiz)s ELSE %(lesson)s END AS points
    FROM enablement_lessondone d
    JOIN enablement_participation p ON p.id = d.participation_id
    JOIN enablement_course c ON c.id = p.course_id
    JOIN enablement_lesson l ON l.id = d.lesson_id
    LEFT JOIN enablement_attempt a ON a.participation_id = d.participation_id AND a.lesson_id = d.lesson_id AND a.is_passed
    WHERE c.programme_id = %(programme)s AND p.contact_id = ANY(%(contacts)s)
    GROUP BY p.contact_id, p.course_id, l.key, l.kind
    UNION ALL
    SELECT g.contact_id, min(g.issued_on), %(certificate)s
    FROM enablement_certificate g JOIN enablement_course c ON c.id = g.course_id
    WHERE c.programme_id = %(programme)s AND g.contact_id = ANY(%(contacts)s) AND g.revoked_at IS NULL
    GROUP BY g.contact_id, g.course_id
)
SELECT contact_id, day, least(sum(points), %(cap)s)::int FROM first_time GROUP BY contact_id, day
"""


@dataclass(frozen=True)
class Line:
    """One person on a board."""

    rank: int
    contact: Contact
    points: int
    is_own: bool


@dataclass(frozen=True)
class Points:
    policy: PointsPolicy
    points: int
    level: int
    missing: int | None
    colleagues: list[Line]
    named: list[Line]
    is_named: bool


def policy_for(contact: Contact) -> PointsPolicy | None:
    """Of the programme that stands for the contact's partner, where it has turned points on."""
    there = PointsPolicy.objects.filter(is_on=True, programme__enrolments__in=contact.partner.enrolments.current())
    return there.order_by("-programme__enrolments__is_primary", "programme__enrolments__pk").first()


def points_of(contact: Contact) -> Points | None:
    """None where points are off. A fixed number of queries."""
    policy = policy_for(contact)
    if policy is None:
        return None
    boards = PointsPolicy.Board
    colleagues = list(contact.partner.contacts.current()) if policy.board != boards.NONE else [contact]
    named = list(_named(policy)) if policy.board == boards.NAMED else []
    worth = worth_of({row.pk for row in (*colleagues, *named, contact)}, policy)
    own = worth[contact.pk]
    return Points(
        policy, int(own), level_of(own), missing_for_next(own), _board(colleagues, worth, contact), _board(named, worth, contact),
        any(row.pk == contact.pk for row in named),
    )  # fmt: skip


def worth_of(contacts: Iterable[int], policy: PointsPolicy, today: date | None = None) -> dict[int, float]:
    """By contact; who has earned nothing has 0."""
    values = {
        "programme": policy.programme_id, "contacts": list(contacts), "quiz": policy.for_quiz, "lesson": policy.for_lesson,
        "certificate": policy.for_certificate, "cap": policy.most_a_day,
    }  # fmt: skip
    earned: dict[int, list[tuple[date, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_EARNED, values)
        for contact, day, points in cursor.fetchall():
            earned[contact].append((day, points))
    today = today or timezone.localdate()
    return {contact: worth_today(earned[contact], policy.half_life_days, today) for contact in values["contacts"]}


def _named(policy: PointsPolicy):
    rows = Contact.objects.current().exclude(named_on_boards=None)
    there = rows.filter(partner__enrolments__programme=policy.programme_id, partner__enrolments__ends_on=None)
    return there.order_by("pk").distinct()[:MOST_NAMED]


def _board(people: list[Contact], worth: dict[int, float], own: Contact) -> list[Line]:
    """The best ones, and the reader wherever they stand. Equal points are one rank; who has none is not listed."""
    there = sorted((row for row in people if int(worth[row.pk]) > 0), key=lambda row: (-int(worth[row.pk]), row.name))
    scores = [int(worth[row.pk]) for row in there]
    lines = [Line(scores.index(int(worth[row.pk])) + 1, row, int(worth[row.pk]), row.pk == own.pk) for row in there]
    return [line for place, line in enumerate(lines) if place < SHOWN or line.is_own]
