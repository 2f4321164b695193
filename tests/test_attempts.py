"""Attempts: drawn by chance, kept bit by bit, evaluated exactly once; nothing that is right leaves the server before."""

import threading
from datetime import timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid, Refused
from enablement.actions.attempts import begin_attempt, choose, finish_overdue, hand_in, keep_answers, questions_of, scenes_of
from enablement.actions.courses import publish_course
from enablement.models import Attempt, LessonDone, Participation, QuizQuestion
from enablement.quizzing import draw, is_right, number_in_field, read_answer, score_of, shuffled_keys
from tests import learning_story

pytestmark = pytest.mark.django_db


def limited(cast, **fields):
    course = learning_story.written(cast)
    course.versions.get().lessons.filter(kind="quiz").update(**fields)
    publish_course(course, by=cast.maria)
    return course


def test_what_is_right_is_not_in_the_page_before_the_evaluation(cast, client):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    client.force_login(cast.ben.user)
    address = f"/learning/attempts/{attempt.public_id}/"
    page = client.get(address).content.decode()
    assert "Who buys Aurora?" in page
    assert learning_story.CANARY not in page
    assert "is_right" not in page
    order = next(row for row in questions_of(attempt).values() if row.kind == "order")
    right = [option["key"] for option in order.options]
    shown = next(each["options"] for each in attempt.drawn if each["question"] == str(order.public_id))
    assert shown != right
    assert sorted(shown) == sorted(right)
    client.post(address, {"do": "hand_in_anyway"})
    assert learning_story.CANARY in client.get(address).content.decode()


def test_answers_are_kept_one_by_one_and_two_windows_keep_both(cast, client):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    first, second = list(learning_story.right_answers(attempt).items())[:2]
    client.force_login(cast.ben.user)
    address = f"/learning/attempts/{attempt.public_id}/"
    asked = [str(each["question"]) for each in attempt.drawn]
    htmx = {"HX-Request": "true"}
    kept = client.post(address, {"do": "keep", "only": first[0], "asked": asked, first[0]: first[1]}, headers=htmx)
    assert b"Kept at" in kept.content
    client.post(address, {"do": "keep", "only": second[0], "asked": asked, second[0]: second[1]}, headers=htmx)
    attempt.refresh_from_db()
    assert attempt.answers.keys() == {first[0], second[0]}
    again = begin_attempt(attempt.participation, attempt.lesson, by=cast.ben.user)
    assert again == attempt  # a reload goes on where one was
    client.post(address, {"do": "keep", "asked": [first[0]]})
    attempt.refresh_from_db()
    assert attempt.answers[first[0]] is None


def test_with_questions_open_it_asks_once_more_before_it_is_handed_in(cast, client):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    right = learning_story.right_answers(attempt)
    first, second = list(right)[:2]
    client.force_login(cast.ben.user)
    address = f"/learning/attempts/{attempt.public_id}/"
    body = {"asked": list(right), first: right[first], second: right[second]}
    asked = client.post(address, {"do": "hand_in", **body}, follow=True)
    assert "2 of 4 questions are answered. Hand in anyway?" in asked.content.decode()
    attempt.refresh_from_db()
    assert (attempt.is_evaluated, {key for key, said in attempt.answers.items() if said}) == (False, {first, second})
    assert "Hand in anyway?" not in client.get(address).content.decode()
    client.post(address, {"do": "hand_in_anyway", **body})
    attempt.refresh_from_db()
    assert attempt.score == 50


def test_after_the_time_what_was_kept_counts_and_nothing_else(cast, client):
    attempt = learning_story.trying(limited(cast, limit_minutes=10, pass_mark=25), cast.ben)
    assert attempt.ends_at - attempt.began_at == timedelta(minutes=10)
    right = learning_story.right_answers(attempt)
    key = next(iter(right))
    keep_answers(attempt, {key: right[key]})
    learning_story.ago(attempt, "ends_at", minutes=1)
    with pytest.raises(Refused, match="time is over"):
        keep_answers(attempt, right)
    client.force_login(cast.ben.user)
    assert b"The time is over" in client.get(f"/learning/attempts/{attempt.public_id}/").content
    asked = {"do": "hand_in", "asked": list(right), **right}
    client.post(f"/learning/attempts/{attempt.public_id}/", asked)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.is_passed) == (25, True)


