"""Courses: written, published and frozen, taken to their end, and told to whoever counts on it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, Refused
from communications.journey_courses import courses as journey_courses
from communications.outcomes import outcome_named
from context.models import Verdict
from context.rules import compile_rules
from enablement.actions.certificates import ask_to_renew, months_after, revoke_certificate
from enablement.actions.courses import change_course, create_course, drop_version, publish_course, retire_course, write_version
from enablement.actions.lessons import move_row, remove_row, save_lesson, save_scene
from enablement.actions.participations import ask_to_take, begin_course, finish_lesson
from enablement.course_checks import problems_of
from enablement.models import Certificate, Lesson, Participation
from enablement.queries.courses import courses_for, figures_of, partners_on, progress_of, taken_by
from enablement.queries.paths import paths_for
from partners.models import PartnerCertification
from portal.queries.waiting import waiting_for
from search.queries.finding import find
from tests import factories, learning_story

pytestmark = pytest.mark.django_db
GOLD = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]}


def test_a_draft_is_seen_by_nobody_and_a_gap_is_named_before_it_is_published(cast):
    course = learning_story.written(cast)
    assert not courses_for(cast.ben).exists()
    save_lesson(course.versions.get(), by=cast.maria, kind="text", title="Still empty")
    with pytest.raises(Invalid, match="“Still empty” has no text yet"):
        publish_course(course, by=cast.maria)
    course.refresh_from_db()
    assert course.state == "draft"
    assert not course.versions.get().is_published


def test_who_began_with_version_1_ends_with_it_and_is_told_so(cast, client):
    course = learning_story.published(cast)
    ben = learning_story.begun(course, cast.ben)
    written = write_version(course, by=cast.maria)
    assert write_version(course, by=cast.maria) == written
    save_lesson(written, by=cast.maria, kind="text", title="Brand new", body="Now also for small ones.")
    remove_row(written.lessons.get(kind="simulation"), by=cast.maria)
    publish_course(course, by=cast.maria)
    nora = learning_story.begun(course, cast.nora)
    assert (ben.version.number, nora.version.number) == (1, 2)
    client.force_login(cast.ben.user)
    page = client.get(f"/learning/courses/{course.public_id}/").content.decode()
    assert "You began with version 1 and end with it. Who begins now takes version 2." in page
    assert "Brand new" not in page
    learning_story.passed(course, cast.ben)
    ben.refresh_from_db()
    assert ben.passed_at
    assert ben.version.number == 1
    same = Lesson.objects.filter(version__course=course, kind="quiz").values_list("key", flat=True)
    assert len(set(same)) == 1  # the quiz of both versions is one lesson


def test_what_is_published_is_frozen(cast):
    course = learning_story.published(cast)
    version = course.versions.get()
    lesson = version.lessons.first()
    before = list(version.lessons.values())
    for change in (
        lambda: save_lesson(version, by=cast.maria, lesson=lesson, title="Other"),
        lambda: remove_row(lesson, by=cast.maria),
        lambda: move_row(lesson, by=cast.maria, up=False),
        lambda: save_lesson(version, by=cast.maria, kind="text", title="More", body="x"),
    ):
        with pytest.raises(Refused, match="published and stays as it is"):
            change()
    assert list(version.lessons.values()) == before
    with pytest.raises(Refused, match="Nothing has changed"):
        publish_course(course, by=cast.maria)
    write_version(course, by=cast.maria)
    drop_version(course, by=cast.maria)
    assert course.versions.get() == version


def test_a_simulation_is_written_from_its_beginning(cast, client):
    course = create_course(by=cast.maria, programme=cast.programme, title="The first call")
    talk = save_lesson(course.versions.get(), by=cast.maria, kind="simulation", title="The call")
    client.force_login(cast.maria)
    page = reverse("admin:enablement_course_new_scene", args=[talk.public_id])
    said = {
        "title": "They call",
        "text": "They ask for the price.",
        "ending": "",
        "choice_0": "Name it",
        "to_0": "new",
        "consequence_0": "They hang up.",
        "choice_1": "Ask what they need",
        "to_1": "new",
    }
    assert client.post(page, {**said, "to_1": ""}).status_code == 422  # all of it or nothing
    assert not talk.scenes.exists()
    assert client.post(page, said).status_code == 302
    first, name, ask = talk.scenes.all()
    assert [choice["to"] for choice in first.choices] == [name.key, ask.key]
    assert (first.title, name.title, ask.title) == ("They call", "Name it", "Ask what they need")
    problems = problems_of(course.versions.get())
    assert [each for each in problems if "nothing to choose" in each] == [
        "In “Name it” there is nothing to choose, and it is no ending.",
        "In “Ask what they need” there is nothing to choose, and it is no ending.",
    ]
    save_scene(talk, by=cast.maria, scene=name, text="They are gone.", ending="bad")
    save_scene(talk, by=cast.maria, scene=ask, text="They tell you.", ending="good")
    publish_course(course, by=cast.maria)


def test_lessons_are_taken_in_the_order_of_whoever_wrote_them(cast):
    """Not in that of the database, which is by chance where something is counted along."""
    course = learning_story.written(cast)
    first = course.versions.get().lessons.first()
    for _step in range(2):
        move_row(first, by=cast.maria, up=False)
    publish_course(course, by=cast.maria)
    steps = progress_of(course, learning_story.begun(course, cast.ben)).steps
    assert [step.lesson.title for step in steps] == ["What you know", "The first call", "Who buys it"]


def test_it_is_for_a_segment_or_for_the_whole_programme(cast):
    at_alpenglow = factories.make_segment("At A", rule={"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]})
    own = learning_story.published(cast, "Ours alone", certified=False, segment=at_alpenglow)
    everybody = learning_story.published(cast, "For all", certified=False)
    assert set(courses_for(cast.ben)) == {own, everybody}
    assert set(courses_for(cast.sven)) == {everybody}
    with pytest.raises(Refused, match="not offered any more"):
        begin_course(own, cast.sven, by=cast.sven.user)
    assert not Participation.objects.exists()
    retire_course(everybody, by=cast.maria)
    assert not courses_for(cast.sven).exists()


def test_passing_it_is_a_certificate_a_verified_row_and_a_fact_for_segments(cast):
    course = learning_story.published(cast)
    participation = learning_story.passed(course, cast.ben)
    certificate = participation.certificate
    assert certificate.name == "Ben Ott"
    assert certificate.expires_on == months_after(certificate.issued_on, 12)
    row = PartnerCertification.objects.get(partner=cast.alpenglow, contact=cast.ben)
    assert row == certificate.typed_row
    assert row.is_verified
    assert row.expires_on == certificate.expires_on
    assert str(certificate.public_id) in row.evidence
    assert Verdict.objects.get(row_kind="certifications", row_id=row.pk).kind == "verified"
    holds = {"all": [{"field": "course.passed", "op": "eq", "value": str(course.public_id)}]}
    assert set(compile_rules({"all": []}, holds).contacts()) == {cast.ben}
    held = {"all": [{"field": "certification.key", "op": "eq", "value": "aurora-seller"}]}
    assert list(compile_rules(held).partners()) == [cast.alpenglow]
    assert [row.kind for row in waiting_for(cast.nora, reader=cast.nora.user)] == ["certificate"]
    assert outcome_named("courses").rows(_Any(course)).count() == 1
    assert finish_lesson(participation, course.versions.get().lessons.first(), by=cast.ben.user) is False
    assert Certificate.objects.count() == 1


class _Any:
    """An objective that wants this course passed."""

    def __init__(self, course):
        self.parameter = str(course.public_id)


def test_a_revoked_certificate_no_longer_counts(cast, client):
    certificate = learning_story.passed(learning_story.published(cast), cast.ben).certificate
    with pytest.raises(Invalid, match="why it is revoked"):
        revoke_certificate(certificate, by=cast.maria, reason=" ")
    with pytest.raises(Invalid, match="control character"):
        revoke_certificate(certificate, by=cast.maria, reason="Taken\0")
    assert PartnerCertification.objects.exists()
    revoke_certificate(certificate, by=cast.maria, reason="Taken by somebody else")
    assert not PartnerCertification.objects.exists()
    page = client.get(f"/certificates/{certificate.public_id}/").content.decode()
    assert "was revoked and does not hold" in page
    assert "somebody else" not in page
    with pytest.raises(Refused, match="revoked already"):
        revoke_certificate(certificate, by=cast.maria, reason="Again")


def test_a_certificate_that_runs_out_is_asked_for_again_and_a_new_pass_renews_it(cast):
    course = learning_story.published(cast)
    old = learning_story.passed(course, cast.ben).certificate
    assert ask_to_renew() == 0
    soon = timezone.localdate() + timedelta(days=30)
    Certificate.objects.update(expires_on=soon)
    assert (ask_to_renew(), ask_to_renew()) == (1, 0)
    asked = Participation.objects.open().get()
    assert (asked.contact, asked.due_on) == (cast.ben, soon)
    need = [row for row in waiting_for(cast.ben, reader=cast.ben.user) if row.kind == "course"]
    assert [(row.title, row.due) for row in need] == [("Selling Aurora", soon)]
    new = learning_story.passed(course, cast.ben).certificate
    assert new.expires_on == months_after(soon, 12)  # nothing is lost by being early
    held = PartnerCertification.objects.get(contact=cast.ben)
    assert held == new.typed_row
    assert PartnerCertification.ledger.filter(contact=cast.ben).count() == 2
    assert old.number != new.number
    assert ask_to_renew() == 0


def test_people_are_asked_once_and_a_journey_asks_those_whom_it_serves(cast):
    course = learning_story.published(cast)
    assert ask_to_take(course, [cast.ben, cast.nora], by=cast.maria) == 2
    ask_to_take(course, [cast.ben, cast.nora], by=cast.maria)
    assert Participation.objects.count() == 2
    steps = journey_courses()
    assert list(steps.choices()) == [(str(course.public_id), "Selling Aurora")]
    partners = [cast.alpenglow.pk, cast.baltic.pk]
    assert steps.assign(str(course.public_id), partners) == set(partners)
    assert steps.assign(str(course.public_id), partners) == set(partners)
    # Nobody at Baltic is technical, so everybody there is asked.
    assert set(Participation.objects.values_list("contact", flat=True)) == {cast.ben.pk, cast.nora.pk, cast.sven.pk}
    assert steps.assign("no-such-course", partners) == set()


def test_figures_count_each_person_once_and_managers_see_their_own(cast):
    course = learning_story.published(cast)
    learning_story.passed(course, cast.ben)
    learning_story.begun(course, cast.nora)
    ask_to_take(course, [cast.sven], by=cast.maria)
    figures = figures_of(course, cast.maria)
    assert (figures.asked, figures.begun, figures.passed, figures.people) == (1, 1, 1, 3)
    assert [(row["contact__partner__name"], row["people"], row["passed"]) for row in partners_on(course, cast.maria)] == [
        ("Alpenglow GmbH", 2, 1), ("Baltic Cloud OÜ", 1, 0),
    ]  # fmt: skip
    paul = factories.make_user("paul@vendor.example", roles=("Partner manager",))
    assert figures_of(course, paul).people == 0


def test_the_path_shows_what_is_next(cast):
    told = learning_story.one_of_each(cast)
    (walked,) = paths_for(cast.ben, taken_by(cast.ben))
    assert [taken.course for taken in walked.courses] == [told.course]  # the draft is not shown
    assert (walked.passed, walked.percent, walked.next) == (1, 100, None)
    (walked,) = paths_for(cast.nora, taken_by(cast.nora))
    assert walked.serves
    assert walked.next.course == told.course


def test_published_courses_are_found_by_those_whom_they_are_for(cast):
    at_alpenglow = factories.make_segment("At A", rule={"all": [{"field": "partner.external_id", "op": "eq", "value": "A-1"}]})
    course = learning_story.written(cast, segment=at_alpenglow)

    def titles(user) -> list[str]:
        return [found.document.title for found in find(user, "branches", kinds=["course"]).passages]

    assert titles(cast.ben.user) == []
    publish_course(course, by=cast.maria)
    assert titles(cast.ben.user) == ["Selling Aurora"]
    assert titles(cast.sven.user) == []
    assert find(cast.ben.user, "mainframe", kinds=["course"]).passages == []  # what a quiz asks is not told beforehand
    retire_course(course, by=cast.maria)
    assert titles(cast.ben.user) == []


def test_a_programme_is_not_changed_under_those_who_take_it(cast):
    course = learning_story.published(cast)
    learning_story.begun(course, cast.ben)
    with pytest.raises(Refused, match="its programme stays"):
        change_course(course, by=cast.maria, programme=factories.make_programme("other"))
    course.refresh_from_db()
    assert course.programme == cast.programme


def test_the_pages_ask_the_database_little(cast, client):
    told = learning_story.one_of_each(cast)
    for n in range(4):
        of_many = learning_story.published(
            cast, f"More {n}", certified=False, segment=factories.make_segment(f"Gold {n}", rule=GOLD)
        )
    for user, address in (
        (cast.nora.user, "/learning/"),
        (cast.nora.user, f"/learning/courses/{told.course.public_id}/"),
        (cast.nora.user, f"/learning/courses/{of_many.public_id}/"),
        (cast.nora.user, f"/learning/courses/{told.course.public_id}/1/"),
        (cast.nora.user, f"/learning/attempts/{told.attempt.public_id}/"),
        (cast.ben.user, f"/certificates/{told.certificate.public_id}/"),
    ):
        client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 12, "\n".join(query["sql"][:150] for query in asked)
    assert progress_of(told.course, None).percent == 0


def test_the_course_page_says_truly_how_long_it_takes_and_how_its_quiz_goes(cast, client):
    course = learning_story.written(cast)
    course.versions.get().lessons.filter(kind="quiz").update(attempts=3, limit_minutes=20)
    publish_course(course, by=cast.maria)
    client.force_login(cast.ben.user)
    page = client.get(f"/learning/courses/{course.public_id}/").content.decode()
    assert "3 lessons, at least 10 minutes" in page  # of the simulation nobody knows
    assert "<span>3 attempts</span><span>time limit 20 min</span>" in page
    Lesson.objects.filter(version__course=course).update(minutes=5)
    assert "3 lessons, about 15 minutes" in client.get(f"/learning/courses/{course.public_id}/").content.decode()
