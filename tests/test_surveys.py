"""Maria writes a survey, Nora and Ben answer it for Alpenglow: kept at each step, claimed when handed in, once."""

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.survey_responses import begin_interview, save_answers, submit_answers
from context.actions.surveys import (
    close_survey,
    copy_survey,
    create_survey,
    move_question,
    open_survey,
    remove_question,
    save_question,
)
from context.models import Fact, Survey, SurveyQuestion, SurveyResponse
from context.queries.facts import current_facts
from context.queries.surveys import figures_of, results_of
from tests import collecting_story, factories
from tests.collecting_story import make_points, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def points(cast):
    return make_points()


@pytest.fixture
def survey(cast, points) -> Survey:
    return make_survey(cast, points)


@pytest.fixture
def asked(cast, survey) -> SurveyResponse:
    open_survey(survey, by=cast.maria)
    return survey.responses.get(partner=cast.alpenglow)


def question(survey: Survey, key: str) -> SurveyQuestion:
    return survey.questions.get(data_point__key=key)


def answers(survey: Survey, **values) -> dict:
    return {question(survey, key).key: value for key, value in values.items()}


def test_publishing_asks_the_partners_of_the_segment(cast, survey):
    survey.segment = factories.make_segment("Germans", {"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    survey.save()
    assert open_survey(survey, by=cast.maria) == 1
    assert survey.responses.get().partner == cast.alpenglow
    with pytest.raises(Refused, match="cannot become open"):
        open_survey(survey, by=cast.maria)


def test_what_cannot_be_published_is_refused(cast, points):
    empty = create_survey(by=cast.maria, title="Empty", programme=cast.programme)
    with pytest.raises(Refused, match="Add a question first"):
        open_survey(empty, by=cast.maria)
    save_question(empty, by=cast.maria, data_point=points["plans"])
    with pytest.raises(Invalid, match="Choose the segment"):
        open_survey(empty, by=cast.maria)
    nobody = {"all": [{"field": "partner.country", "op": "eq", "value": "FR"}]}
    empty.segment = factories.make_segment("French", nobody)
    empty.save()
    with pytest.raises(Refused, match="No partner is in “French” now"):
        open_survey(empty, by=cast.maria)
    empty.refresh_from_db()
    assert (empty.state, empty.responses.count()) == ("draft", 0)


def test_only_what_partners_may_edit_is_asked_of_them(cast, points, survey):
    with pytest.raises(Invalid, match="“Our view” is edited by managers only"):
        save_question(survey, by=cast.maria, data_point=points["inner"])
    with pytest.raises(Invalid, match="asks for “Plans” already"):
        save_question(survey, by=cast.maria, data_point=points["plans"])
    assert survey.questions.count() == 4


def test_a_question_never_comes_before_the_one_it_depends_on(cast, points, survey):
    with pytest.raises(Refused, match="comes before it"):
        move_question(question(survey, "scheme"), by=cast.maria, up=True)
    with pytest.raises(Refused, match="depends on its answer"):
        remove_question(question(survey, "audits"), by=cast.maria)
    move_question(question(survey, "plans"), by=cast.maria, up=True)
    assert [each.data_point.key for each in survey.questions.all()] == ["staff", "audits", "plans", "scheme"]


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"op": "at_least", "value": "3"}, "cannot be compared in this way"),
        ({"op": "is", "value": "perhaps"}, "has to be yes or no"),
        ({"op": "is", "value": ""}, "Say which answer"),
        ({"op": "is", "value": "yes", "question": "elsewhere"}, "comes before it"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(cast, points, survey, condition, sentence):
    show_if = {"question": question(survey, "audits").key, **condition}
    plans = question(survey, "plans")
    with pytest.raises(Invalid, match=sentence):
        save_question(survey, by=cast.maria, data_point=points["plans"], question=plans, show_if=show_if)
    plans.refresh_from_db()
    assert plans.show_if is None


def test_questions_stay_once_published_and_a_copy_may_change(cast, points, survey, asked):
    with pytest.raises(Refused, match="Copy it to change them"):
        remove_question(question(survey, "plans"), by=cast.maria)
    copy = copy_survey(survey, by=cast.maria)
    remove_question(question(copy, "plans"), by=cast.maria)
    assert question(copy, "scheme").show_if["question"] == question(copy, "audits").key
    assert survey.questions.count() == 4


def test_answers_are_kept_and_become_claims_when_handed_in(cast, survey, asked):
    assert save_answers(asked, answers(survey, staff="130", audits="yes"), by=cast.ben.user) == {}
    assert Fact.objects.count() == 0
    save_answers(asked, answers(survey, scheme="iso"), by=cast.nora.user)
    submit_answers(asked, by=cast.nora.user)
    facts = {fact.data_point.key: fact for fact in current_facts(cast.alpenglow)}
    assert {key: fact.value for key, fact in facts.items()} == {"staff": 130, "audits": True, "scheme": "ISO"}
    fact = facts["staff"]
    assert (fact.method, fact.source, fact.is_claim) == ("survey", "survey “Yearly check”, answered by Nora Berg", True)
    assert {fact.asserted_by for fact in Fact.objects.all()} == {cast.nora.user}
    assert set(asked.facts.all()) == set(Fact.objects.all())


def test_a_question_that_branching_hides_records_nothing(cast, survey, asked):
    save_answers(asked, answers(survey, audits="yes", scheme="TISAX"), by=cast.nora.user)
    save_answers(asked, answers(survey, audits="no"), by=cast.nora.user)
    submit_answers(asked, by=cast.nora.user)
    assert {fact.data_point.key for fact in Fact.objects.all()} == {"audits"}
    assert asked.answers == answers(survey, audits=False)


def test_handing_in_twice_is_refused(cast, survey, asked):
    save_answers(asked, answers(survey, audits="no"), by=cast.nora.user)
    submit_answers(asked, by=cast.nora.user)
    with pytest.raises(
        Refused, match=rf"Nora Berg handed this in on \d\d? [A-Z][a-z]+ {timezone.localdate().year}\. It counts once"
    ):
        submit_answers(asked, by=cast.nora.user)
    with pytest.raises(Refused, match="It counts once"):
        save_answers(asked, answers(survey, staff="3"), by=cast.nora.user)
    assert Fact.objects.count() == 1


def test_what_is_missing_or_closed_is_refused_and_kept(cast, survey, asked):
    save_answers(asked, answers(survey, audits="yes"), by=cast.nora.user)
    with pytest.raises(Invalid, match="“By which scheme\\?” has to be answered"):
        submit_answers(asked, by=cast.nora.user)
    close_survey(survey, by=cast.maria)
    with pytest.raises(Refused, match="is closed. What you answered is kept"):
        submit_answers(asked, by=cast.nora.user)
    asked.refresh_from_db()
    assert (asked.answers, Fact.objects.count()) == (answers(survey, audits=True), 0)
    open_survey(survey, by=cast.maria)
    save_answers(asked, answers(survey, scheme="Else"), by=cast.nora.user)
    assert len(submit_answers(asked, by=cast.nora.user)) == 2


def test_who_was_not_asked_may_not_answer(cast, survey, asked):
    cast.ben.functions = ["finance"]
    cast.ben.save()
    for user in (cast.ben.user, cast.sven.user, cast.maria):
        with pytest.raises(NotAllowed):
            save_answers(asked, answers(survey, audits="yes"), by=user)
    asked.refresh_from_db()
    assert asked.answers == {}


def test_wrong_values_give_a_sentence_at_the_question_and_the_others_are_kept(cast, survey, asked):
    problems = save_answers(asked, answers(survey, staff="many", audits="yes"), by=cast.nora.user)
    [(key, sentence)] = problems.items()
    assert key == question(survey, "staff").key
    assert sentence == "“many” is no value of “Staff”: it has to be a number such as 1250.5."
    assert asked.answers == answers(survey, audits=True)


def test_an_interview_is_filled_in_by_the_manager(cast, points):
    interview = collecting_story.tell_interview(cast, points)
    save_answers(interview, answers(interview.survey, plans="Two new sites"), by=cast.maria)
    with pytest.raises(NotAllowed, match="Maria Lund leads this interview"):
        save_answers(interview, {}, by=cast.arthur)
    submit_answers(interview, by=cast.maria)
    [fact] = current_facts(cast.alpenglow)
    assert (fact.method, fact.source) == ("interview", "interview “First talk” with Nora Berg")
    second = begin_interview(interview.survey, cast.alpenglow, by=cast.maria)
    assert second != interview
    assert begin_interview(interview.survey, cast.alpenglow, by=cast.maria) == second


def test_results_count_answers_and_lead_to_the_facts(cast, survey, asked, django_assert_max_num_queries):
    save_answers(asked, answers(survey, staff="130", audits="yes", scheme="ISO"), by=cast.nora.user)
    [*facts] = submit_answers(asked, by=cast.nora.user)
    baltic = survey.responses.get(partner=cast.baltic)
    cast.sven.is_partner_admin = True
    cast.sven.save()
    save_answers(baltic, answers(survey, staff="10", audits="no"), by=cast.sven.user)
    submit_answers(baltic, by=cast.sven.user)
    with django_assert_max_num_queries(8):
        staff, audits, scheme, plans = results_of(survey, visible_to=cast.maria)
    assert staff.middle == (10, 130, 130)
    assert {(each.value, each.count, each.percent) for each in audits.counts} == {(True, 1, 50), (False, 1, 50)}
    assert (scheme.answered, plans.answered) == (1, 0)
    assert facts[2] in scheme.facts
    assert (figures_of(survey, visible_to=cast.maria).submitted, figures_of(survey, visible_to=cast.maria).percent) == (2, 100)


# The partner's page


@pytest.fixture
def nora(client, cast):
    client.force_login(cast.nora.user)
    return client


def address(asked: SurveyResponse) -> str:
    return reverse("context:survey", args=[asked.public_id])


def sent(survey: Survey, do: str, **values) -> dict:
    kept = answers(survey, **values)
    return {**kept, "asked": list(kept), "do": do}


def test_it_is_among_what_needs_nora_and_shows_what_is_asked(cast, survey, asked, nora):
    assert "Answer “Yearly check”" in nora.get("/").content.decode()
    page = nora.get(address(asked)).content.decode()
    for words in ("Five minutes.", "How many people work for you?", "Do you run audits", "Send the answers to Vendor"):
        assert words in page
    assert "By which scheme?" not in page


def test_without_scripts_a_branch_opens_and_everything_is_kept(cast, survey, asked, nora):
    wrong = nora.post(address(asked), sent(survey, "submit", staff="many", audits="yes"))
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "it has to be a number such as 1250.5" in page
    assert "By which scheme?" in page
    assert "This has to be answered." in page
    assert 'value="many"' in page
    right = sent(survey, "submit", staff="130", audits="yes", scheme="ISO", plans="")
    done = nora.post(address(asked), right, follow=True).content.decode()
    assert "Thank you. Your answers are with Vendor." in done
    assert "Answered by Nora Berg" in done
    assert Fact.objects.count() == 3
    again = nora.post(address(asked), right)
    assert again.status_code == 409
    assert "It counts once" in again.content.decode()


def test_with_htmx_the_branch_opens_at_once(cast, survey, asked, nora):
    look = sent(survey, "look", audits="yes", staff="many")
    part = nora.post(address(asked), look, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "By which scheme?" in part
    assert "it has to be" not in part
    asked.refresh_from_db()
    assert asked.answers == answers(survey, audits=True)


def test_an_answer_can_be_taken_back(cast, survey, asked, nora):
    nora.post(address(asked), sent(survey, "save", staff="130", audits="yes"))
    nora.post(address(asked), sent(survey, "save", staff=""))
    asked.refresh_from_db()
    assert asked.answers == answers(survey, audits=True)


def test_a_foreign_survey_is_absent(client, cast, survey, asked):
    client.force_login(cast.sven.user)
    assert client.get(address(asked)).status_code == 404
    cast.ben.functions = ["finance"]
    cast.ben.save()
    client.force_login(cast.ben.user)
    assert client.get(address(asked)).status_code == 404
