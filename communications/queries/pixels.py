"""Under which rule the picture in somebody's mail is."""

from collections.abc import Mapping

from django.db.models import Subquery

from activity.columns import among
from communications.models import PixelConsent, PixelPolicy, PixelRule
from communications.models.pixels import EVERYWHERE_ELSE
from communications.queries.attention import person_of
from communications.queries.merge_values import Person
from partners.models import Contact


def pixel_rules_for(people: Mapping[int, Person]) -> dict[int, str]:
    """By contact. Two queries for any number."""
    of_country = country_rules()
    said = PixelConsent.objects.filter(among("person", {one.known_as for one in people.values()}))
    given = dict(said.order_by().values_list("person", "is_given"))
    return {pk: _rule(given.get(one.known_as), rule_of(one.values.partner_country, of_country)) for pk, one in people.items()}


def pixel_choice_of(contact: Contact) -> tuple[str, bool | None]:
    """The rule of somebody's country, and what they said themselves; one query."""
    consent = PixelConsent.objects.filter(person=person_of(contact)).values("is_given")[:1]
    rules = PixelPolicy.objects.filter(country__in=[contact.partner.country, EVERYWHERE_ELSE]).values("rule")
    people = Contact.objects.filter(pk=contact.pk)
    rule, is_given = people.values_list(Subquery(rules.order_by("-country")[:1]), Subquery(consent)).get()
    return rule or PixelRule.INDIVIDUAL.value, is_given


def country_rules() -> dict[str, str]:
    return dict(PixelPolicy.objects.values_list("country", "rule"))


def rule_of(country: str, of_country: dict[str, str]) -> str:
    return of_country.get(country) or of_country.get(EVERYWHERE_ELSE, PixelRule.INDIVIDUAL.value)


def _rule(is_given: bool | None, of_country: str) -> str:
    if is_given is None:
        return of_country
    return (PixelRule.INDIVIDUAL if is_given else PixelRule.OFF).value
