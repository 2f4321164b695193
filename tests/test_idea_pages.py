"""Ideas as partners and managers open them, and as an integrator reads them."""

import pytest
from django.urls import reverse

from enablement.actions.idea_moderation import hide
from enablement.actions.ideas import assign_idea, merge_ideas
from enablement.models import Idea, IdeaPolicy, IdeaPost, IdeaReport, Vote
from tests import factories, idea_story
from tests.api import integrator
from tests.clients import signed_in

pytestmark = pytest.mark.django_db
SILVER = {"all": [{"field": "enrolment.tier", "op": "eq", "value": "silver"}]}


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
def told(cast, media):
    return idea_story.tell(cast)


def at(noun: str, row, *more) -> str:
    return reverse(f"enablement:{noun}", args=[row.public_id, *more])


# In the portal.


def test_nora_proposes_and_sees_what_is_there_already(cast, nora):
    old = idea_story.propose(cast, "Sizing sheet as a spreadsheet", contact=cast.sven)
    found = nora.get(reverse("enablement:related_ideas"), {"title": "Sizing sheets", "problem": ""}).content.decode()
    assert old.title in found
    words = {"programme": "vendor", "title": "Quotes from the portal", "problem": "By hand.", "proposal": "A form.", "hurt": ""}
    assert nora.post(reverse("enablement:propose_idea"), {**words, "problem": ""}).status_code == 422
    assert nora.post(reverse("enablement:propose_idea"), {**words, "programme": "carmaker"}).status_code == 422
    assert nora.post(reverse("enablement:propose_idea"), words).status_code == 302
    assert Idea.objects.latest("pk").contact == cast.nora


def test_sven_votes_proves_and_writes_without_learning_who_proposed(cast, told, sven):
    page = sven.get(at("idea", told.idea)).content.decode()
    assert "Nora" not in page
    assert "Alpenglow" not in page
    assert sven.post(at("vote", told.idea), follow=True).context["has_voted"]
    assert not sven.post(at("vote", told.idea), {"back": "1"}, follow=True).context["has_voted"]
    assert sven.post(at("idea", told.idea), {"text": " "}).status_code == 422
    assert sven.post(at("idea", told.idea), {"text": "We, too."}).status_code == 302
    assert sven.post(at("idea_evidence", told.idea), {"text": ""}).status_code == 422
    assert sven.post(at("idea_evidence", told.idea), {"file": idea_story.lost_orders()}).status_code == 302
    given = IdeaPost.objects.latest("pk")
    assert (given.contact, given.is_evidence) == (cast.sven, True)
    answer = sven.get(at("idea_file", given))
    assert (answer["Content-Disposition"].startswith("attachment"), b"".join(answer.streaming_content)[:5]) == (True, b"month")


def test_a_spent_budget_is_said_and_nothing_happens(cast, told, sven):
    IdeaPolicy.objects.create(programme=cast.programme, votes=1)
    sven.post(at("vote", told.idea))
    other = idea_story.propose(cast, "Another")
    assert "all of your 1 votes" in sven.post(at("vote", other), follow=True).content.decode()
    assert Vote.objects.filter(user=cast.sven.user).count() == 1


def test_what_is_not_theirs_answers_like_what_is_not_there(cast, told, sven):
    hide(told.idea, by=cast.maria, reason="Elsewhere.")
    for noun in ("idea", "idea_evidence", "report_idea", "change_idea"):
        assert sven.get(at(noun, told.idea)).status_code == 404
    for noun in ("vote", "follow_idea"):
        assert sven.post(at(noun, told.idea)).status_code == 404
    assert sven.get(at("idea_file", told.evidence)).status_code == 404
    assert sven.post(at("idea_post_move", told.word, "take-back")).status_code == 404
    assert (Vote.objects.count(), IdeaPost.objects.shown().count()) == (1, 2)


def test_only_who_proposed_opens_the_form_of_it(cast, told, nora, sven):
    words = {"title": "Better", "problem": "P", "proposal": "Q", "hurt": "", "may_be_named": "on"}
    assert sven.post(at("change_idea", told.idea), words).status_code == 404
    assert nora.post(at("change_idea", told.idea), words).status_code == 302
    told.idea.refresh_from_db()
    assert (told.idea.title, told.idea.may_be_named) == ("Better", True)


def test_a_double_leads_to_the_idea_that_stays(cast, told, sven):
    double = idea_story.propose(cast, "The same")
    merge_ideas(double, told.idea, by=cast.maria)
    assert sven.get(at("idea", double)).url == at("idea", told.idea)


def test_the_list_is_filtered_searched_and_turned(cast, told, sven):
    idea_story.propose(cast, "Longer opening hours")
    listed = reverse("enablement:ideas")
    assert [each.title for each in sven.get(listed).context["ideas"]] == [told.idea.title, "Longer opening hours"]
    assert [each.title for each in sven.get(listed, {"order": "new"}).context["ideas"]][0] == "Longer opening hours"
    assert sven.get(listed, {"q": "zzz\x00"}).context["page"].paginator.count == 0
    assert sven.get(listed, {"status": "shipped", "page": "x"}).context["page"].paginator.count == 0
    assert sven.get(listed, {"status": "nonsense"}).context["page"].paginator.count == 2


def test_reported_and_followed_from_the_page(cast, told, sven):
    assert sven.post(at("report_idea", told.idea), {"reason": ""}).status_code == 422
    assert sven.post(at("report_idea", told.idea), {"reason": "Advertising."}).status_code == 302
    assert sven.post(at("report_idea", told.word), {"reason": "Rude."}).status_code == 302
    assert IdeaReport.objects.count() == 2
    assert sven.post(at("follow_idea", told.idea), follow=True).context["is_followed"]
    assert not sven.post(at("follow_idea", told.idea), {"stop": "1"}, follow=True).context["is_followed"]


