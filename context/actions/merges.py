"""What `context` does when two partners become one; its rows follow by their foreign keys."""

from context.models import Fact
from partners.actions.journal import Journal
from partners.models import Contact


def give_facts_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    """What was said about a person was said about the one who stays."""
    journal.set(Fact.objects.filter(contact=goes), contact_id=stays.pk)
