"""Nora proposes an idea, others back and prove it, and Maria answers by the day that was promised."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activity.models import Activity, Task
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.forums import set_names
from communications.actions.objectives import create_objective
from communications.models import Names
from communications.outcomes import outcome_named
from enablement.actions.idea_moderation import hide, report_idea, show
from enablement.actions.idea_policies import set_idea_policy
from enablement.actions.idea_posts import add_evidence_to_idea, agree_to_be_named, take_back_idea_post
from enablement.actions.idea_promises import look_for_late_ideas
from enablement.actions.ideas import assign_idea, change_idea, merge_ideas, move_idea
from enablement.actions.retention_ideas import remove_ideas, settled_before
from enablement.models import IDEA_MAY_BECOME, Idea, IdeaFollow, IdeaMove, IdeaPost, IdeaStatus
from enablement.queries.idea_needs import idea_needs
from enablement.queries.ideas import (
    credits_of,
    ideas_for,
    proposer_for,
    proposer_for_manager,
    related_ideas,
    said_to,
)
from partners.actions.merges import merge_partners, undo_merge
from search.actions.indexing import embed_waiting
from search.queries.finding import find, find_passages
from tests import factories, idea_story

pytestmark = pytest.mark.django_db
Status = IdeaStatus


@pytest.fixture
def told(cast, media):
    return idea_story.tell(cast)


# Proposed.


def test_an_idea_is_there_with_a_promise_and_its_proposer_follows_it(cast):
    idea = idea_story.propose(cast)
    assert (idea.status, idea.votes, idea.partner) == (Status.NEW, 0, cast.alpenglow)
    assert timedelta(days=6) < idea.promised_by - timezone.now() < timedelta(days=8)
    assert IdeaFollow.objects.get().contact == cast.nora
    assert Activity.objects.filter(verb="idea.proposed", partner_id=cast.alpenglow.pk).exists()


@pytest.mark.parametrize(
    "missing", [{"title": " "}, {"problem": ""}, {"proposal": "\n"}, {"title": "x" * 161}, {"hurt": "x" * 2001}]
)
def test_half_an_idea_is_refused_and_nothing_is_written(cast, missing):
    with pytest.raises(Invalid) as refused:
        idea_story.propose(cast, **missing)
    assert refused.value.field in missing
    assert not Idea.objects.exists()


def test_who_proposed_is_named_as_far_as_the_programme_allows(cast):
    idea = idea_story.propose(cast)
    assert proposer_for(idea, cast.ben, Names.NOBODY) == "Nora Berg, Alpenglow GmbH"
    assert proposer_for(idea, cast.sven, Names.PERSON) == ""  # promised when it was proposed
    set_names(cast.programme, Names.ORGANISATION, by=cast.maria)
    other = idea_story.propose(cast, "Another")
    assert proposer_for(other, cast.sven, Names.ORGANISATION) == "Alpenglow GmbH"
    assert proposer_for(other, cast.sven, Names.NOBODY) == ""
    paul = factories.make_user("paul@vendor.example", name="Paul Roth", roles=("Partner manager",))
    assert "Nora" not in proposer_for_manager(idea, paul)
    assert "Nora" in proposer_for_manager(idea, cast.maria)


def test_an_idea_is_for_its_programme_and_its_segment_and_always_for_its_organisation(cast):
    idea = idea_story.propose(cast, contact=cast.sven)
    elsewhere = idea_story.propose(cast, "Elsewhere")
    Idea.objects.filter(pk=elsewhere.pk).update(programme=factories.make_programme("carmaker"), partner=None, contact=None)
    assert [ideas_for(each).count() for each in (cast.nora, cast.sven)] == [1, 1]
    assign_idea(idea, by=cast.maria, owner=None, segment=factories.make_segment("German", rule=idea_story.GERMAN))
    assert [ideas_for(each).count() for each in (cast.nora, cast.sven)] == [1, 1]  # Baltic is not German, but it is theirs
    foreign = idea_story.propose(cast, "For Germany")
    assign_idea(foreign, by=cast.maria, owner=None, segment=idea.segment or factories.make_segment("G2", rule=idea_story.GERMAN))
    assert [ideas_for(each).filter(pk=foreign.pk).count() for each in (cast.nora, cast.sven)] == [1, 0]


def test_its_words_may_be_changed_until_it_is_taken_up_and_only_by_who_proposed(cast):
    idea = idea_story.propose(cast)
    words = {"title": "Export it", "problem": "By hand.", "proposal": "A button.", "hurt": "", "may_be_named": True}
    with pytest.raises(NotAllowed):
        change_idea(idea, contact=cast.ben, **words)
    assert change_idea(idea, contact=cast.nora, **words).title == "Export it"
    move_idea(idea, Status.REVIEW, by=cast.maria)
    with pytest.raises(Refused, match="taken it up"):
        change_idea(idea, contact=cast.nora, **{**words, "title": "Something else"})
    changed = change_idea(idea, contact=cast.nora, **{**words, "may_be_named": False})
    assert (changed.title, changed.may_be_named) == ("Export it", False)


@pytest.mark.parametrize("typed", ["sizing sheet as CSV", "exporting sizing sheets", "Exprot the sizng shet"])
def test_related_ideas_are_found_while_one_types_also_with_slips(cast, typed):
    idea = idea_story.propose(cast)
    idea_story.propose(cast, "Longer opening hours", problem="The desk closes at five.", proposal="Until eight.", hurt="")
    assert related_ideas(ideas_for(cast.sven), typed, reader=cast.sven.user)[0] == idea


def test_what_means_the_same_in_other_words_is_found_and_only_within_what_one_may_see(cast):
    idea = idea_story.propose(cast, "Sleep longer", problem="Our dogs bark at night.", proposal="Quiet kennels.", hurt="")
    embed_waiting()
    typed = "noisy puppies in the evening"
    assert related_ideas(ideas_for(cast.sven), typed, reader=cast.sven.user) == [idea]
    assert [each.document.title for each in find(cast.sven.user, typed).passages] == ["Sleep longer"]
    assert find_passages(cast.sven.user, typed) == []  # nobody has verified it: the assistant does not quote it
    hide(idea, by=cast.maria, reason="No.")
    assert related_ideas(ideas_for(cast.sven), typed, reader=cast.sven.user) == []
    assert find(cast.sven.user, typed).passages == []


@pytest.mark.parametrize("typed", ["", "ab", "\x00\x00\x00\x00", "!!!! && || <-> ' :*", "quarterly beekeeping", "x" * 100_000])
def test_nothing_is_related_to_nothing_and_odd_characters_are_no_error(cast, typed):
    idea_story.propose(cast)
    assert related_ideas(ideas_for(cast.sven), typed, reader=cast.sven.user) == []


# Its way.


def test_every_step_that_there_is_and_no_other(cast):
    idea = idea_story.propose(cast)
    for now in Status:
        for then in Status:
            Idea.objects.filter(pk=idea.pk).update(status=now, reason="As it was.")
            if then in IDEA_MAY_BECOME[now]:
                assert move_idea(idea, then, by=cast.maria, reason="So.").status == then
            else:
                with pytest.raises(Refused):
                    move_idea(idea, then, by=cast.maria, reason="So.")
                assert Idea.objects.get(pk=idea.pk).status == now
    with pytest.raises(Invalid, match="no status"):
        move_idea(idea, "gone", by=cast.maria)


def test_declining_needs_a_reason(cast):
    idea = idea_story.propose(cast)
    with pytest.raises(Invalid, match="Say why"):
        move_idea(idea, Status.DECLINED, by=cast.maria, reason=" ")
    assert (Idea.objects.get().status, IdeaMove.objects.count()) == (Status.NEW, 1)


def test_the_promise_of_each_status_is_the_policys_and_a_late_one_becomes_a_task_once(cast):
    set_idea_policy(cast.programme, by=cast.maria, days_new=3, days_review=20)
    idea = idea_story.propose(cast)
    assign_idea(idea, by=cast.maria, owner=cast.maria, segment=None)
    assert look_for_late_ideas() == 0
    Idea.objects.update(promised_by=timezone.now() - timedelta(hours=1))
    assert (look_for_late_ideas(), look_for_late_ideas()) == (1, 0)
    task = Task.objects.get()
    assert (task.owner, task.source_type, task.source_id) == (cast.maria, "enablement.idea", idea.pk)
    assert any("past the day promised" in need.sentence for need in idea_needs(cast.maria))
    moved = move_idea(idea, Status.REVIEW, by=cast.maria, reason="We measure it.")
    task.refresh_from_db()
    assert (task.state, timedelta(days=19) < moved.promised_by - timezone.now()) == ("done", True)
    assert not any("past the day" in need.sentence for need in idea_needs(cast.maria))
    Idea.objects.update(promised_by=timezone.now() - timedelta(hours=1))
    assert look_for_late_ideas() == 1


def test_a_settled_a_merged_and_a_hidden_idea_are_never_late(cast):
    for title, change in {"A": {"status": "shipped"}, "B": {"hidden_at": timezone.now()}, "C": {}}.items():
        idea = idea_story.propose(cast, title)
        Idea.objects.filter(pk=idea.pk).update(promised_by=timezone.now() - timedelta(days=1), **change)
    Idea.objects.filter(title="C").update(merged_into=Idea.objects.get(title="A"))
    assert (look_for_late_ideas(), Task.objects.count()) == (0, 0)


def test_who_cannot_answer_ideas_is_given_none(cast):
    idea = idea_story.propose(cast)
    with pytest.raises(Invalid, match="cannot answer ideas"):
        assign_idea(idea, by=cast.maria, owner=cast.arthur, segment=None)
    assert Idea.objects.get().owner is None


# Evidence, credit, moderation.


def test_evidence_is_a_figure_a_file_or_both_and_a_file_is_what_its_bytes_are(cast, media):
    idea = idea_story.propose(cast)
    with pytest.raises(Invalid, match="Give a figure"):
        add_evidence_to_idea(idea, contact=cast.sven)
    disguised = SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script>", "application/pdf")
    with pytest.raises(Invalid, match="not what its name says") as refused:
        add_evidence_to_idea(idea, contact=cast.sven, upload=disguised)
    assert (refused.value.field, IdeaPost.objects.count()) == ("file", 0)
    post = add_evidence_to_idea(idea, contact=cast.sven, upload=idea_story.lost_orders())
    assert (post.media_type, post.file_name, post.file.read()) == ("text/csv", "lost-orders.csv", b"month,orders\nMay,3\n")


def test_who_agreed_is_named_when_it_is_shipped_and_nobody_else(cast, told):
    assert credits_of(told.idea) == []
    add_evidence_to_idea(told.idea, contact=cast.sven, text="Five a week.", may_be_named=True)
    double = idea_story.propose(cast, "The same", contact=cast.sven, may_be_named=True)
    merge_ideas(double, told.idea, by=cast.maria)
    for status in (Status.PLANNED, Status.PROGRESS, Status.SHIPPED):
        idea = move_idea(told.idea, status, by=cast.maria)
    assert credits_of(idea) == ["Sven Tamm, Baltic Cloud OÜ"]
    agree_to_be_named(told.evidence, contact=cast.ben, may_be_named=True)
    with pytest.raises(NotAllowed):
        agree_to_be_named(told.evidence, contact=cast.nora, may_be_named=False)
    assert credits_of(idea) == ["Sven Tamm, Baltic Cloud OÜ", "Ben Ott, Alpenglow GmbH"]
    assert proposer_for(idea, cast.sven, Names.NOBODY) == ""


def test_what_is_taken_back_is_gone_with_its_file(cast, told, django_capture_on_commit_callbacks):
    stored, storage = told.evidence.file.name, told.evidence.file.storage
    with pytest.raises(NotAllowed):
        take_back_idea_post(told.evidence, contact=cast.nora)
    assert storage.exists(stored)
    with django_capture_on_commit_callbacks(execute=True):
        take_back_idea_post(told.evidence, contact=cast.ben)
    assert not storage.exists(stored)
    assert [each.text for each in said_to(cast.nora, told.idea, Names.NOBODY)] == ["", "It is the same for us."]


def test_what_is_hidden_is_read_by_its_writer_with_the_reason_and_by_nobody_else(cast, told):
    report_idea(told.idea, contact=cast.sven, reason="Rude.", post=told.word)
    with pytest.raises(Refused, match="your own"):
        report_idea(told.idea, contact=cast.nora, reason="Mine.")
    assert Idea.objects.reported().count() == 1
    hide(told.word, by=cast.maria, reason="It names a person.")
    assert Idea.objects.reported().count() == 0
    assert [each.text for each in said_to(cast.sven, told.idea, Names.NOBODY)] == ["Three orders in May.", ""]
    assert [each.text for each in said_to(cast.nora, told.idea, Names.NOBODY)] == ["Three orders in May.", "It is the same for us."]
    with pytest.raises(Refused, match="hidden already"):
        hide(told.word, by=cast.maria, reason="Again.")
    hide(told.idea, by=cast.maria, reason="Elsewhere.")
    assert [ideas_for(each).count() for each in (cast.nora, cast.sven, cast.ben)] == [1, 0, 0]
    show(told.idea, by=cast.maria)
    assert ideas_for(cast.sven).count() == 1


# Around it.


def test_an_objective_counts_ideas_and_votes(cast, told):
    segment = factories.make_segment()
    today = timezone.localdate()
    objective = create_objective(
        by=cast.maria, programme=cast.programme, name="Hear partners", segments=[segment], starts_on=today,
        ends_on=today + timedelta(days=30), outcome="ideas", target=10,
    )  # fmt: skip
    rows = outcome_named("ideas").rows(objective)
    assert [(row.by_partner, row.by_contact, row.done_what) for row in rows] == [
        (cast.alpenglow.pk, cast.nora.pk, told.idea.title)
    ]  # fmt: skip
    assert outcome_named("votes").rows(objective).count() == 1


def test_settled_ideas_go_with_their_files_when_a_rule_of_retention_says_so(cast, told):
    stored, storage = told.evidence.file.name, told.evidence.file.storage
    move_idea(told.idea, Status.DECLINED, by=cast.maria, reason="No.")
    open_one = idea_story.propose(cast, "Stays")
    assert remove_ideas(settled_before(timezone.now())) == 1
    assert (list(Idea.objects.all()), storage.exists(stored)) == ([open_one], False)


def test_what_the_second_contact_of_a_person_proposed_is_theirs_after_a_merge(cast, told):
    twin = factories.make_partner("Baltic Cloud", programme=factories.make_programme("carmaker"))
    again = factories.make_contact(twin, "Sven Tamm", "SVEN@baltic.example")
    idea = idea_story.propose(cast, "Twice", contact=again)
    merge = merge_partners(cast.baltic, twin, by=cast.maria)
    idea.refresh_from_db()
    assert (idea.contact, idea.partner) == (cast.sven, cast.baltic)
    undo_merge(merge, by=cast.maria)
    idea.refresh_from_db()
    assert (idea.contact, idea.partner) == (again, twin)
