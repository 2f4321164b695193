"""Stages of the lifecycle: what they ask, how long they take, and moves between them, each kept with its reason and evidence."""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.actions.tier_policies import CRITERION
from context.models import StageCriterion, StageMove, StagePace
from context.queries.criteria import outcomes_of
from context.queries.stages import criteria_between
from partners.actions.changes import check_fields, write_changes
from partners.actions.checks import check_choice, check_line
from partners.actions.enrolments import change_enrolment
from partners.actions.moves import Move, Why
from partners.models import Enrolment, Programme, Stage

MOST_CRITERIA = 20

_CATCH_UP = """
INSERT INTO context_stagemove (public_id, enrolment_id, from_stage, to_stage, reason, evidence, by_id, at)
SELECT gen_random_uuid(), enrolment.id, coalesce(latest.to_stage, ''), enrolment.stage, %(reason)s, '[]', %(by)s,
       CASE WHEN latest.to_stage IS NULL THEN coalesce(enrolment.starts_on::timestamptz, now()) ELSE now() END
FROM partners_enrolment AS enrolment
LEFT JOIN LATERAL (
    SELECT to_stage FROM context_stagemove AS move WHERE move.enrolment_id = enrolment.id ORDER BY at DESC, id DESC LIMIT 1
) AS latest ON true
WHERE enrolment.ends_on IS NULL AND enrolment.stage <> coalesce(latest.to_stage, '')
"""


@transaction.atomic
def move_stage(enrolment: Enrolment, to: str, *, by, reason: str) -> StageMove:
    """A person may move a partner whatever the criteria say; which of them held goes on record with the reason."""
    to = check_choice(to, Stage, "stage")
    reason = check_line(reason, "reason", required=True, longest=500)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("partner", "programme").get(pk=enrolment.pk)
    if enrolment.stage == to:
        raise Refused(_("%(partner)s is in this stage already.") % {"partner": enrolment.partner})
    outcomes = outcomes_of(criteria_between(enrolment, to), enrolment.partner)
    evidence = [{**outcome.as_evidence(), "about": outcome.criterion.side} for outcome in outcomes]
    change_enrolment(enrolment, by=by, stage=to, why=Why(reason, evidence))
    return enrolment.stage_moves.latest("pk")


def record_stage_move(move: Move) -> None:
    """Whatever changed an enrolment's stage."""
    if move.kind == "stage":
        StageMove.objects.create(
            enrolment=move.enrolment, from_stage=move.before, to_stage=move.after, by=move.by, reason=move.why.reason,
            evidence=move.why.evidence,
        )  # fmt: skip


def catch_up_stage_moves(reason: str, *, by=None, partner_ids: Collection[int] | None = None) -> int:
    """Record the moves of enrolments that were written in bulk. What nobody recorded is taken to have begun with the enrolment."""
    some = " AND enrolment.partner_id = ANY(%(partners)s)" if partner_ids is not None else ""
    values = {"reason": reason, "by": by and by.pk, "partners": list(partner_ids or ())}
    with connection.cursor() as cursor:
        cursor.execute(_CATCH_UP + some, values)
        return cursor.rowcount


# --- What stages ask -------------------------------------------------------------------------------------------------


@transaction.atomic
def add_stage_criterion(programme: Programme, stage: str, side: str, *, by, label: str, rule) -> StageCriterion:
    stage = check_choice(stage, Stage, "stage")
    side = check_choice(side, StageCriterion.Side, "side")
    values = check_fields(CRITERION, {"label": label, "rule": rule})
    there = StageCriterion.objects.filter(programme=programme, stage=stage, side=side)
    if there.count() >= MOST_CRITERIA:
        raise Refused(_("A stage has at most %(most)d criteria on each side.") % {"most": MOST_CRITERIA})
    position = (there.aggregate(Max("position"))["position__max"] or 0) + 1
    criterion = StageCriterion.objects.create(programme=programme, stage=stage, side=side, position=position, **values)
    _record("stage_criterion.added", _("%(stage)s in %(programme)s asks for “%(label)s”"), criterion, by=by)
    return criterion


@transaction.atomic
def change_stage_criterion(criterion: StageCriterion, *, by, **fields) -> StageCriterion:
    changed = write_changes(criterion, check_fields(CRITERION, fields))
    if changed:
        _record("stage_criterion.changed", _("What %(stage)s in %(programme)s asks changed: “%(label)s”"), criterion, by=by)
    return criterion


@transaction.atomic
def remove_stage_criterion(criterion: StageCriterion, *, by) -> None:
    _record("stage_criterion.removed", _("%(stage)s in %(programme)s no longer asks for “%(label)s”"), criterion, by=by)
    criterion.delete()


@transaction.atomic
def set_stage_pace(programme: Programme, stage: str, days: int, *, by) -> StagePace:
    """After how many days in the stage a partner counts as stuck."""
    stage = check_choice(stage, Stage, "stage")
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3_650:
        raise Invalid(_("The days in a stage are a number from 1 to 3,650."), field="days")
    before = StagePace.objects.filter(programme=programme, stage=stage).first()
    if before and before.days == days:
        return before
    pace, _created = StagePace.objects.update_or_create(programme=programme, stage=stage, defaults={"days": days})
    words = {"stage": pace.get_stage_display(), "programme": programme, "days": days}
    sentence = _("In %(programme)s a partner is stuck after %(days)d days in %(stage)s") % words
    record_activity("stage_pace.set", sentence, by=by, subject=pace)
    return pace


def _record(verb: str, sentence: str, criterion: StageCriterion, *, by) -> None:
    words = {"stage": criterion.get_stage_display(), "programme": criterion.programme, "label": criterion.label}
    record_activity(verb, sentence % words, by=by, subject=criterion)
