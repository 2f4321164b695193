"""Partners enter journeys and leave them, by one statement for all who do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Refused
from communications.models import Journey, JourneyRun, JourneyState, JourneyVersion, RunState
from communications.queries.journey_steps import due_at
from context.rules import compile_rules
from partners.models import Partner

logger = structlog.get_logger(__name__)

# Who enters draws by a hash of the journey and the partner, the same each time.
_DRAW = "('x' || substr(md5('{journey}:' || partner.public_id), 1, 8))::bit(32)::bigint %% 100"
_ENTER = f"""
    INSERT INTO communications_journeyrun
        (journey_id, version_id, partner_id, nth, state, step_key, entered_at, since, due_at, is_watching, why)
    SELECT %s, %s, id, nth, CASE WHEN is_held_out THEN 'held_out' ELSE 'under_way' END, CASE WHEN is_held_out THEN NULL ELSE %s END,
        %s, %s, CASE WHEN is_held_out THEN NULL ELSE %s::timestamptz END, false, ''
    FROM (
        SELECT partner.id, coalesce(latest.nth, 0) + 1 AS nth, {_DRAW} < %s AS is_held_out
        FROM ({{partners}}) AS partner (id, public_id)
        LEFT JOIN (
            SELECT DISTINCT ON (partner_id) partner_id, nth, state, ended_at FROM communications_journeyrun
            WHERE journey_id = %s ORDER BY partner_id, nth DESC
        ) AS latest ON latest.partner_id = partner.id
        WHERE latest.nth IS NULL OR (latest.state IN ('finished', 'left') AND latest.ended_at < %s::timestamptz)
    ) AS drawn
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - words of ours


def let_in() -> int:
    """Whoever is found by the rule of a running journey and is not in it begins it, or is held out. Returns how many."""
    entered = 0
    for journey in Journey.objects.filter(state=JourneyState.RUNNING).order_by("pk"):
        with _its_own_trouble(journey):
            entered += enter(journey)
    return entered


@transaction.atomic
def enter(journey: Journey) -> int:
    current = Journey.objects.select_for_update().filter(pk=journey.pk, state=JourneyState.RUNNING).first()
    if current is None:
        return 0
    version = current.versions.get(number=current.published)
    partners = compile_rules(version.rule).partners()
    if version.exit_rule is not None:
        partners = partners.exclude(pk__in=compile_rules(version.exit_rule).partners().values("pk"))
    try:
        sql, parameters = partners.values_list("pk", "public_id").query.sql_with_params()
    except EmptyResultSet:
        return 0
    now = timezone.now()
    again = now - timedelta(days=version.again_after_days) if version.again_after_days else "-infinity"
    due = due_at(version.steps.get(key=version.first_key), now)
    statement = _ENTER.format(partners=sql, journey=current.public_id)
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [current.pk, version.pk, version.first_key, now, now, due, version.holdout_percent, *parameters, current.pk, again],
        )
        return cursor.rowcount


def let_out() -> int:
    """Whom the exit rule of their version finds leaves; so does a partner that turned out to be another one. Returns how many. Each
    is asked again before a step does something for them."""
    left = 0
    used = JourneyRun.objects.under_way().filter(journey__state=JourneyState.RUNNING).values("version")
    for version in JourneyVersion.objects.filter(pk__in=used).select_related("journey"):
        with _its_own_trouble(version.journey), transaction.atomic():
            left += leave(JourneyRun.objects.filter(version=version).under_way(), version)
    return left


def leave(runs, version: JourneyVersion) -> int:
    """Those of these rows who are to leave by the rule of their version, or because they are another partner by now."""
    now, gone = timezone.now(), {"state": RunState.LEFT, "due_at": None, "is_watching": False}
    merged = Partner.objects.exclude(merged_into=None)
    left = runs.filter(partner__in=merged).update(**gone, ended_at=now, why=_("It turned out to be another partner"))
    if version.exit_rule is None:
        return left
    leaving = compile_rules(version.exit_rule).partners().values("pk")
    return left + runs.filter(partner__in=leaving).update(**gone, ended_at=now, why=_("The rule for leaving holds"))


@contextmanager
def _its_own_trouble(journey: Journey) -> Iterator[None]:
    """A rule that can no longer be asked stops its journey alone, which says so."""
    try:
        yield
    except Refused as refusal:
        note_problem(journey, str(refusal))


def note_problem(journey: Journey, sentence: str) -> None:
    logger.warning("journey_has_a_problem", journey=str(journey.public_id), problem=sentence)
    Journey.objects.filter(pk=journey.pk).update(problem=sentence[:300])
