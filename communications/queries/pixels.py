"""Under which rule the picture in somebody's mail is."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from activity.columns import among
from communications.models import PixelConsent, PixelPolicy, PixelRule
from communications.models.pixels import EVERYWHERE_ELSE
from communications.queries.attention import PERSON, person_of
from partners.models import Contact


def pixel_rules_for(contact_ids: Iterable[int]) -> dict[int, str]:
    """By contact. Two queries for any number."""
    of_country = country_rules()
    consent = PixelConsent.objects.filter(person=OuterRef("person")).values("is_given")[:1]
    people = Contact.objects.filter(among("pk", list(contact_ids))).annotate(person=PERSON).annotate(consent=Subquery(consent))
    rows = people.order_by().values_list("pk", "partner__country", "consent")
    return {pk: _rule(is_given, rule_of(country, of_country)) for pk, country, is_given in rows}


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
