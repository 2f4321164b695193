"""The text of an HTML mail, as a program for plain text would show it: quotations with ">" before each line, signatures that are
marked as such left out, the place where a program begins to repeat the other mail with a separator of its own."""

import re
from html.parser import HTMLParser


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_DEEPEST = 64  # an end of something opened further out belongs to nothing that is open
_SEPARATOR = "-----Original Message-----"
_BLOCKS = _tags(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul"
)
_SPACED = _tags("p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre")
_UNSEEN = _tags("head style script title template noscript object svg math select textarea")
_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_SIGNATURE = re.compile(
    r"\b(?:gmail_signature(?:_prefix)?|moz-signature|applemailsignature|ms-outlook-mobile-signature|protonmail_signature_block\S*|"
    r"tutanota_signature|zmail_signature|mail-signature|bloop_sign\S*)(?=\s|$)|^(?:x_)?signature$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"\b(?:gmail_attr|moz-cite-prefix|protonmail_quote_header|gmail_quote_attribution)(?=\s|$)", re.IGNORECASE
)
_BEGINS_OTHER = re.compile(
    r"(?:^|\s)(?:x_)?(?:divrplyfwdmsg|appendonsend|olk_src_body_section|mail-editor-reference-message-container|outlookmessageheader|"
    r"yahoo_quoted|messagereplysection|hmquote|stopspelling|oriMsgHtmlSeperator|moz-email-headers-table|isforwardcontent|"
    r"gmail_quote_forward)\S*(?=\s|$)",
    re.IGNORECASE,
)
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s+(?:#e1e1e1|#b5c4df|windowtext)", re.IGNORECASE)
_FORWARDING = re.compile(r"^\s*-{4,}.{0,80}-{4,}\s*$|^[^\n:]{2,20}:\s", re.MULTILINE)
_SPACE = re.compile(r"[ \t\n\r\f]+")


def text_of_html(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Keeps, for each open element, its name and what to undo when it ends. Of a quotation only that it is there: whoever reads
    on leaves it out, and it may be long."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._unseen = self._as_is = 0
        self._attribution_from = -1

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs) -> None:
        if self._unseen:
            if tag not in _VOID:
                self._open.append((tag, ""))
            return
        if tag == "br":
            self._end_line(always=True)
            return
        if tag in _BLOCKS:
            self._end_line()
            if tag in _SPACED:
                self._end_paragraph()
        said = {name: value or "" for name, value in attrs if name in ("class", "id", "style", "type", "name", "alt")}
        if self._begins_other(tag, said):
            self._lines += [_SEPARATOR, ""]
        if tag == "hr":
            self._lines.append("_" * 20)
        if tag not in _VOID:
            self._enter(tag, said)
        if tag == "li" and not self._unseen:
            self._line.append("- ")

    def handle_startendtag(self, tag: str, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS and not self._unseen:
            self._end_line()
            if tag in _SPACED:
                self._end_paragraph()
        if not any(self._open[-depth][0] == tag for depth in range(1, min(len(self._open), _DEEPEST) + 1)):
            return
        name = ""
        while name != tag:
            name, meaning = self._open.pop()
            self._leave(meaning)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        if self._as_is:
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for each in others:
                self._end_line(always=True)
                self._line.append(each)
            return
        text = _SPACE.sub(" ", data).replace("\xa0", " ")
        if text.strip(" ") or (text and self._line):
            self._line.append(text if self._line else text.lstrip(" "))

    def _begins_other(self, tag: str, said: dict[str, str]) -> bool:
        names = f"{said.get('id', '')} {said.get('class', '')} {said.get('name', '')}"
        if _BEGINS_OTHER.search(names):
            return True
        return tag == "div" and bool(_OUTLOOK_RULE.search(said.get("style", "")[:300]))

    def _enter(self, tag: str, said: dict[str, str]) -> None:
        names = (said.get("id", ""), said.get("class", ""))
        meaning = ""
        if tag in _UNSEEN or any(_SIGNATURE.search(each) for each in names) or _is_hidden(said.get("style", "")):
            meaning = "unseen"
            self._unseen += 1
        elif tag == "blockquote" and _is_quotation(said):
            self._lines.append("> …")
            meaning = "unseen"
            self._unseen += 1
        elif any(_ATTRIBUTION.search(each) for each in names) and self._attribution_from < 0:
            self._end_line()
            meaning = "attribution"
            self._attribution_from = len(self._lines)
        elif tag == "pre":
            meaning = "as is"
            self._as_is += 1
        self._open.append((tag, meaning))

    def _leave(self, meaning: str) -> None:
        if meaning == "unseen":
            self._unseen -= 1
        elif meaning == "as is":
            self._as_is -= 1
        elif meaning == "attribution":
            self._end_line()
            own = self._lines[self._attribution_from :]
            if not _FORWARDING.search("\n".join(own)):  # a forwarded mail goes on unmarked below its headers
                self._lines[self._attribution_from :] = ["> " + each if each else each for each in own]
            self._attribution_from = -1

    def _end_line(self, *, always: bool = False) -> None:
        text = "".join(self._line)
        text = text if text == "-- " else text.rstrip(" ")
        self._line = []
        if self._unseen:
            return
        if text.strip() or always:
            self._lines.append(text)

    def _end_paragraph(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")


def _is_quotation(said: dict[str, str]) -> bool:
    """Gmail and others indent a paragraph with a `blockquote` that says by its style that it quotes nobody."""
    return not re.search(r"margin:\s?0(?:px)?\s0(?:px)?\s0(?:px)?\s40px", said.get("style", "")) or said.get("type") == "cite"


def _is_hidden(style: str) -> bool:
    return bool(re.search(r"display:\s*none|mso-hide:\s*all", style[:500], re.IGNORECASE))
