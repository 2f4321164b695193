"""The items of a newsletter as one person reads them: title, first line, the way there, and why it was chosen for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from communications.rendering.frame_words import frame_language


@dataclass(frozen=True)
class NewsletterEntry:
    """`because` are keys of `relevance.GROUNDS`, and `why` says them to the reader; `language` is that of title and line."""

    title: str
    first_line: str
    url: str
    because: tuple[str, ...] = ()
    language: str = "en"
    only_in: str = ""
    why: str = ""


@dataclass(frozen=True)
class _Words:
    heading: str
    because: dict[str, str]


_EN = _Words("Chosen for you", {
    "important": "important", "acknowledge": "waits for your acknowledgement", "soon": "due soon", "function": "for your function",
    "place": "for your country or region", "wanted": "a topic you asked for", "topic": "a topic you read",
})  # fmt: skip
_DE = _Words("Für Sie ausgewählt", {
    "important": "wichtig", "acknowledge": "wartet auf Ihre Bestätigung", "soon": "bald fällig", "function": "für Ihre Funktion",
    "place": "für Ihr Land oder Ihre Region", "wanted": "ein Thema, das Sie gewählt haben", "topic": "ein Thema, das Sie lesen",
})  # fmt: skip
_FR = _Words("Choisi pour vous", {
    "important": "important", "acknowledge": "attend votre confirmation", "soon": "bientôt à échéance",
    "function": "pour votre fonction", "place": "pour votre pays ou région", "wanted": "un sujet que vous avez choisi",
    "topic": "un sujet que vous lisez",
})  # fmt: skip
_ES = _Words("Elegido para usted", {
    "important": "importante", "acknowledge": "espera su confirmación", "soon": "vence pronto", "function": "para su función",
    "place": "para su país o región", "wanted": "un tema que usted eligió", "topic": "un tema que usted lee",
})  # fmt: skip
_BY_TONGUE = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES}


def newsletter_words(language: str) -> _Words:
    return _BY_TONGUE[frame_language(language)]


def in_one_line(because: Iterable[str], language: str) -> str:
    words = newsletter_words(language).because
    return ", ".join(words[key] for key in because if key in words)


def entries_as_html(entries: Iterable[NewsletterEntry], language: str) -> str:
    """For a mail; every value is escaped here. Nothing where there are none."""
    items = "".join(_item(entry, language) for entry in entries)
    heading, tongue = newsletter_words(language).heading, frame_language(language)
    return f'<div class="chosen"><h2 lang="{tongue}">{escape(heading)}</h2>{items}</div>' if items else ""


def _item(entry: NewsletterEntry, language: str) -> str:
    why, tongue = entry.why, frame_language(language)
    only_in = f'<p class="why" lang="{tongue}">{escape(entry.only_in)}</p>' if entry.only_in else ""
    told = f'<p class="why" lang="{tongue}">{escape(why)}</p>' if why else ""
    words = f'<p><a href="{escape(entry.url)}"><strong>{escape(entry.title)}</strong></a><br>{escape(entry.first_line)}</p>'
    return f'<div class="item" lang="{escape(entry.language)}">{words}{only_in}{told}</div>'


def entries_as_text(entries: Iterable[NewsletterEntry], language: str) -> str:
    items = [_lines(entry) for entry in entries]
    return "\n\n".join([newsletter_words(language).heading, *items]) if items else ""


def _lines(entry: NewsletterEntry) -> str:
    why = entry.why
    return "\n".join(line for line in (f"* {entry.title}", entry.first_line, entry.only_in, why and f"({why})", entry.url) if line)
