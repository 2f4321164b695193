"""Maria writes a survey, looks at it as a partner, publishes it and reads the results; she interviews, and reviews."""

import re

import pytest
from django.urls import reverse

from context.actions.reviews import fill_in, hand_in
from context.actions.survey_responses import save_answers, submit_answers
from context.models import Fact, Metric, Review, Survey, SurveyResponse
from tests import collecting_story, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(client, cast):
    client.force_login(cast.maria)
    return client


@pytest.fixture
def points(cast):
    return collecting_story.make_points()


def url(name: str, *args) -> str:
    return reverse(f"admin:context_{name}", args=args)


def words_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_survey_from_the_first_word_to_the_results(maria, cast, points):
    segment = factories.make_segment("Everybody")
    begun = maria.post(
        url("survey_add"),
        {"title": "Yearly check", "mode": "survey", "programme": cast.programme.pk, "segment": segment.pk, "functions": []},
    )
    survey = Survey.objects.get()
    new = url("survey_new_question", survey.public_id)
    assert begun["Location"] == new
    assert "No question yet" in words_of(maria.get(url("survey_page", survey.public_id)))

    maria.post(new, {"data_point": points["audits"].pk, "is_required": "on"})
    audits = survey.questions.get()
    follows = {"data_point": points["scheme"].pk, "depends_on": audits.key, "op": "is"}
    wrong = maria.post(new, {**follows, "value": "perhaps"})
    assert wrong.status_code == 422
    assert "has to be yes or no" in words_of(wrong)
    maria.post(new, {**follows, "value": "yes"})
    page = words_of(maria.get(url("survey_page", survey.public_id)))
    assert "2 questions" in page
    assert "Only if “Do you run audits of your own?” is yes" in page

    preview = url("survey_preview", survey.public_id)
    assert "By which scheme?" not in words_of(maria.get(preview))
    tried = maria.get(preview, {audits.key: "yes", "asked": audits.key})
    assert "By which scheme?" in words_of(tried)
    assert SurveyResponse.objects.count() == 0

    published = maria.post(url("survey_act", survey.public_id), {"do": "open"}, follow=True)
    assert "2 partners are asked." in words_of(published)
    response = survey.responses.get(partner=cast.alpenglow)
    save_answers(response, {audits.key: "no"}, by=cast.nora.user)
    [fact] = submit_answers(response, by=cast.nora.user)
    results = maria.get(url("survey_results", survey.public_id))
    assert "1 of 2 partners have answered (50 %)" in words_of(results)
    assert url("fact_change", fact.pk) in results.content.decode()
    assert "Baltic Cloud" in words_of(maria.get(url("survey_results", survey.public_id), {"state": "waiting"}))


def test_questions_are_moved_changed_and_taken_out(maria, cast, points):
    survey = collecting_story.make_survey(cast, points)
    staff, audits, scheme, plans = survey.questions.all()
    maria.post(url("survey_question", staff.public_id), {"do": "down"})
    assert [each.data_point.key for each in survey.questions.all()] == ["audits", "staff", "scheme", "plans"]
    refused = maria.post(url("survey_question", audits.public_id), {"do": "remove"})
    assert refused.status_code == 409
    assert "depends on its answer" in words_of(refused)
    maria.post(url("survey_question", plans.public_id), {"data_point": points["plans"].pk, "wording": "And then?"})
    maria.post(url("survey_question", scheme.public_id), {"do": "remove"})
    assert [each.text for each in survey.questions.all()][-1] == "And then?"
    form = maria.get(url("survey_question", plans.public_id)).content.decode()
    assert 'value="And then?"' in form


def test_a_published_survey_is_copied_to_be_changed(maria, cast, points):
    survey = collecting_story.make_survey(cast, points)
    act = url("survey_act", survey.public_id)
    maria.post(act, {"do": "open"})
    late = maria.post(url("survey_new_question", survey.public_id), {"data_point": points["plans"].pk})
    assert "Copy it to change them" in words_of(late)
    maria.post(act, {"do": "close"})
    copied = maria.post(act, {"do": "copy"})
    copy = Survey.objects.get(title="Yearly check (copy)")
    assert copied["Location"] == url("survey_page", copy.public_id)
    assert (copy.state, copy.questions.count()) == ("draft", 4)


