"""The life of a review: prepared, filled in by both sides without seeing the other's, talked over, agreed. What is agreed becomes
a fact, or a figure of performance, and the manager who agreed it verifies it at once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.facts import record_fact
from context.actions.verdicts import give_verdict
from context.branching import is_answer
from context.models import REVIEW_MAY_BECOME, DataPoint, Review, ReviewLine, ReviewState, Segment, Verdict
from context.models.data_points import VALUES
from context.periods import period_after
from context.queries.performance import parts_of_figure
from context.queries.review_plans import ReviewPlan, plan_reviews
from context.queries.typed_rows import same_things
from context.typed_values import typed_value
from partners.actions.typed_rows import save_typed_row
from partners.models import Method, Partner, PerformanceRecord, Programme

PARTNER, MANAGER = "partner", "manager"
LONGEST = 40
_BATCH = 5_000


@transaction.atomic
def create_review(
    partner: Partner, programme: Programme, *, by, title: str, period_start: date, period_end: date, due_on: date | None = None,
    data_points: list[DataPoint] = (), metrics: list[tuple[str, str]] = (), previous: Review | None = None,
) -> Review:  # fmt: skip
    """A draft with a line for each data point and each metric (its key and unit)."""
    _check_content(title, period_start, period_end, data_points, metrics)
    review = Review.objects.create(
        partner=partner, programme=programme, title=title.strip(), period_start=period_start, period_end=period_end, due_on=due_on,
        manager=by, previous=previous,
    )  # fmt: skip
    _write_lines([review], data_points, metrics)
    _tell(review, _("“%(title)s” was prepared"), by=by)
    return review


@transaction.atomic
def start_reviews(
    segment: Segment, programme: Programme, *, by, title: str, period_start: date, period_end: date, due_on: date | None = None,
    data_points: list[DataPoint] = (), metrics: list[tuple[str, str]] = (),
) -> ReviewPlan:  # fmt: skip
    """Ask both sides, for every partner of the segment that can be reviewed. Each has the manager responsible for it there."""
    _check_content(title, period_start, period_end, data_points, metrics)
    plan = plan_reviews(segment, programme, period_start=period_start, period_end=period_end, by=by)
    if not plan.places:
        raise Refused(_("No partner of “%(segment)s” can be reviewed now.") % {"segment": segment}, field="segment")
    common = {"programme": programme, "title": title.strip(), "period_start": period_start, "period_end": period_end}
    reviews = Review.objects.bulk_create(
        Review(partner=place.partner, manager=place.manager or by, due_on=due_on, state=ReviewState.OPEN, **common)
        for place in plan.places
    )
    _write_lines(reviews, data_points, metrics)
    for review in reviews:
        _tell(review, _("“%(title)s” was started"), by=by)
    return plan


def _check_content(title: str, period_start: date, period_end: date, data_points: list, metrics: list) -> None:
    if not title.strip() or len(title) > 120:
        raise Invalid(_("Give it a title of at most 120 characters."), field="title")
    if period_end < period_start:
        raise Invalid(_("The period ends before it begins."), field="period_end")
    if not data_points and not metrics:
        raise Invalid(_("Choose at least one thing to review."), field="data_points")
    if len(data_points) + len(metrics) > LONGEST:
        raise Invalid(_("Forty lines are enough for one talk. Choose fewer."), field="data_points")
    for point in data_points:
        if point.type not in VALUES or point.is_builtin or point.retired_at:
            raise Invalid(_("“%(label)s” cannot be reviewed: it is kept elsewhere.") % {"label": point.label}, field="data_points")
        if point.seen_by == "managers":
            raise Invalid(_("“%(label)s” is seen by managers only.") % {"label": point.label}, field="data_points")


def _write_lines(reviews: list[Review], data_points: list[DataPoint], metrics: list[tuple[str, str]]) -> None:
    about = [{"data_point": point} for point in data_points]
    about += [{"metric": metric, "unit": unit} for metric, unit in metrics]
    lines = [ReviewLine(review=review, order=order, **what) for review in reviews for order, what in enumerate(about, 1)]
    try:
        with transaction.atomic():
            ReviewLine.objects.bulk_create(lines, batch_size=_BATCH)
    except IntegrityError:
        raise Invalid(_("Each thing is reviewed once: one of them is chosen twice."), field="metrics") from None


def create_next_review(review: Review, *, by) -> Review:
    """The same lines for the period that follows: as many whole months, or as many days, as the one before."""
    start, end = period_after(review.period_start, review.period_end)
    lines = list(review.lines.select_related("data_point"))
    return create_review(
        review.partner, review.programme, by=by, title=review.title, period_start=start, period_end=end,
        data_points=[line.data_point for line in lines if line.data_point and not line.data_point.retired_at],
        metrics=[(line.metric, line.unit) for line in lines if line.metric], previous=review,
    )  # fmt: skip


@transaction.atomic
def open_review(review: Review, *, by) -> None:
    """Ask both sides."""
    _move(_locked(review), ReviewState.OPEN, by=by)
    review.refresh_from_db()


@transaction.atomic
def cancel_review(review: Review, *, by) -> None:
    """End it; nothing of it becomes known."""
    _move(_locked(review), ReviewState.CANCELLED, by=by)
    review.refresh_from_db()


@transaction.atomic
def fill_in(review: Review, side: str, values: Mapping[int, Any], comments: Mapping[int, str], *, by) -> dict[int, str]:
    """Keep one side's values and comments, by line. Returns a sentence for each value that is wrong; the others are kept."""
    current = _open_for(review, side, by)
    problems = {}
    for line in current.lines.select_related("data_point"):
        if line.pk in values:
            try:
                setattr(line, f"{side}_value", _typed(line, values[line.pk]))
            except Invalid as refusal:
                problems[line.pk] = str(refusal)
        if line.pk in comments:
            setattr(line, f"{side}_comment", comments[line.pk].strip()[:500])
        line.save(update_fields=[f"{side}_value", f"{side}_comment"])
    return problems


