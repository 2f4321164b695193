"""Ask the assistant as a person of a partner would. With --json, one object is printed: answer, abstained and citations."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.languages import words_for
from communications.queries.attention import zone_of
from partners.models import Contact
from portal.assistant.answers import Answer
from portal.queries.assistant import answer_for


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("question")
        parser.add_argument("--email", required=True, help="whose eyes it is asked with: the address they sign in with")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, question: str, email: str, as_json: bool, **options) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}; give the address of a login.")
        contact = Contact.objects.of_login(user).first()
        zone = zone_of((contact and contact.time_zone) or user.time_zone)
        with words_for(user.language), timezone.override(zone):  # as the portal speaks to them
            answer = answer_for(user, question, contact=contact)
            self.stdout.write(json.dumps(as_told(answer), ensure_ascii=False) if as_json else _in_words(answer))


def as_told(answer: Answer) -> dict:
    citations = [{"document": one.document, "file": one.file, "paragraph": one.paragraph} for one in _best_first(answer)]
    return {"answer": answer.text, "abstained": answer.is_abstained, "citations": citations}


def _best_first(answer: Answer) -> list:
    return [] if answer.is_abstained else list(answer.sources)


def _in_words(answer: Answer) -> str:
    if answer.is_abstained:
        return _("I don't know")
    lines = [f"{said.text} [{', '.join(map(str, said.sources))}]" for said in answer.said]
    names = [f"[{number}] {cited.document}, paragraph {cited.paragraph}" if cited.paragraph else f"[{number}] {cited.document}"
             for number, cited in enumerate(answer.sources, start=1)]  # fmt: skip
    return "\n".join([*lines, "", *names])
