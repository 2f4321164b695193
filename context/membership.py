"""What of all there is to be read is meant for somebody: what is in their programmes for everybody there, or for a segment that
they are in. It is asked anew each time somebody looks, each segment once for all that name it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from context.models import Segment
from context.rules import compile_for_few
from partners.models import Contact, Enrolment

Insiders = dict[Contact, set[int]]  # people with the keys of the segments that they are in

_nouns: list[type[Model]] = []


def register_meant_noun(noun: type[Model]) -> None:
    """`noun` has a programme, and a segment where it is not for everybody there; a `Reader` finds what of it is theirs."""
    if noun not in _nouns:
        _nouns.append(noun)


class Reader:
    """A login that looks for what it may read, in one noun or in many. Made for one look and gone with it: the people it speaks for
    and the segments they are in are asked for when the first noun needs them, and then known to the others."""

    def __init__(self, user: Any):
        self.user = user

    @cached_property
    def insiders(self) -> Insiders:
        """Two queries, whatever the number of nouns, segments and partners; none for a stranger."""
        if not self.user.is_authenticated:
            return {}
        people = Contact.objects.of_login(self.user)
        nouns = (noun._default_manager.all() for noun in _nouns)
        return _insiders(people, _segments_of(nouns, people.order_by().values("partner")))

    @property
    def people(self) -> list[Contact]:
        return list(self.insiders)

    @property
    def meant(self) -> Q:
        """Asked of rows of a noun that is registered."""
        return _meant(self.insiders)


def meant_for(contacts: Iterable[Contact], rows: QuerySet) -> Q:
    """What of these rows, which have a programme and perhaps a segment, is for one of these people. Two queries, one where none has
    a segment."""
    people = list(contacts)
    segments = _segments_of([rows], [contact.partner_id for contact in people])
    if not segments:
        return _meant({contact: set() for contact in people})
    return _meant(_insiders(Contact.objects.filter(pk__in=[contact.pk for contact in people]), segments))


def _segments_of(nouns: Iterable[QuerySet], partners: Iterable[int] | QuerySet) -> list[Segment]:
    """Those that rows in these partners' programmes are for."""
    programmes = Enrolment.objects.current().filter(partner__in=partners).values("programme")
    named = Q(pk__in=())
    for rows in nouns:
        named |= Q(pk__in=rows.filter(programme__in=programmes).exclude(segment=None).order_by().values("segment"))
    return list(Segment.objects.filter(named))


def _insiders(people: QuerySet[Contact], segments: list[Segment]) -> Insiders:
    compiled = zip(segments, compile_for_few(segments), strict=True)
    inside = {f"in_{segment.pk}": Exists(rule.contacts().filter(pk=OuterRef("pk"))) for segment, rule in compiled}
    return {
        contact: {segment.pk for segment in segments if getattr(contact, f"in_{segment.pk}")}
        for contact in people.annotate(**inside)
    }


def _meant(insiders: Insiders) -> Q:
    reached = Q(pk__in=())
    for contact, segments in insiders.items():
        programmes = Enrolment.objects.current().filter(partner=contact.partner_id).values("programme")
        reached |= Q(programme__in=programmes) & (Q(segment=None) | Q(segment__in=segments))
    return reached
