"""What a file looks like without opening it: its first pages as pictures, or its text as HTML from which everything that acts has
been taken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from itertools import islice

import nh3
import pypdfium2
from PIL import Image, ImageOps

from communications.rendering.compiling import markdown_as_html
from enablement.reading.files import SHEETS, SLIDES, WORD, read_file, word_as_html
from enablement.reading.passages import Reading
from enablement.reading.sheets import sheets_of
from enablement.reading.texts import as_text, plain_as_html, rows_of_csv
from enablement.rendering.svg_pictures import svg_picture

PAGES = 6
WIDTH = 1200
HEIGHT_AT_MOST = 4000
ROWS = 40
CHARACTERS = 200_000
_TAGS = {"p", "br", "strong", "em", "b", "i", "u", "s", "sub", "sup", "a", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
         "dl", "dt", "dd", "blockquote", "code", "pre", "hr", "table", "caption", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
_UNREAD = {"script", "style", "nav", "template", "noscript", "svg", "math", "iframe", "object", "head", "title"}


@dataclass(frozen=True)
class Picture:
    content: bytes
    width: int
    height: int
    ending: str = "webp"


def pictures_of(content: bytes, media_type: str) -> Iterator[Picture]:
    if media_type == "application/pdf":
        yield from _pages(content)
    elif media_type == "image/svg+xml":
        if drawn := svg_picture(content):
            yield Picture(*drawn, ending="svg")
    elif media_type.startswith("image/"):
        with Image.open(BytesIO(content)) as image:
            yield _picture(ImageOps.exif_transpose(image))


def html_of(content: bytes, media_type: str) -> str:
    """Cleaned, with its headings two steps down: the page around it has its own."""
    if media_type == WORD:
        return clean_html(word_as_html(content))
    if media_type == SLIDES:
        return _passages(read_file(content, media_type))
    if media_type == SHEETS:
        shown = [sheet for sheet in islice(sheets_of(content), PAGES) if sheet.rows]
        return "".join(f"<h3>{escape(sheet.name)}</h3>{_table(sheet.rows)}" for sheet in shown)
    text = (as_text(content) or "")[:CHARACTERS]
    match media_type:
        case "text/markdown":
            return markdown_as_html(re.sub(r"\A---[ \t]*\r?\n.*?\n---[ \t]*\r?\n", "", text, flags=re.S))
        case "text/html":
            return clean_html(text)
        case "text/csv":
            return _table(rows_of_csv(text))
        case "text/plain":
            return plain_as_html(text)
    return ""


def clean_html(html: str) -> str:
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_UNREAD, link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto"},
    )  # fmt: skip
    cleaned = re.sub(r"<a(?! href)[^>]*>(.*?)</a>", r"\1", cleaned, flags=re.S)
    return re.sub(r"<(/?)h([1-6])\b", lambda found: f"<{found.group(1)}h{min(int(found.group(2)) + 2, 6)}", cleaned)


def _passages(reading: Reading) -> str:
    """The text of slides under its headings."""
    html, above = [], ""
    for passage in reading.passages[: PAGES * ROWS]:
        if passage.heading and passage.heading != above:
            html.append(f"<h3>{escape(passage.heading)}</h3>")
        above = passage.heading
        html.append("<p>" + escape(passage.text).replace("\n", "<br>") + "</p>")
    return "".join(html)


def page_of(content: bytes, number: int) -> Picture:
    """One page of a PDF, counted from 1. `IndexError` where there is none."""
    document = pypdfium2.PdfDocument(content)
    try:
        return _page(document, number - 1)
    finally:
        document.close()


def _pages(content: bytes) -> Iterator[Picture]:
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(len(document), PAGES)):
            yield _page(document, number)
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> Picture:
    page = document[number]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), HEIGHT_AT_MOST / max(height, 1))
    picture = _picture(page.render(scale=scale).to_pil())
    page.close()
    return picture


def _picture(image: Image.Image) -> Picture:
    made = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    made.thumbnail((WIDTH, HEIGHT_AT_MOST))
    kept = BytesIO()
    made.save(kept, "WEBP", quality=82, method=3)
    return Picture(kept.getvalue(), made.width, made.height)


def _table(rows: Iterable[list[str]]) -> str:
    shown = [row for _number, row in zip(range(ROWS + 1), rows, strict=False)]
    if not shown:
        return ""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in shown[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in shown[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