def test_pages_take_few_queries(cast, told, sven, maria, django_assert_max_num_queries):
    for contact in (cast.nora, cast.ben, cast.sven):
        idea_story.propose(cast, f"Of {contact}", contact=contact)
    double = idea_story.propose(cast, "Sizing sheet export")
    merge_ideas(double, told.idea, by=cast.maria)
    for nth, idea in enumerate(Idea.objects.filter(merged_into=None)):
        assign_idea(idea, by=cast.maria, owner=None, segment=factories.make_segment(f"Silver {nth}", rule=SILVER))
    evidence = at("idea_evidence", told.idea)
    for address in (reverse("enablement:ideas"), at("idea", told.idea), evidence, reverse("enablement:propose_idea")):
        sven.get(address)
        with django_assert_max_num_queries(12):
            assert sven.get(address).status_code == 200
    for name, args in (
        ("enablement_idea_board", []),
        ("enablement_idea_changelist", []),
        ("enablement_idea_page", [told.idea.public_id]),
    ):
        address = reverse(f"admin:{name}", args=args)
        maria.get(address)
        with django_assert_max_num_queries(18):
            assert maria.get(address).status_code == 200


# For managers.


def test_maria_moves_assigns_answers_and_merges_from_the_page(cast, told, maria):
    page = reverse("admin:enablement_idea_page", args=[told.idea.public_id])

    def step(verb: str, idea=told.idea, **values):
        return maria.post(reverse("admin:enablement_idea_move", args=[idea.public_id, verb]), values, follow=True).content.decode()

    assert "Say why" in step("status", status="declined", reason="")
    assert "It is under review" in step("status", status="review", reason="We measure.")
    assert "Select a valid choice" in step("status", status="shipped")
    step("assign", owner=str(cast.maria.pk), segment="")
    assert "Choose one of the managers" in step("assign", owner=str(cast.arthur.pk))
    assert maria.post(page, {"text": ""}).status_code == 422
    assert maria.post(page, {"text": "Who has an example?"}).status_code == 302
    double = idea_story.propose(cast, "Export the sizing sheet")
    assert "Choose the idea that stays" in step("merge", double, into="nonsense")
    assert "Merged" in step("merge", double, into=str(told.idea.public_id))
    assert "no such step" in step("sell")
    told.idea.refresh_from_db()
    assert (told.idea.status, told.idea.owner, told.idea.posts.count()) == ("review", cast.maria, 3)


def test_maria_moderates_and_arthur_only_reads(cast, told, maria):
    arthur = signed_in(cast.arthur)
    page = reverse("admin:enablement_idea_page", args=[told.idea.public_id])
    assert arthur.get(page).status_code == 200
    assert arthur.post(page, {"text": "Me, too."}).status_code == 403
    word = reverse("admin:enablement_idea_post", args=[told.word.public_id, "hide"])
    assert arthur.post(word, {"reason": "No."}).status_code == 403
    maria.post(word, {"reason": ""})
    told.word.refresh_from_db()
    assert told.word.hidden_at is None
    maria.post(word, {"reason": "It names a person."})
    told.word.refresh_from_db()
    assert told.word.hidden_reason == "It names a person."
    vera = signed_in(factories.make_user("vera@vendor.example", name="Vera", roles=("Vendor sales",)))
    assert vera.get(page).status_code == 403
    for state in ("late", "mine", "reported", "hidden", "merged"):
        assert maria.get(reverse("admin:enablement_idea_changelist"), {"state": state}).status_code == 200


def test_the_board_shows_a_column_for_each_status_and_what_is_late(cast, told, maria):
    Idea.objects.update(promised_by="2020-01-01T00:00Z")
    board = maria.get(reverse("admin:enablement_idea_board"), {"programme": "vendor"}).context["board"]
    assert [(column.status.value, column.total) for column in board.columns][0] == ("new", 1)
    assert (board.late, maria.get(reverse("admin:enablement_idea_board"), {"programme": "x"}).context["board"].total) == (1, 0)
    assert maria.get(reverse("admin:enablement_idea_of_task", args=[told.idea.pk])).url.endswith(f"{told.idea.public_id}/")


def test_the_policy_is_set_in_the_admin(cast, maria):
    values = {"programme": cast.programme.pk, "votes": 5, "days_new": 2, "days_review": 9, "days_planned": 90, "days_progress": 90}
    assert maria.post(reverse("admin:enablement_ideapolicy_add"), {**values, "votes": 0}).status_code == 200
    assert not IdeaPolicy.objects.exists()
    assert maria.post(reverse("admin:enablement_ideapolicy_add"), values).status_code == 302
    assert IdeaPolicy.objects.get().votes == 5


# For integrators.


def test_a_tracker_reads_ideas_moves_them_and_answers(cast, told):
    api = integrator(cast.maria, "questions:read", "questions:write")
    row = api.get("ideas/", status="new", ordering="-votes").json()["results"][0]
    assert (row["title"], row["votes"], row["partner"]) == (told.idea.title, 1, str(cast.alpenglow.public_id))
    one = f"ideas/{told.idea.public_id}/"
    assert api.post(f"{one}move/", {"status": "declined"}).status_code == 422
    assert api.post(f"{one}move/", {"status": "shipped"}).status_code == 409
    moved = api.post(f"{one}move/", {"status": "planned", "reason": "In the autumn."}).json()
    assert (moved["status"], [each["status"] for each in moved["moves"]]) == ("planned", ["new", "planned"])
    assert api.post(f"{one}answer/", {"text": "Thank you."}).status_code == 201
    assert integrator(cast.maria, "partners:read").get("ideas/").status_code == 403
