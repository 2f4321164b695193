"""All that an announcement, or a version of it, says: once for each language, or for each of two variants."""

from collections.abc import Iterator
from dataclasses import dataclass

from communications.consistency.texts import Said, said_in, said_in_line
from communications.consistency.values import Value
from communications.kinds import DETAILS, own_details
from communications.models import Variant
from communications.rendering.frame_words import frame_words


@dataclass(frozen=True)
class Wording:
    """`variant` is empty where everybody gets the same. `details` are what the kind asks for, by name."""

    language: str
    variant: str
    title: str
    call_to_action: str
    body: str
    details: dict[str, str]

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.title, self.call_to_action, self.body, *self.details.values())

    def said(self, stated: dict[str, Value]) -> Iterator[tuple[str, Said]]:
        """Each with the name of the field where it is said; a detail with its label before it and the title above it."""
        lines = {"title": (self.title, "", ""), "call_to_action": (self.call_to_action, "", "")}
        labels = frame_words(self.language).labels
        lines |= {f"details.{key}": (text, self.title, labels.get(key, key)) for key, text in self.details.items()}
        for name, (line, title, label) in lines.items():
            yield from ((name, said) for said in said_in_line(line, self.language, stated, title, label))
        yield from (("body", said) for said in said_in(self.body, self.language, stated, self.title))


def wordings_of(told) -> list[Wording]:
    """Of an announcement or a version."""
    own = _wording(told, told.language, {}, Variant.A if told.has_variant else "")
    if told.has_variant:
        other = {"title": told.variant_title or told.title, "body": told.variant_body or told.body}
        return [own, _wording(told, told.language, other, Variant.B)]
    return [own, *(_wording(told, language, words, "", is_own=False) for language, words in sorted(told.translations.items()))]


def _wording(told, language: str, words: dict, variant: str, *, is_own: bool = True) -> Wording:
    def line(name: str) -> str:
        return words.get(name, getattr(told, name) if is_own else "") or ""

    # What it was before is not said any more.
    details = {key: text for key, text in (own_details(told) | words.get("details", {})).items() if key != "changes_from"}
    known = {key: text for key, text in details.items() if key in DETAILS}
    return Wording(language, str(variant), line("title"), line("call_to_action"), line("body"), known)
