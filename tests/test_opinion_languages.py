"""One survey in several languages: each person is asked in theirs, or told why not, and all answers are counted together."""

import pytest
from django.urls import reverse

from activity.refusals import Invalid, Refused
from communications.actions.opinion_languages import set_opinion_languages
from communications.actions.opinion_mails import mail_opinion_surveys
from communications.actions.opinion_questions import save_opinion_question
from communications.actions.opinions import close_opinion_survey, open_opinion_survey, publish_changed_questions
from communications.models import OpinionPolicy, OpinionQuestion, OpinionSurvey
from communications.queries.opinions import named_answers, questions_of, results_of
from partners.models import Contact
from tests import talk_story

pytestmark = pytest.mark.django_db
Kind = OpinionQuestion.Kind
GERMAN = {"de": {"title": "Wie ist es?", "intro": "Zwei Minuten."}}
QUESTIONS = {
    Kind.NPS: {"wording": "Würden Sie uns empfehlen?"},
    Kind.CHOICE: {"wording": "Welcher Tag?", "options": ["Montag", "Freitag"]},
    Kind.TEXT: {"wording": "Was noch?"},
}


@pytest.fixture(autouse=True)
def _languages(cast):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3, "rest_days": 0})
    for contact, language in ((cast.nora, "de"), (cast.ben, "en"), (cast.sven, "et")):
        Contact.objects.filter(pk=contact.pk).update(language=language)


def translate(survey: OpinionSurvey, cast, kind: str, words: dict) -> OpinionQuestion:
    question = survey.questions.get(kind=kind)
    return save_opinion_question(
        survey, by=cast.maria, question=question, kind=kind, wording=question.wording, options=question.options,
        translations={"de": words},
    )  # fmt: skip


@pytest.fixture
def draft(cast) -> OpinionSurvey:
    survey = talk_story.survey(cast)
    set_opinion_languages(survey, by=cast.maria, language="en", translations=GERMAN)
    for kind, words in QUESTIONS.items():
        translate(survey, cast, kind, words)
    return survey


@pytest.fixture
def survey(cast, draft) -> OpinionSurvey:
    open_opinion_survey(draft, by=cast.maria)
    return draft


def page(client, contact, survey: OpinionSurvey) -> str:
    client.force_login(contact.user)
    return client.get(reverse("communications:opinion", args=[survey.public_id])).text


def test_each_is_asked_in_their_language_and_told_where_there_is_none(cast, survey, client):
    german = page(client, cast.nora, survey)
    for words in ("Wie ist es?", "Zwei Minuten.", "Würden Sie uns empfehlen?", "Welcher Tag?", "Montag", "Was noch?"):
        assert words in german
    assert "Which day?" not in german
    assert 'class="only-in"' not in german
    english = page(client, cast.ben, survey)
    assert ("Which day?" in english, "Welcher Tag?" in english, 'class="only-in"' in english) == (True, False, False)
    fallen_back = page(client, cast.sven, survey)
    assert ("Which day?" in fallen_back, "available in English only" in fallen_back) == (True, True)


def test_a_language_of_the_same_tongue_is_theirs(cast, survey, client):
    Contact.objects.filter(pk=cast.nora.pk).update(language="de-at")
    assert "Welcher Tag?" in page(client, cast.nora, survey)


def test_the_lists_and_the_mail_are_in_their_language(cast, survey, client, sink):
    mail_opinion_surveys()
    german, fallen_back = (sink.to(contact.email) for contact in (cast.nora, cast.sven))
    assert german["Subject"].endswith("Wie ist es?")
    assert "Zwei Minuten." in german.get_body(("plain",)).get_content()
    assert "available in English only" in fallen_back.get_body(("plain",)).get_content()
    assert "available in English only" in fallen_back.get_body(("html",)).get_content()
    client.force_login(cast.nora.user)
    assert "Wie ist es?" in client.get(reverse("communications:opinions")).text
    assert "Wie ist es?" in client.get(reverse("portal:home")).text


def test_the_question_of_the_day_is_in_their_language(cast, draft, client):
    draft.questions.exclude(kind=Kind.CHOICE).delete()
    open_opinion_survey(draft, by=cast.maria)
    client.force_login(cast.nora.user)
    german = client.get(reverse("portal:home")).text
    assert ("Welcher Tag?" in german, 'value="Monday"' in german, "Montag" in german) == (True, True, True)
    client.force_login(cast.sven.user)
    assert "available in English only" in client.get(reverse("portal:home")).text


def test_answers_of_all_languages_are_counted_together(cast, survey, client):
    key = next(each["key"] for each in questions_of(survey) if each["kind"] == Kind.CHOICE)
    for contact, day in ((cast.nora, "Friday"), (cast.ben, "Friday"), (cast.sven, "Monday")):
        client.force_login(contact.user)
        answer = client.post(reverse("communications:opinion", args=[survey.public_id]), {key: day, "version": survey.version})
        assert answer.status_code == 302
    close_opinion_survey(survey, by=cast.maria)
    result = next(each for each in results_of(survey).results if each.kind == Kind.CHOICE)
    assert (result.answered, result.also) == (3, {"Deutsch": "Welcher Tag?"})
    assert [(bar.label, bar.also, bar.people) for bar in result.whole.bars] == [("Monday", "Montag", 1), ("Friday", "Freitag", 2)]
    client.force_login(cast.maria)
    shown = client.get(reverse("admin:communications_opinionsurvey_page", args=[survey.public_id])).text
    assert "Deutsch: Welcher Tag?" in shown
    assert "Freitag" in shown


