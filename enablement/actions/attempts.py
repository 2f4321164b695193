"""An attempt: drawn, answered bit by bit, evaluated once. The clock is the server's, and what was kept in time counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import F, JSONField, Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from enablement.actions.participations import mark_done
from enablement.models import Attempt, Lesson, LessonKind, Participation, QuizQuestion, Scene
from enablement.queries.attempts import used_up
from enablement.quizzing import draw, marks_of, read_answer, score_of, shuffled_keys

_CHANCE = SystemRandom()
IN_TIME = timedelta(seconds=3)  # what left the browser in time may be on its way for so long


@transaction.atomic
def begin_attempt(participation: Participation, lesson: Lesson, *, by) -> Attempt:
    """The one that runs, or a new one. Begun in two windows at once, it is one. One whose time is over is evaluated, and shown."""
    Participation.objects.select_for_update().get(pk=participation.pk)
    if lesson.version_id != participation.version_id or not lesson.is_tried:
        raise Refused(_("This lesson belongs to another version of the course. Go back to the course."))
    made = list(Attempt.objects.filter(participation=participation, lesson=lesson).order_by("-number"))
    running = next((attempt for attempt in made if not attempt.is_evaluated), None)
    if running and not running.is_over:
        return running
    if running:
        return _evaluate(running, by=by)
    _check_may_try(lesson, made)
    now = timezone.now()
    ends_at = now + timedelta(minutes=lesson.limit_minutes) if lesson.limit_minutes and lesson.kind == LessonKind.QUIZ else None
    return Attempt.objects.create(
        participation=participation, lesson=lesson, number=len(made) + 1, drawn=_drawn(lesson), began_at=now, ends_at=ends_at
    )


def _check_may_try(lesson: Lesson, made: Sequence[Attempt]) -> None:
    if any(attempt.is_passed for attempt in made):
        raise Refused(_("You have passed this already."), code="passed")
    if lesson.left_after(made) == 0:
        raise Refused(_("All attempts are used up. Ask your partner manager for another one."), code="used_up")
    if free_at := may_try_from(lesson, made):
        at = timezone.localtime(free_at)
        words = {"when": date_format(at, "TIME_FORMAT"), "day": date_format(at, "MONTH_DAY_FORMAT")}
        raise Refused(_("You can try again at %(when)s on %(day)s. Use the time to repeat what was wrong.") % words, code="wait")


def may_try_from(lesson: Lesson, made: Sequence[Attempt]) -> datetime | None:
    """None where one may try at once. `made` has the last attempt first."""
    if not made or not lesson.wait_minutes or made[0].evaluated_at is None:
        return None
    free_at = made[0].evaluated_at + timedelta(minutes=lesson.wait_minutes)
    return free_at if free_at > timezone.now() else None


def _drawn(lesson: Lesson) -> list[dict[str, Any]]:
    if lesson.kind == LessonKind.SIMULATION:
        return []
    questions = draw(list(lesson.questions.all()), lesson.drawn, _CHANCE)
    return [{"question": str(row.public_id), "options": shuffled_keys(row, _CHANCE)} for row in questions]


def keep_answers(attempt: Attempt, said: Mapping[str, Sequence[str]]) -> None:
    """What was entered, by question; an empty answer takes back what was said. One statement, so that two windows that answer
    different questions keep both. What cannot be read is refused after all the others were kept."""
    questions, answers, refused = questions_of(attempt), {}, []
    for key in said.keys() & questions.keys():
        try:
            answers[key] = read_answer(questions[key], said[key])
        except Invalid as refusal:
            refused.append(refusal)
    in_time = Q(ends_at=None) | Q(ends_at__gt=timezone.now() - IN_TIME)
    merged = CombinedExpression(F("answers"), "||", Value(answers, JSONField()), output_field=JSONField())
    if not Attempt.objects.filter(in_time, pk=attempt.pk, evaluated_at=None).update(answers=merged):
        attempt.refresh_from_db()
        raise Refused(_not_taken(attempt), code="over")
    if refused:
        raise refused[0]


def _not_taken(attempt: Attempt) -> str:
    if attempt.is_evaluated:
        return _("This attempt is handed in already, perhaps in another window. Here is its result.")
    return _("The time is over. What was kept until then counts.")


def hand_in(attempt: Attempt, said: Mapping[str, Sequence[str]] | None = None, *, by) -> Attempt:
    """Take the last answers, while there is time, and evaluate. Handed in twice at once, the second one is refused."""
    if attempt.lesson.kind != LessonKind.QUIZ:
        raise Refused(_("A simulation ends where your choices lead."))
    if said and (attempt.ends_at is None or attempt.ends_at > timezone.now() - IN_TIME):
        keep_answers(attempt, said)
    return _evaluate(attempt, by=by)


def finish_overdue(now: datetime | None = None) -> int:
    """Attempts whose time is over, with what was kept. Kicked every minute; a kick lost changes nothing but when one is told."""
    due = Attempt.objects.filter(evaluated_at=None, ends_at__lte=(now or timezone.now()) - IN_TIME)
    count = 0
    for attempt in due.select_related("lesson", "participation__contact", "participation__version")[:500]:
        try:
            _evaluate(attempt, by=attempt.participation.contact.user)
            count += 1
        except Refused:  # handed in at this very moment
            continue
    return count


@transaction.atomic
def _evaluate(attempt: Attempt, *, by) -> Attempt:
    """The first one to claim it evaluates; no row claimed is a refusal. The participation is locked before its attempt, as where
    one is begun: the other way round the two could wait for each other."""
    Participation.objects.select_for_update().get(pk=attempt.participation_id)
    now = timezone.now()
    if not Attempt.objects.filter(pk=attempt.pk, evaluated_at=None).update(evaluated_at=now, is_passed=False):
        attempt.refresh_from_db()
        raise Refused(_("This attempt is handed in already, perhaps in another window. Here is its result."), code="evaluated")
    attempt.refresh_from_db()
    attempt.right = marks_of(questions_of(attempt), attempt.answers)
    attempt.score = score_of(attempt.right.values())
    return _settle(attempt, is_passed=attempt.score >= attempt.lesson.pass_mark, by=by)


def _settle(attempt: Attempt, *, is_passed: bool, by) -> Attempt:
    attempt.is_passed = is_passed
    attempt.save(update_fields=["right", "score", "is_passed"])
    if is_passed:
        mark_done(attempt.participation, attempt.lesson, by=by)
    return attempt


@transaction.atomic
def give_another_attempt(participation: Participation, *, by) -> list[Lesson]:
    """One more at each lesson where none is left: the last one does not count any more, its result stays. Returns these lessons."""
    row = Participation.objects.select_for_update(of=("self",)).select_related("contact", "course").get(pk=participation.pk)
    words = {"name": row.contact, "title": row.course}
    if row.passed_at:
        raise Refused(_("%(name)s has passed “%(title)s”. There is nothing to give.") % words)
    lessons = list(Lesson.objects.filter(pk__in=used_up(row.attempts).values("lesson")).order_by("order", "pk"))
    if not lessons:
        raise Refused(_("%(name)s has attempts left in “%(title)s”. There is nothing to give.") % words)
    for lesson in lessons:
        last = row.attempts.filter(lesson=lesson, counts=True).order_by("-number").first()
        Attempt.objects.filter(pk=last.pk).update(counts=False)
        sentence = _("%(name)s may try “%(lesson)s” of “%(title)s” once more") % {**words, "lesson": lesson}
        record_activity("attempt.given", sentence, by=by, partner_id=row.contact.partner_id, subject=row)
    return lessons


def questions_of(attempt: Attempt) -> dict[str, QuizQuestion]:
    """By id, in the order in which they were drawn."""
    found = {str(row.public_id): row for row in attempt.lesson.questions.all()}
    return {each["question"]: found[each["question"]] for each in attempt.drawn if each["question"] in found}


# --- Simulations ------------------------------------------------------------------------------------------------------


def scenes_of(lesson: Lesson) -> dict[str, Scene]:
    return {scene.key: scene for scene in lesson.scenes.all()}


def scene_now(attempt: Attempt, scenes: Mapping[str, Scene]) -> Scene:
    """Where the way so far has led."""
    here = next(iter(scenes.values()))
    for key, chosen in attempt.way:
        here = scenes[next(choice["to"] for choice in scenes[key].choices if choice["key"] == chosen)]
    return here


@transaction.atomic
def choose(attempt: Attempt, scene_key: str, choice_key: str, *, by) -> Attempt:
    """One step. Of two windows, the second one finds that it stands elsewhere already, and nothing is taken twice."""
    Participation.objects.select_for_update().get(pk=attempt.participation_id)
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("lesson", "participation__contact").get(pk=attempt.pk)
    if attempt.lesson.kind != LessonKind.SIMULATION:
        raise Invalid(_("Here nothing is chosen step by step."))
    if attempt.is_evaluated:
        raise Refused(_("This simulation has ended. Here is how it went."), code="evaluated")
    scenes = scenes_of(attempt.lesson)
    here = scene_now(attempt, scenes)
    if here.key != scene_key:
        raise Refused(_("You have gone on in another window. This is where you are."), code="elsewhere")
    chosen = next((choice for choice in here.choices if choice["key"] == choice_key), None)
    if chosen is None:
        raise Invalid(_("Choose one of the ways to go on."), field="choice")
    attempt.answers = {"way": [*attempt.way, [here.key, chosen["key"]]]}
    attempt.save(update_fields=["answers"])
    if len(attempt.way) > 200:
        return _end(attempt, is_passed=False, by=by)
    ending = scenes[chosen["to"]].ending
    return _end(attempt, is_passed=ending == Scene.Ending.GOOD, by=by) if ending else attempt


def _end(attempt: Attempt, *, is_passed: bool, by) -> Attempt:
    attempt.evaluated_at, attempt.score, attempt.is_passed = timezone.now(), 100 if is_passed else 0, is_passed
    attempt.save(update_fields=["evaluated_at", "score", "is_passed"])
    if is_passed:
        mark_done(attempt.participation, attempt.lesson, by=by)
    return attempt
