"""What a package notes of a person: interactions, objectives, preferences and comments, within the bounds of SCORM 1.2 and ours."""

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from enablement.actions.forgetting_learners import erase_runs, find_runs
from enablement.models import PackageRun
from enablement.queries.courses import people_on
from enablement.queries.package_answers import answers_of
from enablement.runtime_notes import PRICE, ROOM, NoteError, counts_in, error_of, room_left, with_notes
from partnerhub.demo.packages import CONNECTORS, PALLET, said_of
from partnerhub.demo.packages import packed as packed_of
from partners.personal_data import Person
from tests import learning_story, package_story
from tests.test_packages import Window

VALUES = {
    "cmi.comments": ["", "Good.", "x" * 4096],
    "cmi.student_preference.audio": ["-1", "0", "100"],
    "cmi.student_preference.language": ["", "de"],
    "cmi.student_preference.speed": ["-100", "5", "100"],
    "cmi.student_preference.text": ["-1", "0", "1"],
    "cmi.objectives.n.id": ["soap", "x" * 255],
    "cmi.objectives.n.score.raw": ["", "0", "85.5", "100"],
    "cmi.objectives.n.score.max": ["100.0"],
    "cmi.objectives.n.status": ["passed", "not attempted"],
    "cmi.interactions.n.id": ["q-1", "urn:q.2"],
    "cmi.interactions.n.objectives.n.id": ["soap"],
    "cmi.interactions.n.time": ["00:00:00", "23:59:59.99"],
    "cmi.interactions.n.type": ["choice", "true-false", "fill-in", "numeric", "likert", "matching", "performance", "sequencing"],
    "cmi.interactions.n.correct_responses.n.pattern": ["a", "{a,b}", ""],
    "cmi.interactions.n.weighting": ["1", "-2.5"],
    "cmi.interactions.n.student_response": ["a,b", "ü" * 255],
    "cmi.interactions.n.result": ["correct", "wrong", "unanticipated", "neutral", "0.5"],
    "cmi.interactions.n.latency": ["00:01:05.5", "9999:99:99"],
}
WRONG = {
    "cmi.comments": ["x" * 4097, "a\0b"],
    "cmi.student_preference.audio": ["-2", "101", "loud", "", "1.5"],
    "cmi.student_preference.language": ["x" * 256],
    "cmi.student_preference.speed": ["-101", "101", "٨"],
    "cmi.student_preference.text": ["2", ""],
    "cmi.objectives.n.id": ["", "two words", "ü", "x" * 256],
    "cmi.objectives.n.score.raw": ["-1", "100.1", "1e1", "NaN"],
    "cmi.objectives.n.status": ["PASSED", "done", ""],
    "cmi.interactions.n.id": ["", "a\nb"],
    "cmi.interactions.n.objectives.n.id": [" "],
    "cmi.interactions.n.time": ["24:00:00", "1:00:00", "00:00"],
    "cmi.interactions.n.type": ["essay", "", "Choice"],
    "cmi.interactions.n.correct_responses.n.pattern": ["x" * 256],
    "cmi.interactions.n.weighting": ["", "heavy", "+1"],
    "cmi.interactions.n.student_response": ["x" * 256],
    "cmi.interactions.n.result": ["incorrect", "", "right"],
    "cmi.interactions.n.latency": ["5", "00:00", ""],
}


@st.composite
def tellings(draw) -> dict[str, str]:
    """What a lesson may say in one opening: each list from its beginning, each value one that may be."""
    said = {}
    for shape, values in VALUES.items():
        outer = range(draw(st.integers(0, 3))) if ".n." in shape else [0]
        for place in outer:
            inner = range(draw(st.integers(0, 2))) if shape.count(".n.") == 2 else [0]
            for nested in inner:
                said[shape.replace(".n.", f".{place}.", 1).replace(".n.", f".{nested}.")] = draw(st.sampled_from(values))
    return said


def first_of(shape: str) -> str:
    return shape.replace(".n.", ".0.")


@given(tellings(), st.floats(0, 1))
@settings(max_examples=60, deadline=None, database=None)
def test_what_may_be_is_kept_as_it_was_said_in_whatever_pieces_it_arrives(said, share):
    whole = with_notes({}, said)
    assert whole == said
    assert with_notes(whole, said) == whole, "told twice, it is kept once"
    in_order = sorted(said, key=lambda element: [int(part) for part in element.split(".") if part.isdigit()])
    kept = with_notes({}, {element: said[element] for element in in_order[: int(share * len(said))]})
    assert with_notes(kept, said) == said
    assert all(count > 0 for count in counts_in(kept).values())


@given(tellings(), st.sampled_from([(shape, value) for shape, values in WRONG.items() for value in values]))
@settings(max_examples=60, deadline=None, database=None)
def test_one_wrong_value_refuses_all_of_it(said, wrong):
    shape, value = wrong
    with pytest.raises(NoteError) as refused:
        with_notes({}, {**said, first_of(shape): value})
    assert refused.value.code == 405


@given(tellings(), st.integers(1, 9999))
@settings(max_examples=30, deadline=None, database=None)
def test_a_list_grows_at_its_end_alone(said, beyond):
    counts = counts_in(with_notes({}, said))
    end = counts.get("cmi.objectives", 0)
    assert error_of(f"cmi.objectives.{end}.id", "next", counts) == (0 if end < 100 else 101)
    assume(end + beyond < 10_000)
    assert error_of(f"cmi.objectives.{end + beyond}.id", "far", counts) == 201


@pytest.mark.parametrize(("shape", "value"), [(shape, value) for shape, values in WRONG.items() for value in values])
def test_types_and_words_are_those_of_the_standard(shape, value):
    assert error_of(first_of(shape), value, {}) == 405


