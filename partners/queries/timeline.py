"""What happened to a partner, the newest first: of one kind, by one person, between two days, a page at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from activity.kinds import of_kind
from activity.models import Activity
from partners.models import Partner

PAGE_LENGTH = 30
PORTAL = "portal"


@dataclass(frozen=True)
class TimelinePage:
    """`older` names the entry before which the next page begins, where there is one."""

    entries: list[Activity]
    older: UUID | None = None


def timeline_of(
    partner: Partner,
    *,
    kind: str = "",
    who: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
) -> TimelinePage:
    """`who` is the public id of a login, or `portal` for what nobody did by hand; `until` is the first moment that is left out."""
    rows = Activity.objects.of_partner(partner.pk)
    conditions = [
        of_kind(kind) if kind else Q(),
        _by(who) if who else Q(),
        Q(occurred_at__gte=since) if since else Q(),
        Q(occurred_at__lt=until) if until else Q(),
        _before(rows, before) if before else Q(),
    ]
    entries = list(rows.filter(*conditions).select_related("actor")[: PAGE_LENGTH + 1])
    page = entries[:PAGE_LENGTH]
    return TimelinePage(page, page[-1].public_id if len(entries) > PAGE_LENGTH else None)


def people_in_timeline(partner: Partner) -> QuerySet:
    """Who did something that is in it."""
    actors = Activity.objects.of_partner(partner.pk).order_by().values("actor")
    return get_user_model().objects.filter(pk__in=actors).order_by("name", "email")


def _by(who: str) -> Q:
    return Q(actor=None) if who == PORTAL else Q(actor__public_id=who)


def _before(rows: QuerySet[Activity], public_id: UUID) -> Q:
    """An entry that is not this partner's is no place to go on from."""
    last = rows.filter(public_id=public_id).values_list("occurred_at", "pk").first()
    return Q(occurred_at__lt=last[0]) | Q(occurred_at=last[0], pk__lt=last[1]) if last else Q()
