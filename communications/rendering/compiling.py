"""Markdown → pieces. A piece is text as it stands, or a hole for a merge field, a link or an image.

Holes are marked with private-use characters, which the text itself may not contain, before Markdown is rendered;
the finished HTML is then split on them. Values are escaped when they are put in, so no value can become markup."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from activity.refusals import Invalid
from communications.rendering.blocks import CLASSES, in_language, mark_buttons, use_blocks
from communications.rendering.merge_fields import MERGE_FIELDS, PATTERN, MergeValues
from communications.rendering.plain_text import as_plain_text, opening_of
from communications.rendering.statement_marks import literal_of

OPEN, CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{OPEN}([mlft]):([^{CLOSE}]*){CLOSE}")
# Addresses are marked with a word that no author can write, since it is drawn anew in each process.
_MARK = f"hole:{secrets.token_hex(8)}"
_MARKED = re.compile(_MARK + r":([lf]):([\w.-]+):")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "blockquote", "code", "pre", "hr", "img", "s",
         "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "td": {"colspan"}}

_markdown = use_blocks(MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"]))
_plain_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Hole:
    kind: str  # m: merge field, l: link number, f: name of an attached file
    name: str


Piece = str | Hole


@dataclass(frozen=True)
class CompiledText:
    """One text, ready to be joined for any number of people. `links` are the targets that link holes number; `opening` is its first
    paragraph in one line, without links."""

    html: tuple[Piece, ...]
    plain: tuple[Piece, ...]
    opening: tuple[Piece, ...]
    links: tuple[str, ...]
    files: frozenset[str]

    def as_html(self, values: MergeValues, *, link: Callable[[int], str], file: Callable[[str], str]) -> str:
        return "".join(_put(piece, values, link, file, escape) for piece in self.html)

    def as_plain(self, values: MergeValues, *, link: Callable[[int], str], file: Callable[[str], str]) -> str:
        return "".join(_put(piece, values, link, file, str) for piece in self.plain)

    def as_opening(self, values: MergeValues) -> str:
        return "".join(_put(piece, values, str, str, str) for piece in self.opening)


def _put(piece: Piece, values: MergeValues, link, file, quote) -> str:
    if isinstance(piece, str):
        return piece
    if piece.kind == "m":
        return quote(MERGE_FIELDS[piece.name](values))
    return quote(link(int(piece.name)) if piece.kind == "l" else file(piece.name))


@lru_cache(maxsize=64)
def compile_text(body: str, language: str = "en") -> CompiledText:
    """Compile Markdown of a language. Raises `Invalid` for a link that is neither http(s), mailto nor an attached file's name."""
    links: list[str] = []
    files: set[str] = set()
    literals: list[str] = []
    marked = PATTERN.sub(lambda match: _mark(match.group(1).strip(), literals), _PRIVATE.sub("", body))
    with in_language(language):
        tokens = _markdown.parse(marked)
    mark_buttons(tokens)
    for token in _all(tokens):
        if token.type == "link_open":
            token.attrs["href"] = _target(str(token.attrs["href"]), links, files)
        elif token.type == "image":
            token.attrs["src"] = _image(str(token.attrs["src"]), files)
    html = _clean(_markdown.renderer.render(tokens, _markdown.options, {}))
    in_html, in_plain = _split(_unmask(html), [escape(text) for text in literals]), _split(_unmask(as_plain_text(tokens)), literals)
    return CompiledText(in_html, in_plain, _split(opening_of(tokens), literals), tuple(links), frozenset(files))


def markdown_as_html(text: str) -> SafeString:
    """A text for nobody in particular, such as an agenda: no merge fields, no blocks, no images. Nothing in it is refused; a link
    that leads nowhere is left without its address, a line that ends is a line, and its headings are those of a section."""
    tokens = _plain_markdown.parse(_PRIVATE.sub("", text))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 4)}"
    html = _plain_markdown.renderer.render(tokens, _plain_markdown.options, {})
    return mark_safe(with_scrolling_tables(_clean(html, tags=_TAGS - {"img"}, schemes=_SCHEMES)))  # noqa: S308 - cleaned by nh3


def with_scrolling_tables(html: str) -> str:
    """In a page a table scrolls where it is wider than the page, also by keys."""
    return html.replace("<table>", '<table tabindex="0">')


def _clean(html: str, *, tags: set[str] = _TAGS, schemes: set[str] = _SCHEMES | {"hole"}) -> str:
    return nh3.clean(
        html,
        tags=tags,
        attributes={tag: names for tag, names in _ATTRIBUTES.items() if tag in tags},
        allowed_classes={tag: names for tag, names in CLASSES.items() if tag in tags},
        link_rel="noopener noreferrer",
        url_schemes=schemes,
    )


def tokens_of(body: str):
    """Its structure as it was written, for whoever judges a text rather than sends it; merge fields stand as a word."""
    return _markdown.parse(PATTERN.sub("Name", _PRIVATE.sub("", body)))


def _target(href: str, links: list[str], files: set[str]) -> str:
    if _is_merged(href):
        raise Invalid(_("A link cannot contain a merge field. Write the address out."), code="merge_field_in_link", field="body")
    parts = urlsplit(href)
    if parts.scheme in ("http", "https") and parts.netloc:
        if href not in links:
            links.append(href)
        return f"{_MARK}:l:{links.index(href)}:"
    if parts.scheme == "mailto":
        return href
    if not parts.scheme and not parts.netloc and re.fullmatch(r"[\w.-]+", href):
        files.add(href)
        return f"{_MARK}:f:{href}:"
    raise Invalid(
        _("The link “%(href)s” leads nowhere. Begin it with https://, or write the name of an attached file.")
        % {"href": href[:80]},
        code="bad_link",
        field="body",
    )


def _image(src: str, files: set[str]) -> str:
    if not re.fullmatch(r"[\w.-]+", src):
        raise Invalid(
            _("The image “%(src)s” is not attached. Attach the file and write its name, as in ![what it shows](diagram.png).")
            % {"src": src[:80]},
            code="foreign_image",
            field="body",
        )
    files.add(src)
    return f"{_MARK}:f:{src}:"


def _is_merged(href: str) -> bool:
    return OPEN in href or "%EE%80%80" in href.upper()


def _unmask(text: str) -> str:
    return _MARKED.sub(lambda match: f"{OPEN}{match.group(1)}:{match.group(2)}{CLOSE}", text)


def _mark(name: str, literals: list[str]) -> str:
    """Of a merge field; or of what is the same for everybody, as wide as that is, so that lines are filled as they will be read."""
    literal = literal_of(name)
    if literal is None:
        return f"{OPEN}m:{name}{CLOSE}"
    literals.append(literal)
    return f"{OPEN}{f't:{len(literals) - 1}'.ljust(len(literal) - 2, 'x')}{CLOSE}"


def _split(text: str, literals: list[str]) -> tuple[Piece, ...]:
    """What is the same for everybody is text already."""
    pieces: list[Piece] = []
    end = 0
    for match in _HOLE.finditer(text):
        kind, name = match.groups()
        pieces += [text[end : match.start()], literals[int(name.rstrip("x"))] if kind == "t" else Hole(kind, name)]
        end = match.end()
    return tuple(piece for piece in [*pieces, text[end:]] if piece)


def _all(tokens):
    for token in tokens:
        yield token
        yield from _all(token.children or [])