def test_who_never_comes_back_is_evaluated_by_the_clock(cast):
    attempt = learning_story.trying(limited(cast, limit_minutes=10), cast.ben)
    assert finish_overdue() == 0
    assert finish_overdue(timezone.now() + timedelta(minutes=11)) == 1
    attempt.refresh_from_db()
    assert attempt.is_evaluated
    assert attempt.is_passed is False
    assert finish_overdue(timezone.now() + timedelta(minutes=11)) == 0


def test_attempts_have_a_limit_and_a_pause_between(cast):
    attempt = learning_story.trying(limited(cast, attempts=2, wait_minutes=30), cast.ben)
    participation, quiz = attempt.participation, attempt.lesson
    hand_in(attempt, by=cast.ben.user)
    with pytest.raises(Refused, match="try again at"):
        begin_attempt(participation, quiz, by=cast.ben.user)
    learning_story.ago(attempt, "evaluated_at", minutes=31)
    hand_in(begin_attempt(participation, quiz, by=cast.ben.user), by=cast.ben.user)
    Attempt.objects.update(evaluated_at=timezone.now() - timedelta(days=1))
    with pytest.raises(Refused, match="used up"):
        begin_attempt(participation, quiz, by=cast.ben.user)
    assert Attempt.objects.count() == 2


def test_a_second_window_is_told_that_it_is_handed_in(cast, client):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    right = learning_story.right_answers(attempt)
    client.force_login(cast.ben.user)
    address = f"/learning/attempts/{attempt.public_id}/"
    body = {"do": "hand_in", "asked": list(right), **right}
    assert client.post(address, body).status_code == 302
    second = client.post(address, body)
    assert second.status_code == 409
    assert b"handed in already, perhaps in another window" in second.content
    assert LessonDone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_one_evaluation(cast):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    right = learning_story.right_answers(attempt)
    ready, outcomes = threading.Barrier(2, timeout=120), []

    def tab() -> None:
        mine = Attempt.objects.select_related("lesson", "participation__contact", "participation__course").get(pk=attempt.pk)
        ready.wait()
        try:
            outcomes.append(hand_in(mine, right, by=cast.ben.user).score)
        except Refused as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    tabs = [threading.Thread(target=tab) for _ in range(2)]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join(timeout=120)
    assert sorted(map(str, outcomes))[0] == "100"
    assert "handed in already" in str(sorted(map(str, outcomes))[1])
    assert LessonDone.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["quiz", "simulation"])
def test_who_ends_an_attempt_while_another_window_begins_one_never_wait_for_each_other(cast, kind):
    """Whoever begins one has the participation and may need the attempt; whoever ends one must not have that already."""
    attempt = learning_story.trying(learning_story.published(cast), cast.ben, kind)
    said = learning_story.right_answers(attempt) if kind == "quiz" else None

    def end() -> None:
        mine = Attempt.objects.select_related("lesson", "participation__contact").get(pk=attempt.pk)
        scene = None if said else next(iter(scenes_of(mine.lesson).values()))
        hand_in(mine, by=None) if said else choose(mine, scene.key, scene.choices[0]["key"], by=None)
        connection.close()

    ending = threading.Thread(target=end)
    with transaction.atomic():
        Participation.objects.select_for_update().get(pk=attempt.participation_id)
        ending.start()
        ending.join(timeout=1)
        assert ending.is_alive()
        Attempt.objects.select_for_update(nowait=True).get(pk=attempt.pk)
    ending.join(timeout=120)


def test_a_foreign_attempt_looks_like_an_absent_one(cast, client):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    for user in (cast.nora.user, cast.sven.user):
        client.force_login(user)
        assert client.get(f"/learning/attempts/{attempt.public_id}/").status_code == 404
        assert client.post(f"/learning/attempts/{attempt.public_id}/", {"do": "hand_in"}).status_code == 404
    attempt.refresh_from_db()
    assert not attempt.is_evaluated


def test_an_answer_that_was_never_offered_is_refused_and_nothing_is_kept(cast):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben)
    one = next(key for key, row in questions_of(attempt).items() if row.kind == "one")
    number = next(key for key, row in questions_of(attempt).items() if row.kind == "number")
    with pytest.raises(Invalid, match="not among the options"):
        keep_answers(attempt, {one: ["deadbeef"]})
    attempt.refresh_from_db()
    assert attempt.answers == {}
    keep_answers(attempt, {number: ["12,0"], "strange": ["x"]})
    attempt.refresh_from_db()
    assert attempt.answers == {number: "12.0"}
    right = learning_story.right_answers(attempt)
    for no_number in ("many", "1e1000000"):
        with pytest.raises(Invalid, match="Write a number"):
            hand_in(attempt, {**right, number: [no_number]}, by=cast.ben.user)
    attempt.refresh_from_db()
    assert attempt.answers.keys() == right.keys()  # all others are kept
    assert attempt.answers[number] == "12.0"
    assert not attempt.is_evaluated


