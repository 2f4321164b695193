"""Which forums and kept answers a person sees: those of the programmes of their partner, by the rules as they are now."""

from django.db.models import Q, QuerySet

from communications.models import DiscussionPolicy, Forum, KnownAnswer, Names
from context.membership import meant_for
from partners.models import Contact, Programme


def forums_of(contact: Contact) -> QuerySet[Forum]:
    rows = Forum.objects.select_related("programme")
    return rows.filter(meant_for([contact], rows))


def known_answers_for(contact: Contact, search: str = "") -> QuerySet[KnownAnswer]:
    rows = KnownAnswer.objects.filter(is_current=True).select_related("programme")
    rows = rows.filter(meant_for([contact], rows))
    for word in search.split()[:8]:
        rows = rows.filter(Q(question__icontains=word) | Q(answer__icontains=word))
    return rows


def names_shown(programme: Programme) -> str:
    row = DiscussionPolicy.objects.filter(programme=programme).first()
    return row.names if row else Names.NOBODY
