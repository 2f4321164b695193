"""All that one person finds: texts from the index, and the few things of their own organisation that need none."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from context.queries.words import Names, value_in_words
from partners.models import Contact, Enrolment, PartnerProfile
from partners.visibility import sight_of
from search.queries.finding import Found, FoundPassage, find
from search.questions import Question, read_question
from search.sources import sources

PEOPLE, FACTS = "people", "facts"
PEOPLE_SHOWN = FACTS_SHOWN = 6
SHOWN = 20
SHORTEST = 3
SHORTEST_GUESSED = 4  # letters of a word that may be mistyped
ALIKE = 0.8  # of what was typed and what was meant: “lisences” for “licences”
_OWN = ((PEOPLE, _("People")), (FACTS, _("Your data")))
# What one of each is called, and how it looks in a list.
_ONE = {
    "announcement": (_("Announcement"), "megaphone"), "known_answer": (_("Answer"), "chat-bubble-left-ellipsis"),
    "question": (_("Question"), "question-mark-circle"), "meeting": (_("Meeting"), "calendar-days"),
    "resource": (_("Resource"), "document-text"), "course": (_("Course"), "academic-cap"), "idea": (_("Idea"), "light-bulb"),
}  # fmt: skip


@dataclass(frozen=True)
class Text:
    passage: FoundPassage
    label: str
    icon: str


@dataclass(frozen=True)
class Results:
    """`people` are colleagues, `managers` those of ours who are in charge of the organisation."""

    found: Found = field(default_factory=Found)
    people: list[Contact] = field(default_factory=list)
    managers: list[User] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def texts(self) -> list[Text]:
        """Each with what it is."""
        others = {source.kind: (source.label, "document-text") for source in sources()}
        kinds = {**others, **_ONE}
        return [
            Text(passage, *map(str, kinds.get(passage.document.kind, ("", "document-text")))) for passage in self.found.passages
        ]

    def __len__(self) -> int:
        return len(self.found) + len(self.people) + len(self.managers) + len(self.facts)


def search_for(contact: Contact, text: str, *, reader, enrolments: Iterable[Enrolment], kind: str = "") -> Results:
    """What `contact` finds; `enrolments` are the current ones of their partner; `reader` is who looks at it: themselves, or a
    manager who views as them and may see fewer facts. `kind` keeps to one; an unknown one means all."""
    question = read_question(text)
    if not question:
        return Results()
    finder = reader if contact.user_id == reader.pk else contact.user
    kinds = [kind] if kind in dict(kinds_of_results()) else None
    return Results(
        found=find(finder or AnonymousUser(), text, kinds=kinds, limit=SHOWN) if kind not in dict(_OWN) else Found(),
        people=_people(contact, question) if kinds in (None, [PEOPLE]) else [],
        managers=_managers(enrolments, question) if kinds in (None, [PEOPLE]) else [],
        facts=_facts(contact, question, reader) if kinds in (None, [FACTS]) else [],
    )


def kinds_of_results() -> list[tuple[str, str]]:
    return [*((source.kind, str(source.label)) for source in sources()), *((kind, str(label)) for kind, label in _OWN)]


def _people(contact: Contact, question: Question) -> list[Contact]:
    """Colleagues by name, address or what they do."""
    colleagues = Contact.objects.current().filter(partner=contact.partner_id).order_by("name", "pk")
    known = ((person, f"{person.name} {person.email} {person.job_title} {' '.join(person.functions)}") for person in colleagues)
    return _best(known, question.words, PEOPLE_SHOWN)


def _managers(enrolments: Iterable[Enrolment], question: Question) -> list[User]:
    """Those in charge of the partner, by name or address, or by what they are."""
    managers = dict.fromkeys(place.manager for place in enrolments if place.manager and place.manager.is_active)
    known = ((user, f"{user.get_full_name()} {user.email} {_('partner manager')}") for user in managers)
    return _best(known, question.words, PEOPLE_SHOWN)


def _facts(contact: Contact, question: Question, reader) -> list[tuple[str, str]]:
    """The current values of what the reader may see, as the profile row has them."""
    points = {point.key: point for point in sight_of(reader, in_portal=True).data_points}
    profile = PartnerProfile.objects.filter(partner=contact.partner_id).values_list("facts", flat=True).first() or {}
    known = ((points.get(name.partition("@")[0]), value) for name, value in profile.items() if value is not None)
    names = Names()
    told = [(str(point.label), value_in_words(point, value, names)) for point, value in known if point]
    return _best(((fact, " ".join(fact)) for fact in told), question.words, FACTS_SHOWN)


def _best(known: Iterable[tuple[Any, str]], words: Iterable[str], most: int) -> list:
    """Those of which at least half of the words stand, the most first. Where they stand nowhere, a word is read as the nearest ones
    that do: a name has marks that nobody types, and typing mistakes."""
    rows = [(thing, _plain(text).split()) for thing, text in known]
    wanted = [_plain(word) for word in words if len(word) >= SHORTEST]
    return _with_most(rows, [[word] for word in wanted], most) or _with_most(rows, _meant(wanted, rows), most)


def _with_most(rows: list[tuple[Any, list[str]]], wanted: list[list[str]], most: int) -> list:
    """`wanted` are words, each with what may stand for it."""
    matched = [(sum(_stands(ways, there) for ways in wanted), thing) for thing, there in rows]
    enough = [(count, thing) for count, thing in matched if count and count * 2 >= len(wanted)]
    return [thing for _n, thing in sorted(enough, key=lambda each: -each[0])[:most]]


def _meant(wanted: Iterable[str], rows: list[tuple[Any, list[str]]]) -> list[list[str]]:
    there = sorted({word for _thing, words in rows for word in words})
    return [[word, *(get_close_matches(word, there, cutoff=ALIKE) if len(word) >= SHORTEST_GUESSED else ())] for word in wanted]


def _stands(ways: Iterable[str], there: Iterable[str]) -> bool:
    return any(word.startswith(way) for way in ways for word in there)


def _plain(text: str) -> str:
    """In small letters without marks: “Müller” as “muller”, “Weiß” as “weiss”."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
