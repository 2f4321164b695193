"""The values that merge fields take for people, read in one query for any number of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from activity.columns import among
from communications.queries.attention import PERSON
from communications.rendering import MergeValues
from partners.models import Contact, Enrolment, Partner, Programme


@dataclass(frozen=True)
class Person:
    """`known_as` is who it is across contacts and channels; "" where no one person reads."""

    public_id: str
    values: MergeValues
    language: str = ""
    known_as: str = ""


def merge_values_for(contact_ids: Iterable[int], programme: Programme) -> dict[int, Person]:
    """Current contacts only: who has left is absent."""
    there = "partner__enrolments"
    current = Q(**{f"{there}__programme": programme, f"{there}__ends_on": None})  # of which a partner has one at most
    people = Contact.objects.current().filter(among("pk", list(contact_ids))).order_by()
    rows = people.annotate(person=PERSON, place=FilteredRelation(there, condition=current)).values_list(
        "pk", "person", "public_id", "name", "email", "partner__name", "partner__country", "place__tier__name",
        "place__manager__name", "language", "partner__language",
    )  # fmt: skip
    return {
        pk: Person(
            str(public_id),
            MergeValues(name, email, partner, country, programme.name, tier or "", manager or ""),
            own or theirs,
            person,
        )
        for pk, person, public_id, name, email, partner, country, tier, manager, own, theirs in rows
    }


def language_of(contact: Contact) -> str:
    """In which language somebody reads: their own, else their partner's; "" where neither is known."""
    return contact.language or contact.partner.language


def merge_values_at(places: Iterable[Enrolment], contact: Contact, programme: Programme) -> MergeValues:
    """The same for somebody whose partner's current enrolments are at hand; no query."""
    place = next((place for place in places if place.programme_id == programme.pk), None)
    contact.tier_name = place.tier.name if place and place.tier else ""
    contact.manager_name = place.manager.name if place and place.manager else ""
    return _values(contact, programme)


def merge_values_of(contact: Contact, programme: Programme) -> MergeValues:
    return merge_values_for([contact.pk], programme)[contact.pk].values


def merge_values_of_partners(partner_ids: Iterable[int], programme: Programme) -> dict[int, Person]:
    """Where no one person reads: the partner's name stands for a person's. Two queries."""
    here = Enrolment.objects.current().filter(partner__in=partner_ids, programme=programme).select_related("tier", "manager")
    places = {place.partner_id: place for place in here}
    return {
        partner.pk: Person(str(partner.public_id), _values_of_partner(partner, places.get(partner.pk), programme), partner.language)
        for partner in Partner.objects.filter(pk__in=partner_ids)
    }


def _values_of_partner(partner: Partner, place: Enrolment | None, programme: Programme) -> MergeValues:
    return MergeValues(
        contact_name=partner.name, contact_email="", partner_name=partner.name, partner_country=partner.country,
        programme_name=programme.name, tier=place.tier.name if place and place.tier else "",
        manager_name=place.manager.name if place and place.manager else "",
    )  # fmt: skip


def _values(contact: Contact, programme: Programme) -> MergeValues:
    return MergeValues(
        contact_name=contact.name,
        contact_email=contact.email,
        partner_name=contact.partner.name,
        partner_country=contact.partner.country,
        programme_name=programme.name,
        tier=contact.tier_name or "",
        manager_name=contact.manager_name or "",
    )
