"""Putting a statement where its value is written out, in whichever field of the composer that is."""

from django.http import QueryDict

from communications.consistency.texts import place_of
from communications.queries.contradictions import Link
from communications.rendering.statement_marks import mark_of


def field_of(link: Link, own_language: str) -> str:
    """The name of its field on the form."""
    if link.variant == "b":
        return f"variant_{link.field}"
    name = link.field.replace("details.", "detail_")
    return name if link.language == own_language else f"tr_{link.language}_{name}"


def button_of(link: Link, own_language: str) -> str:
    """What its button sends."""
    return "|".join((field_of(link, own_language), str(link.said.nth), link.statement.key, link.said.written))


def with_link(sent: QueryDict) -> QueryDict:
    """The form as it was sent, with the mark in the place of the value. Where the text has changed since, it stays as it is."""
    name, nth, key, written = (sent.get("link", "").split("|", 3) + ["", "", "", ""])[:4]
    text = sent.get(name, "")
    start = place_of(text, written, int(nth)) if nth.isascii() and nth.isdigit() and len(nth) < 5 and written else None
    if start is None:
        return sent
    changed = sent.copy()
    changed[name] = text[:start] + mark_of(key) + text[start + len(written) :]
    return changed
