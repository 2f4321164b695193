"""So many votes a person, one for an idea: they come back when it is settled, and of doubles each person's counts once."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.refusals import Invalid, Refused
from enablement.actions.idea_moderation import hide
from enablement.actions.idea_policies import set_idea_policy
from enablement.actions.idea_posts import write_on_idea
from enablement.actions.ideas import assign_idea, merge_ideas, move_idea
from enablement.actions.votes import take_vote_back, vote_for
from enablement.models import Idea, IdeaFollow, IdeaStatus, Vote
from enablement.queries.ideas import (
    budget_of,
    listed_for,
    support_of,
)
from tests import factories, idea_story

pytestmark = pytest.mark.django_db
Status = IdeaStatus


@pytest.fixture
def told(cast, media):
    return idea_story.tell(cast)


# Votes.


def test_a_person_has_one_vote_for_an_idea_and_so_many_at_once(cast):
    set_idea_policy(cast.programme, by=cast.maria, votes=2)
    ideas = [idea_story.propose(cast, f"Idea {nth}") for nth in range(3)]
    for idea in (ideas[0], ideas[0], ideas[1]):
        vote_for(idea, contact=cast.sven)
    with pytest.raises(Refused, match="all of your 2 votes"):
        vote_for(ideas[2], contact=cast.sven)
    assert (Vote.objects.count(), budget_of(cast.sven, cast.programme).left) == (2, 0)
    take_vote_back(ideas[0], contact=cast.sven)
    vote_for(ideas[2], contact=cast.sven)
    assert list(listed_for(cast.sven).values_list("title", "votes", "is_backed"))[-1] == ("Idea 0", 0, False)
    vote_for(ideas[0], contact=cast.ben)  # another person's votes are their own


def test_who_works_for_two_partners_has_one_budget(cast):
    set_idea_policy(cast.programme, by=cast.maria, votes=1)
    also = factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    first, second = (idea_story.propose(cast, title, contact=cast.ben) for title in ("First", "Second"))
    vote_for(first, contact=cast.nora)
    vote_for(first, contact=also)
    with pytest.raises(Refused, match="all of your"):
        vote_for(second, contact=also)
    first.refresh_from_db()
    assert (first.votes, Vote.objects.count()) == (1, 1)


@pytest.mark.parametrize("settle", ["decline", "ship", "hide"])
def test_votes_come_back_when_an_idea_is_settled_and_still_count_for_it(cast, settle):
    set_idea_policy(cast.programme, by=cast.maria, votes=1)
    idea = idea_story.propose(cast)
    vote_for(idea, contact=cast.sven)
    match settle:
        case "decline":
            move_idea(idea, Status.DECLINED, by=cast.maria, reason="Out of reach.")
        case "ship":
            for status in (Status.PLANNED, Status.PROGRESS, Status.SHIPPED):
                move_idea(idea, status, by=cast.maria)
        case "hide":
            hide(idea, by=cast.maria, reason="Twice.")
    idea.refresh_from_db()
    assert (idea.votes, budget_of(cast.sven, cast.programme).left) == (1, 1)
    with pytest.raises(Refused, match="settled"):
        vote_for(idea, contact=cast.nora)
    with pytest.raises(Refused, match="settled"):
        take_vote_back(idea, contact=cast.sven)
    vote_for(idea_story.propose(cast, "Next"), contact=cast.sven)
    assert Vote.objects.count() == 2


def test_the_database_keeps_one_vote_of_a_person(cast):
    idea = idea_story.propose(cast)
    vote_for(idea, contact=cast.sven)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(idea=idea, user=cast.sven.user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
@pytest.mark.parametrize("budget", [1, 3])
def test_votes_given_in_many_tabs_at_once_never_exceed_the_budget(cast, budget):
    set_idea_policy(cast.programme, by=cast.maria, votes=budget)
    ideas = [idea_story.propose(cast, f"Idea {nth}") for nth in range(6)]
    together, refused = threading.Barrier(len(ideas) * 2), []

    def give(idea: Idea) -> None:
        together.wait()
        try:
            vote_for(idea, contact=cast.sven)
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    tabs = [threading.Thread(target=give, args=[idea]) for idea in (*ideas, *ideas)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert Vote.objects.filter(user=cast.sven.user).count() == budget
    assert sum(Idea.objects.values_list("votes", flat=True)) == budget
    assert set(refused) == {"no_votes_left"}


# Doubles.


def test_merging_moves_everything_and_each_persons_vote_once(cast, told):
    double = idea_story.propose(cast, "Sizing sheet as CSV", contact=cast.sven, may_be_named=True)
    for contact in (cast.ben, cast.sven, cast.nora):
        vote_for(double, contact=contact)
    write_on_idea(double, text="As above.", contact=cast.sven)
    idea = merge_ideas(double, told.idea, by=cast.maria)
    double.refresh_from_db()
    assert (idea.votes, double.votes, double.merged_into, double.promised_by) == (3, 0, idea, None)
    assert sorted(Vote.objects.filter(idea=idea).values_list("contact__name", flat=True)) == ["Ben Ott", "Nora Berg", "Sven Tamm"]
    assert set(IdeaFollow.objects.filter(idea=idea).values_list("contact__name", flat=True)) == {
        "Ben Ott",
        "Nora Berg",
        "Sven Tamm",
    }
    assert idea.posts.count() == 3
    assert budget_of(cast.ben, cast.programme).spent == 1
    with pytest.raises(Refused, match="merged already"):
        merge_ideas(double, told.idea, by=cast.maria)
    with pytest.raises(Refused, match="merged into"):
        move_idea(double, Status.REVIEW, by=cast.maria)
    third = idea_story.propose(cast, "Once more")
    merge_ideas(idea, third, by=cast.maria)
    double.refresh_from_db()
    assert (double.merged_into, support_of(third).people) == (third, 3)


def test_ideas_that_cannot_be_one_stay_two(cast):
    one, two = idea_story.propose(cast, "One"), idea_story.propose(cast, "Two")
    vote_for(two, contact=cast.sven)
    with pytest.raises(Invalid, match="no double of itself"):
        merge_ideas(one, one, by=cast.maria)
    assign_idea(one, by=cast.maria, owner=None, segment=factories.make_segment("German", rule=idea_story.GERMAN))
    with pytest.raises(Refused, match="different people"):
        merge_ideas(two, one, by=cast.maria)
    assign_idea(one, by=cast.maria, owner=None, segment=None)
    Idea.objects.filter(pk=one.pk).update(programme=factories.make_programme("carmaker"))
    with pytest.raises(Invalid, match="two programmes"):
        merge_ideas(two, one, by=cast.maria)
    two.refresh_from_db()
    assert (two.votes, two.merged_into) == (1, None)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(st.sampled_from(["nora", "ben", "sven"])), min_size=2, max_size=4))
def test_whoever_voted_for_any_of_the_doubles_has_voted_once_in_the_end(cast, backers):
    with transaction.atomic():
        ideas = [idea_story.propose(cast, f"Idea {nth}") for nth in range(len(backers))]
        for idea, names in zip(ideas, backers, strict=True):
            for name in names:
                vote_for(idea, contact=getattr(cast, name))
        for double in ideas[1:]:
            merge_ideas(double, ideas[0], by=cast.maria)
        ideas[0].refresh_from_db()
        everybody = set().union(*backers)
        assert (ideas[0].votes, Vote.objects.filter(is_spent=True).count()) == (len(everybody), len(everybody))
        transaction.set_rollback(True)
