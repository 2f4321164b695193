"""Discussions, kept answers and opinion surveys as partners and managers open them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communications.actions.discussions import hide_post, report_post
from communications.actions.opinion_questions import save_opinion_question
from communications.actions.opinions import (
    close_opinion_survey,
    create_opinion_survey,
    open_opinion_survey,
    save_outcomes,
    tell_outcomes,
)
from communications.actions.questions import answer_question, ask_question
from communications.models import (
    Announcement,
    Discussion,
    Follow,
    Forum,
    KnownAnswer,
    Names,
    OpinionPolicy,
    OpinionQuestion,
    OpinionResponse,
    OpinionSurvey,
    Post,
    PostReport,
)
from communications.queries.opinions import questions_of
from tests import factories, newcomer_story, portal_story, talk_story
from tests.api import integrator
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora(cast):
    return signed_in(cast.nora.user)


@pytest.fixture
def sven(cast):
    return signed_in(cast.sven.user)


@pytest.fixture
def maria(cast):
    return signed_in(cast.maria)


@pytest.fixture
def talk(cast):
    return talk_story.tell(cast)


@pytest.fixture
def survey(cast):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    return talk_story.opened(cast)


# In the portal.


def test_sven_reads_and_answers_without_learning_who_asked(cast, talk, sven):
    address = reverse("communications:discussion", args=[talk.discussion.public_id])
    for page in ("communications:discussions", "communications:known_answers"):
        assert "Nora" not in sven.get(reverse(page)).content.decode()
    body = sven.get(address).content.decode()
    assert "Partner 1" in body
    assert "Nora" not in body
    assert "Alpenglow" not in body
    assert sven.post(address, {"text": " "}).status_code == 422
    assert sven.post(address, {"text": "And it lasts."}).status_code == 302
    assert Post.objects.latest("pk").text == "And it lasts."


def test_nora_begins_a_discussion_in_a_forum_and_on_what_she_got(cast, nora, sven):
    forum = talk_story.forum(cast)
    address = reverse("communications:forum", args=[forum.public_id])
    assert nora.post(address, {"title": "", "text": "x"}).status_code == 422
    assert nora.post(address, {"title": "Storage", "text": "How much?"}).status_code == 302
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora)
    on_it = reverse("communications:discuss", args=[announcement.public_id])
    assert nora.post(on_it, {"title": "Two sites?", "text": "Does it cover both?"}).status_code == 302
    assert "Two sites?" in nora.get(reverse("communications:announcement", args=[announcement.public_id])).content.decode()
    assert sven.get(on_it).status_code == 404
    assert sven.get(reverse("communications:discussion", args=[Discussion.objects.latest("pk").public_id])).status_code == 404
    assert (Discussion.objects.count(), Post.objects.count()) == (2, 2)


def test_steps_on_a_post(cast, talk, nora, sven):
    def step(client, post, verb):
        return client.post(reverse("communications:post_move", args=[post.public_id, verb])).status_code

    assert step(nora, talk.answer, "unaccept") == 302
    assert Discussion.objects.get().accepted is None
    assert step(sven, talk.answer, "accept") == 302
    assert Discussion.objects.get().accepted is None
    assert step(nora, talk.answer, "take-back") == 302
    assert Post.objects.filter(taken_back_at=None).count() == 2
    assert step(nora, talk.answer, "eat") == 404
    assert step(sven, talk.answer, "take-back") == 302
    assert Post.objects.filter(taken_back_at=None).count() == 1


def test_reporting_and_following(cast, talk, nora):
    report = reverse("communications:report_post", args=[talk.answer.public_id])
    assert nora.get(report).status_code == 200
    assert nora.post(report, {"reason": ""}).status_code == 422
    assert nora.post(report, {"reason": "Not true."}).status_code == 302
    assert PostReport.objects.get().reason == "Not true."
    follow = reverse("communications:follow_discussion", args=[talk.discussion.public_id])
    nora.post(follow, {"when": "digest"})
    assert Follow.objects.get(contact=cast.nora).when == "digest"
    nora.post(follow, {"when": "sometimes"})
    nora.post(follow, {"when": "never"})
    assert not Follow.objects.filter(contact=cast.nora).exists()
    nora.post(reverse("communications:follow_forum", args=[talk.forum.public_id]), {"when": "soon"})
    assert Follow.objects.get(contact=cast.nora).forum == talk.forum


def test_a_foreign_discussion_looks_like_an_absent_one(cast, talk, sven):
    german = factories.make_segment("German", rule={"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    Forum.objects.update(segment=german)
    KnownAnswer.objects.update(segment=german)
    for name, row in (("discussion", talk.discussion), ("forum", talk.forum), ("known_answer", talk.kept)):
        foreign = sven.get(reverse(f"communications:{name}", args=[row.public_id]))
        absent = sven.get(reverse(f"communications:{name}", args=[cast.nora.public_id]))
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert len(foreign.content) // 100 == len(absent.content) // 100


def test_pages_take_few_queries(cast, talk, survey, nora, maria, django_assert_max_num_queries):
    segment = factories.make_segment("Gold", rule={"all": [{"field": "enrolment.tier", "op": "eq", "value": "gold"}]})
    talk_story.forum(cast, "Gold only", segment=segment)
    for _nth in range(3):
        talk_story.tell_more(talk, cast)
    portal = [
        reverse("communications:discussions"), reverse("communications:discussion", args=[talk.discussion.public_id]),
        reverse("communications:forum", args=[talk.forum.public_id]), reverse("communications:known_answers"),
        reverse("communications:opinions"), reverse("communications:opinion", args=[survey.public_id]),
    ]  # fmt: skip
    for address in portal:
        with django_assert_max_num_queries(12):
            assert nora.get(address).status_code == 200
    admin = [
        reverse("admin:communications_discussion_changelist"),
        reverse("admin:communications_discussion_page", args=[talk.discussion.public_id]),
        reverse("admin:communications_opinionsurvey_page", args=[survey.public_id]),
    ]
    for address in admin:
        with django_assert_max_num_queries(12):
            assert maria.get(address).status_code == 200


# Opinion surveys in the portal.


def test_nora_is_asked_on_her_first_page_and_answers_once(cast, survey, nora):
    assert "Say what you think: “How is it?”" in nora.get("/").content.decode()
    address = reverse("communications:opinion", args=[survey.public_id])
    assert "Anonymous: your answers are kept without your name" in nora.get(address).content.decode()
    keys = [each["key"] for each in questions_of(survey)]
    assert nora.post(address).status_code == 409
    assert nora.post(address, {"version": "1"}).status_code == 422
    wrong = nora.post(address, {"version": "1", keys[0]: "11"})
    assert wrong.status_code == 422
    stale = nora.post(address, {"version": "9", keys[0]: "10"})
    assert (stale.status_code, "changed while you answered" in stale.content.decode()) == (409, True)
    assert OpinionResponse.objects.count() == 0
    assert nora.post(address, {"version": "1", keys[0]: "10", keys[2]: "Fine."}).status_code == 302
    assert "Thank you" in nora.get(address).content.decode()
    assert nora.post(address, {"version": "1", keys[0]: "0"}).status_code == 409
    assert OpinionResponse.objects.count() == 1
    assert "How is it?" not in nora.get("/").content.decode()


def test_a_single_question_is_asked_and_answered_on_the_first_page(cast, nora, django_assert_num_queries):
    newcomer_story.ask_everybody(cast)
    nora.get("/")
    with CaptureQueriesContext(connection) as asked:
        page = nora.get("/")
    queries = len(asked)
    question = page.context["home"].question
    assert (page.context["home"].needs, question.others) == ([], 2)
    assert "Shown only together with the answers of 2 more people." in page.content.decode()
    address, key = reverse("communications:opinion", args=[question.survey]), question.question["key"]

    assert nora.post(address, {"version": "1", "at_home": "1", key: "never"}).status_code == 422
    answered = nora.post(address, {"version": "1", "at_home": "1", key: "I need none"})
    assert (answered.status_code, answered.url) == (302, "/")
    with django_assert_num_queries(queries):
        page = nora.get("/")
    assert page.context["home"].question is None
    assert "Your answer is in." in page.content.decode()


def test_words_and_several_questions_have_a_page_of_their_own(cast, nora):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    segment = factories.make_segment("They")
    survey = create_opinion_survey(by=cast.maria, programme=cast.programme, title="In words", segment=segment)
    save_opinion_question(survey, by=cast.maria, kind=OpinionQuestion.Kind.TEXT, wording="What else?")
    open_opinion_survey(survey, by=cast.maria)
    home = nora.get("/").context["home"]
    assert (home.question, [need.title for need in home.needs]) == (None, ["Say what you think: “In words”"])


def test_who_was_not_asked_finds_no_survey(cast, survey, nora):
    survey.asks.filter(contact=cast.nora).delete()
    assert nora.get(reverse("communications:opinion", args=[survey.public_id])).status_code == 404


def test_what_was_done_is_on_its_page(cast, survey, nora):
    close_opinion_survey(survey, by=cast.maria)
    address = reverse("communications:opinion", args=[survey.public_id])
    save_outcomes(survey, [("Too slow.", "Two more people answer.")], by=cast.maria)
    assert "Two more people" not in nora.get(address).content.decode()
    tell_outcomes(survey, by=cast.maria)
    assert "Two more people answer." in nora.get(address).content.decode()


def test_what_is_kept_of_nora_is_on_her_page_and_her_anonymous_answers_are_not(cast, talk, survey, nora):
    by_name = talk_story.survey(cast, is_anonymous=False, title="By name")
    OpinionPolicy.objects.update(rest_days=0)
    open_opinion_survey(by_name, by=cast.maria)
    talk_story.answer(by_name, cast.nora, nps=7, text="Mine.")
    talk_story.answer(survey, cast.nora, nps=8, text="Nobody's.")
    report_post(talk.answer, contact=cast.nora, reason="Hm.")
    body = portal_story.own_data(nora)
    assert ("Mine." in body, "How much do you plan?" in body, "Nobody" in body) == (True, True, False)


# In the admin.


def test_maria_moderates(cast, talk, maria):
    report_post(talk.answer, contact=cast.nora, reason="Not true.")
    assert "1 discussion has a reported post" in maria.get("/admin/").content.decode()
    address = reverse("admin:communications_discussion_page", args=[talk.discussion.public_id])
    assert "Reported by Nora Berg" in maria.get(address).content.decode()

    def step(verb, **data):
        return maria.post(reverse("admin:communications_discussion_post", args=[talk.answer.public_id, verb]), data)

    step("hide", reason="")
    assert Post.objects.filter(hidden_at=None).count() == 2
    step("hide", reason="Not true.")
    assert Post.objects.filter(hidden_at=None).count() == 1
    step("show")
    step("accept")
    step("eat")
    discussion = Discussion.objects.get()
    assert (discussion.accepted, Post.objects.filter(hidden_at=None).count()) == (talk.answer, 2)
    maria.post(reverse("admin:communications_discussion_move", args=[discussion.public_id, "lock"]))
    discussion.refresh_from_db()
    assert discussion.locked_at is not None
    refused = maria.post(reverse("admin:communications_discussion_page", args=[discussion.public_id]), {"text": "More."})
    assert (refused.status_code, discussion.posts.count()) == (409, 2)


def test_maria_publishes_a_question_and_keeps_an_answer(cast, maria):
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.nora)
    question = ask_question(announcement, contact=cast.nora, text="Do we get the margin?")
    answer_question(question, by=cast.maria, text="You do.")
    page = reverse("admin:communications_question_publish", args=[question.public_id])
    assert "Do we get the margin?" in maria.get(page).content.decode()
    assert maria.post(page, {"title": "", "text": "x", "answer": "y"}).status_code == 422
    words = {"title": "The margin", "text": "Do we get the margin?", "answer": "You all do."}
    assert maria.post(page, words).status_code == 302
    discussion = Discussion.objects.get()
    assert "The margin" in maria.get(reverse("admin:communications_question_page", args=[question.public_id])).content.decode()
    keep = reverse("admin:communications_discussion_keep", args=[discussion.public_id])
    assert maria.get(keep).status_code == 200
    assert maria.post(keep, {"question": "Who gets the margin?", "answer": "All do.", "keeper": "answers"}).status_code == 302
    assert KnownAnswer.objects.get().discussion == discussion


def test_maria_writes_opens_and_closes_a_survey(cast, maria):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3})
    segment = factories.make_segment("All of them")
    made = maria.post(
        reverse("admin:communications_opinionsurvey_add"),
        {"programme": cast.programme.pk, "title": "How is it?", "segment": segment.pk, "is_anonymous": "on", "cut": "tier"},
    )
    survey = OpinionSurvey.objects.get()
    assert made.url == reverse("admin:communications_opinionsurvey_page", args=[survey.public_id])
    ask = reverse("admin:communications_opinionsurvey_new_question", args=[survey.public_id])
    assert maria.get(ask).status_code == 200
    assert maria.post(ask, {"kind": "choice", "wording": "Which day?", "options": "Monday"}).status_code == 422
    assert maria.post(ask, {"kind": "choice", "wording": "Which day?", "options": "Monday\nFriday"}).status_code == 302
    assert maria.post(ask, {"kind": "nps", "wording": "Would you recommend us?"}).status_code == 302
    question = OpinionQuestion.objects.get(kind="nps")
    maria.post(reverse("admin:communications_opinionsurvey_question_move", args=[question.public_id, "up"]))
    change = reverse("admin:communications_opinionsurvey_question", args=[question.public_id])
    assert maria.get(change).status_code == 200
    assert maria.post(change, {"kind": "nps", "wording": "Would you recommend us to a friend?"}).status_code == 302

    def step(verb):
        return maria.post(reverse("admin:communications_opinionsurvey_move", args=[survey.public_id, verb]), follow=True)

    assert "3 people are asked." in step("open").content.decode()
    assert "Nothing has changed" in step("publish").content.decode()
    assert "Give them 3 days" in step("remind").content.decode()
    assert "There is no such step." in step("eat").content.decode()
    for contact, nps in ((cast.nora, "10"), (cast.ben, "10"), (cast.sven, "0")):
        talk_story.answer_first(survey, contact, nps)
    assert "results are shown once it is closed" in step("look").content.decode()
    assert "NPS 33: 2 of 3 promoters, 1 detractor" in step("close").content.decode()
    outcomes = reverse("admin:communications_opinionsurvey_outcomes", args=[survey.public_id])
    assert maria.get(outcomes).status_code == 200
    assert maria.post(outcomes, {"said-0": "Too slow.", "did-0": ""}).status_code == 422
    assert maria.post(outcomes, {"said-0": "Too slow.", "did-0": "Two more people answer."}).status_code == 302
    assert "find it in their portal" in step("tell").content.decode()
    step("draft")
    assert Announcement.objects.get().title == "You said, we did: How is it?"


def test_forums_names_and_the_policy_have_their_forms(cast, maria):
    add = reverse("admin:communications_forum_add")
    assert maria.post(add, {"programme": cast.programme.pk, "title": "From practice", "is_open": "on"}).status_code == 302
    assert "already" in maria.post(add, {"programme": cast.programme.pk, "title": "From practice"}).content.decode()
    forum = Forum.objects.get()
    begin = reverse("admin:communications_discussion_begin", args=[forum.public_id])
    assert maria.get(begin).status_code == 200
    assert maria.post(begin, {"title": "Welcome", "text": "Ask what you like."}).status_code == 302
    assert Discussion.objects.get().contact is None
    maria.post(reverse("admin:communications_discussionpolicy_add"), {"programme": cast.programme.pk, "names": Names.ORGANISATION})
    values = {"smallest_group": 7, "rest_days": 30, "question_rest_days": 1}
    maria.post(reverse("admin:communications_opinionpolicy_change", args=[1]), values)
    assert OpinionPolicy.objects.values(*values).get() == values
    refused = maria.post(reverse("admin:communications_opinionpolicy_change", args=[1]), {**values, "smallest_group": 2})
    assert (refused.status_code, OpinionPolicy.objects.get().smallest_group) == (200, 7)


def test_who_may_only_read_does_not_moderate(cast, talk):
    arthur = signed_in(cast.arthur)
    page = reverse("admin:communications_discussion_page", args=[talk.discussion.public_id])
    assert arthur.get(page).status_code == 200
    assert arthur.post(page, {"text": "Hm."}).status_code == 403
    hide = reverse("admin:communications_discussion_post", args=[talk.answer.public_id, "hide"])
    assert arthur.post(hide, {"reason": "x"}).status_code == 403
    assert Post.objects.filter(hidden_at=None).count() == 2


# For integrators.


def test_integrators_read_discussions_and_results_and_write_a_post(cast, talk, survey):
    api = integrator(cast.maria)
    hide_post(talk.question, by=cast.maria, reason="Old.")
    [row] = api.get("discussions/").json()["results"]
    assert [(post["text"], post["partner"], post["is_hidden"]) for post in row["posts"]] == [
        ("How much do you plan?", str(cast.alpenglow.public_id), True), ("Two terabytes.", str(cast.baltic.public_id), False)
    ]  # fmt: skip
    assert api.post(f"discussions/{talk.discussion.public_id}/answer/", {"text": "x"}).status_code == 409
    assert api.get("discussions/", is_answered="true").json()["results"] == [row]
    results = api.get(f"opinions/{survey.public_id}/results/").json()
    assert (results["asked"], results["results"], bool(results["hidden_because"])) == (3, [], True)
    for contact in (cast.nora, cast.ben, cast.sven):
        talk_story.answer(survey, contact, nps=9)
    close_opinion_survey(survey, by=cast.maria)
    results = api.get(f"opinions/{survey.public_id}/results/").json()["results"]
    assert results[0]["whole"]["nps"] == {"score": 100, "promoters": 3, "passives": 0, "detractors": 0}
