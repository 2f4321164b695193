"""The words of a correction, in the language of whoever was told the old value; the English ones where a language is not here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CorrectionWords:
    title: str
    greeting: str
    told: str
    now: str
    holds: str


_BY_TONGUE = {
    "en": CorrectionWords(
        "Correction: {name}", "Dear {{{{ contact.first_name }}}},", "What we wrote about “{name}” has changed:",
        "What holds now", "What you can read in these announcements is no longer right:",
    ),
    "de": CorrectionWords(
        "Berichtigung: {name}", "Guten Tag {{{{ contact.name }}}},", "Was wir über „{name}“ geschrieben haben, hat sich geändert:",
        "Was jetzt gilt", "Was in diesen Nachrichten steht, stimmt nicht mehr:",
    ),
    "fr": CorrectionWords(
        "Rectification : {name}", "Bonjour {{{{ contact.name }}}},", "Ce que nous avons écrit sur « {name} » a changé :",
        "Ce qui vaut désormais", "Ce que disent ces annonces n’est plus exact :",
    ),
    "es": CorrectionWords(
        "Corrección: {name}", "Hola, {{{{ contact.name }}}}:", "Lo que escribimos sobre «{name}» ha cambiado:",
        "Lo que vale ahora", "Lo que dicen estos anuncios ya no es correcto:",
    ),
}  # fmt: skip


def tongue_of(language: str) -> str:
    """The language that those words are in."""
    tongue = language.partition("-")[0]
    return tongue if tongue in _BY_TONGUE else "en"


def correction_text(name: str, was: list[str], mark: str, titles: list[str], language: str) -> tuple[str, str]:
    """Its title and its text in Markdown; `was` are the old values, as this language writes them."""
    words = _BY_TONGUE[tongue_of(language)]
    row = f"::: facts\n{_label(name)}: {' / '.join(was)} → {mark}\n:::"
    parts = [words.greeting.format(), words.told.format(name=_plain(name)), row]
    if titles:
        parts += [words.holds, "\n".join(f"- {_plain(title)}" for title in titles)]
    return words.title.format(name=_plain(name))[:200], "\n\n".join(parts)


def _label(name: str) -> str:
    """A row of key facts ends its label at the colon."""
    return _plain(name).replace(":", " –")


def _plain(text: str) -> str:
    """No sign of it is read as Markdown or as a merge field."""
    return "".join(" " if sign in "{}`*_[]<>|#\\→" else sign for sign in text).strip()
