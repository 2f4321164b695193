"""Whose days of grace run out and who is stuck in a stage, for a manager's first page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from context.models import TierStanding
from context.queries.stages import stuck_of
from partners.models import Enrolment, Stage
from partners.models.partners import stood_for_by
from partners.panels import Need

SOON = timedelta(days=30)
COUNTED_TO = 100
NAMED = 3
GRACE, STUCK = "grace", "stuck"


class Row(NamedTuple):
    """`word` is the tier that is about to be lost, or the stage; `when` until or since."""

    about: str
    partner: str
    public_id: UUID
    word: str
    when: datetime


def standing_needs(user) -> Iterator[Need]:
    """One query for both; the first of each are named."""
    wanted = [_losing_their_tier(user)] if user.has_perm("partners.view_enrolment") else []
    wanted += [_stuck(user)] if user.has_perm("context.view_stagemove") else []
    found = [Row(*row) for row in wanted[0].union(*wanted[1:], all=True)] if wanted else []
    if rows := sorted((row for row in found if row.about == GRACE), key=lambda row: row.when):
        yield _grace_need(rows, sees_policies=user.has_perm("context.view_tierpolicy"))
    if rows := sorted((row for row in found if row.about == STUCK), key=lambda row: row.when):
        yield _stuck_need(rows)


def _losing_their_tier(user) -> QuerySet:
    own = Enrolment.objects.current().visible_to(user).filter(tier__isnull=False)
    rows = TierStanding.objects.filter(grace_until__lte=timezone.localdate() + SOON, enrolment__in=own)
    named = ("enrolment__partner__name", "enrolment__partner__public_id", "enrolment__tier__name")
    return rows.order_by("grace_until").values_list(Value(GRACE), *named, Cast("grace_until", DateTimeField()))[:COUNTED_TO]


def _stuck(user) -> QuerySet:
    """Of the partners that this manager answers for, or covers."""
    rows = stuck_of(stood_for_by(user)).order_by("stage_since")
    return rows.values_list(Value(STUCK), "partner__name", "partner__public_id", "stage", "stage_since")[:COUNTED_TO]


def _grace_need(rows: list[Row], *, sees_policies: bool) -> Need:
    """One leads to its partner, several to the policies, whose pages name everybody that is kept by grace."""
    words = ngettext("%(n)s partner loses its tier within 30 days", "%(n)s partners lose their tier within 30 days", len(rows))
    keeps = _("%(partner)s keeps %(tier)s until %(day)s")
    named = [keeps % {"partner": row.partner, "tier": row.word, "day": date_format(row.when, "j M")} for row in rows[:NAMED]]
    if len(rows) > 1 and sees_policies:
        address = reverse("admin:context_tierpolicy_changelist") + "?status__exact=published"
    else:
        address = reverse("admin:partners_partner_overview", args=[rows[0].public_id]) + "?tab=performance"
    return Need(words % {"n": _said(len(rows))}, address, " · ".join(named), order=45)


def _stuck_need(rows: list[Row]) -> Need:
    words = ngettext("%(n)s partner is stuck in its stage", "%(n)s partners are stuck in their stage", len(rows))
    named = [f"{row.partner}: {Stage(row.word).label}" for row in rows[:NAMED]]
    return Need(words % {"n": _said(len(rows))}, reverse("admin:context_stagemove_board"), " · ".join(named), order=50)


def _said(count: int) -> str:
    return f"{count - 1}+" if count == COUNTED_TO else str(count)