def test_a_simulation_leads_where_one_chooses_and_each_step_is_taken_once(cast):
    attempt = learning_story.trying(learning_story.published(cast), cast.ben, "simulation")
    first = next(iter(scenes_of(attempt.lesson).values()))
    with pytest.raises(Invalid, match="Choose one of the ways"):
        choose(attempt, first.key, "nowhere", by=cast.ben.user)
    badly = choose(attempt, first.key, first.choices[1]["key"], by=cast.ben.user)
    assert badly.is_passed is False
    with pytest.raises(Refused, match="has ended"):
        choose(attempt, first.key, first.choices[0]["key"], by=cast.ben.user)
    again = begin_attempt(attempt.participation, attempt.lesson, by=cast.ben.user)
    assert choose(again, first.key, first.choices[0]["key"], by=cast.ben.user).is_passed
    assert LessonDone.objects.get().lesson == attempt.lesson


# --- Rules of drawing and marking -------------------------------------------------------------------------------------


def question(kind: str, right: list[bool], number: str = "0", tolerance: str = "0"):
    options = [{"key": f"k{n}", "text": str(n), "is_right": is_so} for n, is_so in enumerate(right)]
    return SimpleNamespace(kind=kind, options=options, number=Decimal(number), tolerance=Decimal(tolerance))


@given(count=st.one_of(st.none(), st.integers(1, 40)), there=st.integers(0, 30), seed=st.integers())
def test_what_is_drawn_was_there_and_nothing_twice(count, there, seed):
    drawn = draw(list(range(there)), count, Random(seed))
    assert len(drawn) == len(set(drawn)) == (there if count is None else min(count, there))
    assert set(drawn) <= set(range(there))


@given(st.lists(st.booleans(), min_size=2, max_size=8), st.integers())
def test_options_are_shuffled_and_none_is_lost(right, seed):
    for kind in QuizQuestion.Kind.values:
        asked = question(kind, right)
        keys = [option["key"] for option in asked.options]
        shown = shuffled_keys(asked, Random(seed))
        assert sorted(shown) == sorted(keys)
        assert kind != "order" or shown != keys


@given(st.lists(st.booleans(), min_size=2, max_size=8).filter(any), st.data())
def test_several_are_right_together_and_only_so(right, data):
    asked = question("several", right)
    chosen = data.draw(st.sets(st.sampled_from([option["key"] for option in asked.options])))
    wanted = {option["key"] for option in asked.options if option["is_right"]}
    assert is_right(asked, read_answer(asked, list(chosen))) == (chosen == wanted)


@given(st.decimals(-1000, 1000, places=3), st.decimals(0, 10, places=3), st.decimals(-1000, 1000, places=3))
def test_a_number_is_right_within_its_tolerance(number, tolerance, said):
    asked = question("number", [], str(number), str(tolerance))
    assert is_right(asked, read_answer(asked, [str(said)])) == (abs(said - number) <= tolerance)


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [
        ("en", "1,500", "1500"), ("en", "1,500.25", "1500.25"), ("en", "1.5", "1.5"), ("en", "1,5", "1.5"),
        ("en", "12,000,000", "12000000"), ("de", "1.500", "1500"), ("de", "1.500,25", "1500.25"), ("de", "1,5", "1.5"),
        ("de", "1.5", "1.5"), ("de", "1,500", "1.500"), ("de", "12 000", "12000"), ("en", "12\u202f000", "12000"),
        ("de", "12’000", "12000"), ("en", "-3,5", "-3.5"), ("en", "0", "0"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_the_language_writes_it_and_shown_so_again(language, said, meant):
    with translation.override(language):
        kept = read_answer(question("number", [], "1"), [said])
        assert kept == meant
        assert read_answer(question("number", [], "1"), [number_in_field(kept)]) == meant


@pytest.mark.parametrize("said", ["1,5,0", "1.2.3", "1,50,000", "twelve", "1e3000", "1..5", "NaN"])
def test_what_is_no_number_is_refused(said):
    with pytest.raises(Invalid):
        read_answer(question("number", [], "1"), [said])


@given(st.lists(st.booleans(), max_size=50))
def test_a_score_never_flatters(marks):
    score = score_of(marks)
    assert 0 <= score <= 100
    assert (score == 100) == (bool(marks) and all(marks))
    assert not marks or score <= 100 * sum(marks) / len(marks)
