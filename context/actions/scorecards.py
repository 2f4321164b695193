"""Scorecards are put together of lines, and shared with partners or not."""

from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.models import Metric, Scorecard, ScorecardLine
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_line
from partners.models import Programme, Site

MOST_LINES = 30


@transaction.atomic
def create_scorecard(*, by, programme: Programme, name: str, **fields) -> Scorecard:
    scorecard = Scorecard(programme=programme, **check_fields(_CARD, {"name": name, **fields}))
    _save(scorecard.save, scorecard)
    record_activity("scorecard.created", _("Scorecard “%(name)s” was made") % {"name": scorecard}, by=by, subject=scorecard)
    return scorecard


@transaction.atomic
def change_scorecard(scorecard: Scorecard, *, by, **fields) -> Scorecard:
    values = check_fields(_CARD, fields)
    changed = _save(lambda: write_changes(scorecard, values), scorecard)
    if changed:
        words = {"name": scorecard, "what": in_words(scorecard, changed)}
        record_activity("scorecard.changed", _("Scorecard “%(name)s”: %(what)s changed") % words, by=by, subject=scorecard)
    return scorecard


@transaction.atomic
def delete_scorecard(scorecard: Scorecard, *, by) -> None:
    record_activity("scorecard.deleted", _("Scorecard “%(name)s” was deleted") % {"name": scorecard}, by=by, subject=scorecard)
    scorecard.delete()


@transaction.atomic
def add_line(scorecard: Scorecard, *, by, metric: Metric, **fields) -> ScorecardLine:
    if scorecard.lines.count() >= MOST_LINES:
        raise Refused(_("A scorecard has at most %(most)d lines.") % {"most": MOST_LINES})
    line = ScorecardLine(scorecard=scorecard, metric=metric, **check_fields(_LINE, fields))
    _check_product(line)
    line.save()
    _tell(line, _("Scorecard “%(name)s” got the line “%(line)s”"), by=by)
    return line


@transaction.atomic
def change_line(line: ScorecardLine, *, by, **fields) -> ScorecardLine:
    changed = write_changes(line, check_fields(_LINE, fields))
    _check_product(line)
    if changed:
        _tell(line, _("Scorecard “%(name)s”: the line “%(line)s” changed"), by=by)
    return line


@transaction.atomic
def remove_line(line: ScorecardLine, *, by) -> None:
    _tell(line, _("Scorecard “%(name)s” lost the line “%(line)s”"), by=by)
    line.delete()


def _save(save, scorecard: Scorecard):
    try:
        with transaction.atomic():
            return save()
    except IntegrityError:
        raise Invalid(
            _("There is a scorecard “%(name)s” in this programme already; choose another name.") % {"name": scorecard},
            code="duplicate",
            field="name",
        ) from None


def _check_product(line: ScorecardLine) -> None:
    if line.product and line.product.programme_id != line.scorecard.programme_id:
        raise Invalid(_("%(product)s is sold in another programme.") % {"product": line.product}, field="product")


def _tell(line: ScorecardLine, sentence: str, *, by) -> None:
    words = {"name": line.scorecard, "line": line}
    record_activity("scorecard.changed", sentence % words, by=by, subject=line.scorecard)


def _target(value) -> Decimal | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not abs(value) < 10**14:
        raise Invalid(_("A target is a number of at most 14 digits."), field="target")
    return Decimal(str(value))


_CARD: Checks = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "kind": lambda value: value,
    "period": partial(check_choice, choices=Scorecard.Period, field="period"),
    "is_shared": bool,
}
_LINE: Checks = {
    "metric": lambda value: value,
    "label": partial(check_line, field="label", longest=120),
    "product": lambda value: value,
    "industry": partial(check_line, field="industry", longest=60),
    "region": lambda value: value,
    "activity": partial(check_choice, choices=Site.Activity, field="activity", required=False),
    "target": _target,
    "position": int,
}