@transaction.atomic
def hand_in(review: Review, side: str, *, by) -> Review:
    """This side is done. Once both are, each sees the other's values."""
    current = _open_for(review, side, by)
    if not any(is_answer(getattr(line, f"{side}_value")) or getattr(line, f"{side}_comment") for line in current.lines.all()):
        raise Invalid(_("Nothing is filled in yet."))
    now = timezone.now()
    Review.objects.filter(pk=current.pk).update(**{f"{side}_done_at": now, f"{side}_done_by": by})
    current.refresh_from_db()
    _tell(current, _("“%(title)s”: %(who)s handed in"), by=by, who=current.partner if side == PARTNER else by)
    if current.partner_done_at and current.manager_done_at:
        _move(current, ReviewState.TALK, by=by)
    review.refresh_from_db()
    return review


@transaction.atomic
def agree(review: Review, values: Mapping[int, Any], *, by) -> int:
    """Write down what both agreed on, by line, and end the review. A line without a value stays open and records nothing.
    Returns how many values are known now."""
    current = _locked(review)
    if current.state != ReviewState.TALK:
        raise Refused(_("Both sides have to hand in before anything can be agreed."), code="state_forbids")
    agreed = [(line, value) for line in current.lines.select_related("data_point") if is_answer(value := values.get(line.pk))]
    if not agreed:
        raise Invalid(_("Nothing is agreed yet: enter a value for at least one line."))
    for line, value in agreed:
        line.agreed_value = _typed(line, value)
        line.fact, line.record = _known(current, line, by=by)
        line.save(update_fields=["agreed_value", "fact", "record"])
    _move(current, ReviewState.AGREED, by=by, agreed_at=timezone.now())
    review.refresh_from_db()
    return len(agreed)


def _known(review: Review, line: ReviewLine, *, by):
    """The fact or the figure that an agreed value becomes, verified by who agreed it."""
    source = _("review “%(title)s”") % {"title": review}
    if line.data_point:
        fact = record_fact(review.partner, line.data_point, line.agreed_value, source=source, method=Method.REVIEW, by=by)
        give_verdict(fact, Verdict.Kind.VERIFIED, by=by, comment=source)
        return fact, None
    return None, _known_figure(review, line, source, by=by)


