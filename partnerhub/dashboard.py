"""The first page of the admin: what needs this manager, and what happened lately."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import OuterRef, Subquery

from activity.models import Activity
from partners.models import Partner
from partners.panels import needs_of
from partners.queries.tasks import tasks_to_do, with_partners

RECENT = 12
READ = 200  # of which as many lines are made as are shown: what happened to many at once is one
TASKS = 25
# One edit of many rows writes one of these for each; “bulk.edited” says it once.
SAID_ELSEWHERE = ("partner.changed", "enrolment.changed", "contact.changed")


@dataclass(frozen=True)
class Happening:
    """The newest of some entries that say the same, one after the other."""

    entry: Activity
    partners: tuple[str, ...]

    @property
    def others(self) -> int:
        return len(self.partners) - 1


def fill(request, context: dict) -> dict:
    return {
        **context,
        "needs": needs_of(request.user),
        "tasks": _tasks(request.user),
        "recent": _recent(request.user),
        "is_fullwidth": "0",
    }


def _tasks(user) -> list:
    return with_partners(tasks_to_do(user)[:TASKS])


def _recent(user) -> list[Happening]:
    name = Partner.objects.filter(pk=OuterRef("partner_id")).values("name")[:1]
    rows = Activity.objects.exclude(verb__in=SAID_ELSEWHERE).select_related("actor").annotate(partner_name=Subquery(name))
    if not user.has_perm("partners.view_all_partners"):
        rows = rows.filter(partner_id__in=Partner.objects.visible_to(user).values("pk"))
    alike = groupby(rows[:READ], key=lambda row: (row.verb, row.sentence, row.actor_id))
    return [_happening(list(same)) for _said, same in alike][:RECENT]


def _happening(same: list[Activity]) -> Happening:
    return Happening(same[0], tuple(dict.fromkeys(row.partner_name for row in same if row.partner_name)))
