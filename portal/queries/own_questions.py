"""Whether a question is after somebody's own things, of which of their partners, and what their data say to it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import Contact, Enrolment
from portal.assistant.answers import OWN, Cited, Said
from portal.assistant.theirs import asks_what_is_missing, asks_what_is_theirs, asks_what_they_have, is_named_in, without_name
from portal.assistant.tools import is_about_them, tool_for
from portal.queries.own_answers import TOOLS, Asked, known, tier, tiers_named


def own_answer(question: str, contact: Contact, *, reader) -> tuple[list[Said], Cited | None]:
    """Sentences, and the page that shows the same with more; nothing where the question is after nothing of theirs. Of a partner
    whom they speak for as well the question has to say the name."""
    people = list(Contact.objects.of_login(contact.user)) if contact.user else [contact]
    whom = next((each for each in people if each != contact and is_named_in(question, each.partner.name)), contact)
    told, page = _told(Asked(without_name(question, whom.partner.name), whom, reader), _names_of(people))
    if told and whom != contact:
        told = [_("This is about %(partner)s, for which you speak as well.") % {"partner": whom.partner}, *told]
        page = Cited(_("All together"), reverse("portal:together"))
    return [Said(sentence, (1,), OWN) for sentence in told], page


def _told(asked: Asked, own_names: str) -> tuple[list[str], Cited | None]:
    if asks_what_is_missing(asked.question) and tiers_named(asked):
        return tier(asked)
    if tool := tool_for(asked.question, own_names):
        return TOOLS[tool](asked)
    if is_about_them(asked.question, own_names) and (asks_what_they_have(asked.question) or asks_what_is_theirs(asked.question)):
        return known(asked)
    return [], None


def _names_of(people: list[Contact]) -> str:
    places = Enrolment.objects.current().filter(partner__in=[each.partner_id for each in people])
    programmes = places.order_by().values_list("programme__name", flat=True).distinct()
    return " ".join([*(f"{each.name} {each.partner.name}" for each in people), *programmes])