def _known_figure(review: Review, line: ReviewLine, source: str, *, by) -> PerformanceRecord | None:
    """One of the same period takes the place of what was on record. Figures of parts of it stay: where they add up to what is
    agreed they are verified, and where they do not it is refused, since all of them would be summed up."""
    record = PerformanceRecord(
        partner=review.partner, programme=review.programme, metric=line.metric, unit=line.unit,
        period_start=review.period_start, period_end=review.period_end,
    )  # fmt: skip
    record = same_things("performance", record).first() or record
    parts = [] if record.pk else parts_of_figure(record)
    if parts:
        _check_they_add_up(line, parts)
        for part in parts:
            give_verdict(part, Verdict.Kind.VERIFIED, by=by, comment=source)
        return parts[0] if len(parts) == 1 else None
    record.value, record.source, record.method, record.observed_at = line.agreed_value, source, Method.REVIEW, timezone.now()
    save_typed_row(record, by=by)
    give_verdict(record, Verdict.Kind.VERIFIED, by=by, comment=source)
    return record


def _check_they_add_up(line: ReviewLine, parts: list[PerformanceRecord]) -> None:
    total = sum((part.value for part in parts), Decimal(0))
    if total == Decimal(str(line.agreed_value)):
        return
    words = {"label": line.label, "count": len(parts), "total": f"{total.normalize():,f}", "agreed": line.agreed_value}
    sentence = ngettext(
        "“%(label)s” of this period is on record in one figure of %(total)s; with %(agreed)s both would be summed up. Correct "
        "that figure on the partner's page, or leave this line open.",
        "“%(label)s” of this period is on record in %(count)s figures that add up to %(total)s; with %(agreed)s all of them "
        "would be summed up. Correct these on the partner's page, or leave this line open.",
        len(parts),
    )
    raise Invalid(sentence % words, field=f"v{line.pk}")


def _typed(line: ReviewLine, value: Any) -> Any:
    if not is_answer(value):
        return None
    if line.data_point:
        return typed_value(line.data_point, value)
    number = typed_value(DataPoint(label=line.label, key=line.metric, type=DataPoint.Type.NUMBER), value)
    if abs(number) >= 10**14:
        raise Invalid(_("“%(value)s” is too large for “%(label)s”.") % {"value": value, "label": line.label})
    return number


def _open_for(review: Review, side: str, by) -> Review:
    """The review, locked, if this side may still write into it and this person belongs to that side."""
    current = _locked(review)
    if side == PARTNER and not current.partner.contacts.current().filter(user=by, is_partner_admin=True).exists():
        raise NotAllowed(_("Only your organisation's portal admins may do this."))
    if side == MANAGER and not (by.is_staff and by.has_perm("context.change_review")):
        raise NotAllowed(_("Your role lets you read reviews, not fill them in."))
    if current.state != ReviewState.OPEN:
        words = {"title": current, "state": current.get_state_display()}
        raise Refused(_("“%(title)s” is %(state)s; nothing can be filled in now.") % words, code="state_forbids")
    if getattr(current, f"{side}_done_at"):
        raise Refused(_("This side is handed in. It is shown once both are."), code="handed_in")
    return current


def _locked(review: Review) -> Review:
    return Review.objects.select_for_update(of=("self",)).select_related("partner", "programme").get(pk=review.pk)


def _move(review: Review, to: ReviewState, *, by, **changes) -> None:
    """The only way to another state: a conditional UPDATE. No row changed is a refusal."""
    allowed = [state for state, targets in REVIEW_MAY_BECOME.items() if to in targets]
    if not Review.objects.filter(pk=review.pk, state=review.state, state__in=allowed).update(state=to, **changes):
        words = {"title": review, "state": review.get_state_display(), "to": ReviewState(to).label}
        raise Refused(_("“%(title)s” is %(state)s, so it cannot become %(to)s.") % words, code="state_forbids")
    review.state = to
    _tell(review, _("“%(title)s”: %(state)s"), by=by, state=ReviewState(to).label)


def _tell(review: Review, sentence: str, *, by, **words) -> None:
    record_activity(f"review.{review.state}", sentence % {"title": review, **words}, by=by, partner_id=review.partner_id,
                    subject=review)  # fmt: skip
