"""The first page of the admin: what needs this manager, and what happened lately."""

from activity.models import Activity
from partners.models import Partner
from partners.panels import needs_of
from partners.queries.tasks import tasks_to_do, with_partners

RECENT = 12
TASKS = 25
# One edit of many rows writes one of these for each; “bulk.edited” says it once.
SAID_ELSEWHERE = ("partner.changed", "enrolment.changed", "contact.changed")


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


def _recent(user) -> list[Activity]:
    rows = Activity.objects.exclude(verb__in=SAID_ELSEWHERE).select_related("actor")
    if not user.has_perm("partners.view_all_partners"):
        rows = rows.filter(partner_id__in=Partner.objects.visible_to(user).values("pk"))
    return list(rows[:RECENT])