@pytest.mark.parametrize(
    "element",
    ["cmi.interactions", "cmi.interactions.0", "cmi.interactions.00.id", "cmi.interactions.-1.id", "cmi.interactions.x.id",
     "cmi.interactions.0.learner_response", "cmi.objectives.0.score", "cmi.objectives.0.score.scaled",
     "cmi.student_preference.font", "cmi.objectives.0.0.id",
     "cmi.interactions.0.objectives.1.id", "cmi.interactions.٠.id", "cmi.objectives.10000.id"],
)  # fmt: skip
def test_what_the_model_does_not_know_is_no_argument(element):
    assert error_of(element, "1", {}) == 201


def test_lists_and_room_are_bounded():
    objectives = {f"cmi.objectives.{place}.id": "a" for place in range(100)}
    assert error_of("cmi.objectives.100.id", "a", counts_in(objectives)) == 101
    nested = {f"cmi.interactions.0.objectives.{place}.id": "a" for place in range(20)}
    assert error_of("cmi.interactions.0.objectives.20.id", "a", counts_in(nested)) == 101
    full = {f"cmi.interactions.{place}.student_response": "x" * 234 for place in range(ROOM // (234 + PRICE))}
    assert room_left(with_notes({}, full)) == 0
    with pytest.raises(NoteError) as refused:
        with_notes(full, {f"cmi.interactions.{len(full)}.id": "a"})
    assert refused.value.code == 101


# --- Told and shown ------------------------------------------------------------------------------------------------------

SAID = {
    "cmi.interactions.0.id": "q-soap", "cmi.interactions.0.type": "choice", "cmi.interactions.0.student_response": "b",
    "cmi.interactions.0.correct_responses.0.pattern": "a", "cmi.interactions.0.result": "wrong",
    "cmi.interactions.0.latency": "00:00:12", "cmi.interactions.0.objectives.0.id": "hygiene",
    "cmi.objectives.0.id": "hygiene", "cmi.objectives.0.status": "failed", "cmi.objectives.0.score.raw": "40",
    "cmi.student_preference.audio": "-1", "cmi.comments": "<b>Too</b> fast for Ben.",
}  # fmt: skip


@pytest.fixture
def ben(cast):
    client = Client()
    client.force_login(cast.ben.user)
    return client


@pytest.fixture
def told(cast, ben, media, db):
    course = package_story.published(cast)
    learning_story.begun(course, cast.ben)
    assert Window(ben, course).send(SAID).status_code == 200
    return course


def test_who_comes_back_finds_what_may_be_read_and_interactions_go_on(cast, ben, told):
    again = Window(ben, told)
    assert {name: again.values[name] for name in SAID if not name.startswith("cmi.interactions")} == {
        name: value for name, value in SAID.items() if not name.startswith("cmi.interactions")
    }
    assert not [name for name in again.values if name.startswith("cmi.interactions")]
    assert (again.values["cmi.student_preference.speed"], again.state["counts"]["cmi.interactions"]) == ("0", 1)
    assert again.state["room"] == room_left(SAID)
    assert again.send({"cmi.interactions.1.id": "q-water"}).status_code == 200
    assert again.send({"cmi.interactions.3.id": "q-hole"}).status_code == 422
    assert PackageRun.objects.get().notes == {**SAID, "cmi.interactions.1.id": "q-water"}


def test_half_of_a_character_does_not_break_it(cast, ben, told):
    assert Window(ben, told).send({"cmi.comments": "so \ud83d far"}).status_code == 200
    assert PackageRun.objects.get().notes["cmi.comments"] == "so ? far"


def test_maria_reads_what_somebody_answered(cast, told, client, django_assert_max_num_queries):
    client.force_login(cast.maria)
    row = people_on(told, cast.maria).get()
    at = reverse("admin:enablement_course_answers", args=[row.public_id])
    assert at in client.get(reverse("admin:enablement_course_progress", args=[told.public_id])).text
    page = client.get(at).text
    for words in ("Ben Ott", "How to wash", "q-soap", "choice", "wrong", "00:00:12", "hygiene", "not passed", "40"):
        assert words in page, words
    assert "&lt;b&gt;Too&lt;/b&gt; fast for Ben." in page
    with django_assert_max_num_queries(12):
        client.get(at)
    client.force_login(cast.ben.user)
    assert client.get(at).status_code == 302


@pytest.mark.parametrize("plan", [CONNECTORS, PALLET])
def test_the_packages_of_the_demo_are_taken_in_and_say_what_may_be(cast, ben, media, db, plan):
    course = package_story.published(cast, packed_of(plan))
    participation = learning_story.begun(course, cast.ben)
    assert (course.title, course.versions.get().lessons.get().title) == (plan.title, plan.lesson)
    assert Window(ben, course).send(said_of(plan), finished=True).status_code == 200
    [told] = answers_of(participation)
    assert ([answer.result for answer in told.answers], told.comments) == (["right", "wrong", "right"], plan.remark)
    assert told.run.status == "passed"


def test_where_nothing_was_told_there_is_no_link(cast, client, media, db):
    course = package_story.published(cast)
    participation = learning_story.begun(course, cast.ben)
    client.force_login(cast.maria)
    at = reverse("admin:enablement_course_answers", args=[participation.public_id])
    assert at not in client.get(reverse("admin:enablement_course_progress", args=[course.public_id])).text
    assert "Nothing was answered, tried or played by this person yet." in client.get(at).text
    assert answers_of(participation) == []


def test_it_is_in_a_persons_copy_and_forgotten_with_them(cast, told):
    person = Person((cast.ben,))
    assert [row["noted"] for row in find_runs(person)] == [SAID]
    assert (erase_runs(person), erase_runs(person)) == (1, 0)
    assert PackageRun.objects.get().notes == {}