def test_pages_ask_little(maria, cast, points, django_assert_max_num_queries):
    survey = collecting_story.make_survey(cast, points)
    maria.post(url("survey_act", survey.public_id), {"do": "open"})
    for name in ("survey_page", "survey_results", "survey_preview"):
        maria.get(url(name, survey.public_id))
        with django_assert_max_num_queries(12):
            maria.get(url(name, survey.public_id))
    with django_assert_max_num_queries(12):
        maria.get(url("survey_changelist"))


def test_an_interview_is_begun_by_name_and_filled_in(maria, cast, points):
    form = collecting_story.tell_interview(cast, points).survey
    SurveyResponse.objects.all().delete()
    begin = url("survey_begin", form.public_id)
    assert "Alpenglow GmbH" in words_of(maria.get(begin, {"q": "alpen"}))
    assert "No partner you see is named like “xyz”" in words_of(maria.get(begin, {"q": "xyz"}))
    assert "Nora Berg" in words_of(maria.get(begin, {"partner": cast.alpenglow.public_id}))
    assert "You see no such partner" in words_of(maria.get(begin, {"partner": form.public_id}))
    begun = maria.post(begin, {"partner": cast.alpenglow.public_id, "contact": cast.nora.public_id})
    interview = SurveyResponse.objects.get()
    assert (interview.interviewer, interview.contact) == (cast.maria, cast.nora)
    key = form.questions.get().key
    maria.post(begun["Location"], {key: "Two new sites", "asked": key, "do": "submit"})
    assert Fact.objects.get().source == "interview “First talk” with Nora Berg"
    done = words_of(maria.get(begun["Location"]))
    assert "Maria Lund talked to Alpenglow GmbH" in done
    assert "Two new sites" in done
    assert "First talk" in words_of(
        maria.get(reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=work")
    )


def test_a_review_from_the_page_of_the_partner_to_the_verified_fact(maria, cast, points):
    prepare = url("review_prepare", cast.alpenglow.public_id)
    plan = {"title": "Half-year", "programme": cast.programme.pk, "period_start": "2026-01-01", "period_end": "2026-06-30"}
    empty = maria.post(prepare, plan)
    assert empty.status_code == 422
    assert "at least one thing" in words_of(empty)
    revenue = Metric.objects.create(key="revenue", label="Revenue", unit="EUR")
    assert "Revenue" in words_of(maria.get(prepare))
    made = maria.post(prepare, {**plan, "data_points": [points["staff"].pk], "metrics": [revenue.pk]})
    review = Review.objects.get()
    here = url("review_page", review.public_id)
    assert made["Location"] == here
    maria.post(here, {"do": "open"})
    staff, revenue = review.lines.all()

    fill_in(review, "partner", {staff.pk: "120"}, {staff.pk: "Without trainees"}, by=cast.nora.user)
    hand_in(review, "partner", by=cast.nora.user)
    before = words_of(maria.get(here))
    assert "You see its side once you have, too" in before
    assert "Without trainees" not in before
    wrong = maria.post(here, {"do": "hand_in", f"v{staff.pk}": "many"})
    assert wrong.status_code == 422
    assert "it has to be a number" in words_of(wrong)
    maria.post(here, {"do": "hand_in", f"v{staff.pk}": "100"})
    assert "Without trainees" in words_of(maria.get(here))

    refused = maria.post(here, {"do": "agree", f"v{staff.pk}": "", f"v{revenue.pk}": ""})
    assert "Nothing is agreed yet" in words_of(refused)
    maria.post(here, {"do": "agree", f"v{staff.pk}": "110", f"v{revenue.pk}": "490000"})
    fact = Fact.objects.get()
    assert (fact.value, fact.verdicts.get().kind, fact.verdicts.get().by) == (110, "verified", cast.maria)
    assert url("fact_change", fact.pk) in maria.get(here).content.decode()
    maria.post(here, {"do": "next"})
    assert Review.objects.exclude(pk=review.pk).get().previous == review


def test_readers_read_and_do_not_write(client, cast, points):
    survey = collecting_story.make_survey(cast, points)
    review = collecting_story.make_review(cast, points)
    client.force_login(cast.arthur)
    assert client.get(url("survey_page", survey.public_id)).status_code == 200
    assert client.post(url("survey_act", survey.public_id), {"do": "open"}).status_code == 403
    assert client.post(url("review_page", review.public_id), {"do": "open"}).status_code == 403
    survey.refresh_from_db()
    review.refresh_from_db()
    assert (survey.state, review.state) == ("draft", "draft")