def test_who_answered_by_name_is_told_in_the_words_of_the_survey(cast, draft, client):
    OpinionSurvey.objects.filter(pk=draft.pk).update(is_anonymous=False)
    draft.refresh_from_db()
    open_opinion_survey(draft, by=cast.maria)
    talk_story.answer(draft, cast.nora, day="Friday")
    assert named_answers(draft, cast.maria)[0].answers == [("Which day?", "Friday")]


def test_what_is_sent_in_another_language_than_it_was_asked_is_no_answer(cast, survey):
    with pytest.raises(Invalid, match="one of the answers"):
        talk_story.answer(survey, cast.nora, day="Freitag")


def test_half_a_language_is_not_asked_in(cast, draft):
    translate(draft, cast, Kind.TEXT, {"wording": ""})
    with pytest.raises(Refused, match="“What else\\?” is not there in Deutsch"):
        open_opinion_survey(draft, by=cast.maria)
    set_opinion_languages(draft, by=cast.maria, language="en", translations={})
    open_opinion_survey(draft, by=cast.maria)
    assert all(question["translations"] == {} for question in questions_of(draft))


@pytest.mark.parametrize(
    ("words", "says", "field"),
    [
        ({"wording": "Welcher Tag?", "options": ["Montag"]}, "the same 2 answers in Deutsch", "options_de"),
        ({"wording": "Welcher Tag?", "options": ["Montag", "Montag"]}, "the same 2 answers", "options_de"),
        ({"wording": "", "options": ["Montag", "Freitag"]}, "question in Deutsch", "wording_de"),
        ({"wording": "Welcher\tTag?", "options": ["Montag", "Freitag"]}, "control character", "wording_de"),
    ],
)
def test_a_translation_has_the_same_choices(cast, draft, words, says, field):
    with pytest.raises(Invalid, match=says) as refusal:
        translate(draft, cast, Kind.CHOICE, words)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("language", "translations", "says"),
    [
        ("xx", {}, "not a language"),
        ("", {}, "Choose the language"),
        ("de", GERMAN, "itself is in Deutsch"),
        ("en", {"xx": {"title": "?"}}, "not a language"),
        ("en", {"de": {"title": " "}}, "Deutsch: A title is needed"),
        (
            "en",
            dict.fromkeys(("de", "fr", "es", "it", "nl", "pl", "pt", "cs", "sv", "da", "fi", "nb", "hu"), {"title": "?"}),
            "Twelve",
        ),
    ],
)
def test_a_language_that_cannot_be_kept_is_refused(cast, draft, language, translations, says):
    with pytest.raises(Invalid, match=says):
        set_opinion_languages(draft, by=cast.maria, language=language, translations=translations)
    draft.refresh_from_db()
    assert (draft.language, draft.translations) == ("en", GERMAN)


def test_a_question_in_a_language_the_survey_does_not_have_is_refused(cast):
    with pytest.raises(Invalid, match="not in Deutsch"):
        save_opinion_question(
            talk_story.survey(cast), by=cast.maria, kind=Kind.TEXT, wording="Why?", translations={"de": {"wording": "Warum?"}}
        )


def test_a_translation_mended_while_it_is_open_is_the_same_question(cast, survey):
    talk_story.answer(survey, cast.ben, nps=9)
    translate(survey, cast, Kind.NPS, {"wording": "Würden Sie uns weiterempfehlen?"})
    publish_changed_questions(survey, by=cast.maria)
    talk_story.answer(survey, cast.nora, nps=8)
    talk_story.answer(survey, cast.sven, nps=7)
    close_opinion_survey(survey, by=cast.maria)
    [result] = [each for each in results_of(survey).results if each.kind == Kind.NPS]
    assert (result.answered, result.versions) == (3, "")
    assert result.also == {"Deutsch": "Würden Sie uns weiterempfehlen?"}


def test_languages_of_a_closed_survey_stay(cast, survey):
    close_opinion_survey(survey, by=cast.maria)
    with pytest.raises(Refused, match="closed"):
        set_opinion_languages(survey, by=cast.maria, language="en", translations={})


def test_maria_adds_a_language_and_writes_it_beside_each_question(cast, client):
    survey = talk_story.survey(cast)
    client.force_login(cast.maria)
    languages = reverse("admin:communications_opinionsurvey_languages", args=[survey.public_id])
    assert client.post(languages, {"language": "en", "add": "de"}).url == languages
    assert client.get(languages).context["form"]["title_de"].initial == "How is it?"
    kept = client.post(languages, {"language": "en", "title_de": "Wie ist es?", "intro_de": "Zwei Minuten."})
    shown = client.get(kept.url).text
    assert "3 questions are not there yet" in shown
    assert client.post(languages, {"language": "en", "title_de": " "}).status_code == 422
    choice = survey.questions.get(kind=Kind.CHOICE)
    question = reverse("admin:communications_opinionsurvey_question", args=[choice.public_id])
    posted = {"kind": Kind.CHOICE, "wording": "Which day?", "options": "Monday\nFriday", "wording_de": "Welcher Tag?"}
    assert "the same 2 answers" in client.post(question, {**posted, "options_de": "Montag"}).text
    client.post(question, {**posted, "options_de": "Montag\nFreitag"})
    choice.refresh_from_db()
    assert choice.translations == {"de": {"wording": "Welcher Tag?", "options": ["Montag", "Freitag"]}}
    assert client.get(question).context["form"]["options_de"].initial == "Montag\nFreitag"
    client.post(languages, {"language": "en", "title_de": "Wie ist es?", "drop_de": "on"})
    survey.refresh_from_db()
    assert survey.translations == {}
