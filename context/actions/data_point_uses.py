"""A data point that something uses does not change so that it could no longer be used, or would mean something else."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from activity.refusals import Refused
from activity.uses import InUse, Use, in_a_sentence
from context.actions.surveys import check_followers, check_side
from context.models import DataPoint, Review, ReviewState, Side, Survey, SurveyState
from context.queries.data_point_uses import list_of_uses, use_of_review, use_of_survey
from context.queries.rule_users import broken, rules_asking, whatever_uses


def refuse_where_uses_break(point: DataPoint) -> None:
    """Called once the change is written: everything is read as it will be from now on."""
    found = [*_broken_rules(point), *_broken_surveys(point), *_broken_reviews(point)]
    if found:
        uses = [use for use, _reason in found]
        words = {"users": in_a_sentence(uses), "reason": found[0][1]}
        sentence = _("With this change %(users)s could no longer be asked: %(reason)s Change them first.")
        raise InUse(sentence % words, uses, all_at=list_of_uses(point))


def refuse_another_unit(point: DataPoint) -> None:
    """“More than 50” is another question in another unit."""
    if uses := [use for use in whatever_uses(point) if use.url]:
        words = {"label": point, "users": in_a_sentence(uses), "unit": point.unit}
        sentence = _("“%(label)s” is asked in %(unit)s by %(users)s, so the unit stays. Make another data point for another unit.")
        raise InUse(sentence % words, uses, field="unit", all_at=list_of_uses(point))


def _broken_rules(point: DataPoint) -> Iterator[tuple[Use, Refused | str]]:
    """Rules are the managers'. What they no longer see is to them no field at all, which says little to whoever hides it."""
    hidden = _("only the partner would see “%(label)s”, and rules are managers'.") % {"label": point}
    for use, refusal in broken(rules_asking(point)):
        yield use, hidden if point.seen_by == Side.PARTNER else refusal


def _broken_surveys(point: DataPoint) -> Iterator[tuple[Use, Refused]]:
    """A closed one is looked at when it is opened again."""
    for survey in Survey.objects.filter(questions__data_point=point).exclude(state=SurveyState.CLOSED):
        try:
            check_side(survey, point)
            check_followers(survey)
        except Refused as refusal:
            yield use_of_survey(survey), refusal


def _broken_reviews(point: DataPoint) -> Iterator[tuple[Use, str]]:
    if point.seen_by != Side.BOTH:
        reason = _("both sides fill in “%(label)s” there.") % {"label": point}
        for review in Review.objects.filter(lines__data_point=point, state__in=_FILLED_IN):
            yield use_of_review(review), reason


_FILLED_IN = (ReviewState.DRAFT, ReviewState.OPEN, ReviewState.TALK)
