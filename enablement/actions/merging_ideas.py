"""Two contacts that turn out to be one person: what they proposed, wrote and follow is that person's. Votes are of the login."""

from enablement.models import Idea, IdeaFollow, IdeaPost, IdeaReport, NewsMail, Vote
from partners.actions.journal import Journal
from partners.merging import register_left_behind, register_same_person
from partners.models import Contact


def register() -> None:
    register_same_person(give_ideas_to, Idea, IdeaFollow, IdeaPost, IdeaReport, Vote)
    register_left_behind(NewsMail, "It says what was sent to that address.")


def give_ideas_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    """Where both follow or voted for one, the row of the one who stays counts."""
    for model in (Idea, IdeaPost, IdeaReport):
        rows = model.objects.filter(contact=goes)
        if model is IdeaReport:
            rows = rows.exclude(idea__reports__contact=stays).exclude(post__reports__contact=stays)
        journal.set(rows, contact_id=stays.pk)
    own = IdeaFollow.objects.filter(contact=stays).values("idea")
    journal.set(IdeaFollow.objects.filter(contact=goes).exclude(idea__in=own), contact_id=stays.pk)
    journal.set(Vote.objects.filter(contact=goes), contact_id=stays.pk)
