"""Votes: given, taken back, given back. Two tabs cannot spend the same vote: a person's votes are counted under the lock of their
login, and the count of an idea is written under the lock of the idea. Locks are taken in this order: login, idea."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import NotAllowed, Refused
from enablement.models import Idea, IdeaFollow, Vote
from enablement.queries.idea_policies import policy_of
from partners.models import Contact


@transaction.atomic
def vote_for(idea: Idea, *, contact: Contact) -> Vote:
    """Given twice it is one vote. Whoever votes hears what becomes of it."""
    if contact.user_id is None:
        raise NotAllowed(_("Votes are given by people who have joined the portal."))
    User.objects.select_for_update(no_key=True).get(pk=contact.user_id)
    current = Idea.objects.select_for_update(of=("self",)).select_related("programme").get(pk=idea.pk)
    given = Vote.objects.filter(idea=current, user=contact.user_id).first()
    if given:
        return given
    if not current.takes_votes:
        raise Refused(_("“%(title)s” is settled; keep your vote for another idea.") % {"title": current})
    _check_budget(current, contact)
    vote = Vote.objects.create(idea=current, user_id=contact.user_id, contact=contact, partner_id=contact.partner_id)
    IdeaFollow.objects.get_or_create(idea=current, contact=contact)
    count_votes(current)
    idea.votes = current.votes
    return vote


@transaction.atomic
def take_vote_back(idea: Idea, *, contact: Contact) -> None:
    """While the idea is open; afterwards the vote has come back by itself."""
    User.objects.select_for_update(no_key=True).get(pk=contact.user_id)
    current = Idea.objects.select_for_update(of=("self",)).get(pk=idea.pk)
    if not current.takes_votes:
        raise Refused(_("“%(title)s” is settled; its votes have come back already.") % {"title": current})
    Vote.objects.filter(idea=current, user=contact.user_id).delete()
    count_votes(current)
    idea.votes = current.votes


def give_votes_back(idea: Idea) -> int:
    """Once it is settled: they still count for it, and no longer against a budget."""
    return Vote.objects.filter(idea=idea, is_spent=True).update(is_spent=False)


def move_votes(double: Idea, idea: Idea) -> None:
    """Each person's vote once. Both ideas are locked by the caller."""
    here = Vote.objects.filter(idea=idea).values("user")
    Vote.objects.filter(idea=double, user__in=here).delete()
    Vote.objects.filter(idea=double).update(idea=idea)
    count_votes(double)
    count_votes(idea)
    if idea.is_settled:
        give_votes_back(idea)


def count_votes(idea: Idea) -> None:
    idea.votes = Vote.objects.filter(idea=idea).count()
    Idea.objects.filter(pk=idea.pk).update(votes=idea.votes)


def _check_budget(idea: Idea, contact: Contact) -> None:
    budget = policy_of(idea.programme).votes
    spent = Vote.objects.spent_by(contact.user_id, idea.programme).count()
    if spent >= budget:
        words = {"n": spent, "budget": budget}
        raise Refused(
            _("You have given all of your %(budget)s votes. Take one back from another idea, or wait until one of them is settled.")
            % words,
            code="no_votes_left",
        )
