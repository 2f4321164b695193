"""What keeps somebody from reading a text who does not see it: pictures without words, links that do not say where they lead,
headings that skip a step."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

_SAYS_NOTHING = {
    "here", "click here", "this link", "link", "more", "read more", "learn more", "this",
    "hier", "hier klicken", "klicken sie hier", "mehr", "mehr erfahren", "weiterlesen", "dieser link",
    "ici", "cliquez ici", "en savoir plus", "lire la suite", "aquí", "haga clic aquí", "más", "leer más",
}  # fmt: skip
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")


def obstacles_in(tokens) -> Iterator[str]:
    """A sentence for each."""
    level = 1  # the title stands above the text
    for token in tokens:
        if token.type == "heading_open":
            now = int(token.tag[1])
            if now > level + 1:
                yield _("A heading of step %(now)d follows one of step %(before)d: leave no step out.") % {
                    "now": now,
                    "before": level,
                }
            level = now
        for child in token.children or []:
            if child.type == "image" and not child.content.strip():
                yield _("The picture %(name)s has no words: say what it shows, as in ![what it shows](%(name)s).") % {
                    "name": child.attrs["src"]
                }
        yield from _links(token.children or [])


def _links(children) -> Iterator[str]:
    words, inside = "", False
    for child in children:
        if child.type == "link_open":
            words, inside = "", True
        elif child.type == "link_close" and inside:
            inside = False
            said = " ".join(words.split()).strip(" .:…>»").lower()
            if said in _SAYS_NOTHING or not said:
                yield _("The link “%(words)s” does not say where it leads.") % {"words": words.strip()}
            elif _ADDRESS.fullmatch(said):
                yield _("The link %(words)s is read out letter by letter: give it words.") % {"words": words.strip()[:60]}
        elif inside:
            words += child.content
