"""From the bytes of a mail to its text: parts, character sets, flowed lines, HTML. What cannot be decoded is read as
well as can be."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32

from activity.mail_charsets import decoded
from communications.replies.html import text_of_html
from communications.replies.words import own_words

_META_CHARSET = re.compile(rb"""<meta[^>]{1,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEADER = re.compile(rb"^[!-9;-~]{1,76}:")
# What only a mail begins with: a note that begins with "From:" and "To:" may be the text of one.
_OF_A_MAIL = re.compile(
    rb"^(?:mime-version|message-id|received|return-path|content-type|delivered-to|dkim-signature|in-reply-to|x-mailer|date):",
    re.I | re.M,
)


@dataclass(frozen=True)
class InlineFile:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Reply:
    """`words` are the person's; `text` is all that was readable, quotations with it."""

    words: str
    text: str
    files: list[InlineFile] = field(default_factory=list)


def reply_in_file(content: bytes, *, is_mail: bool | None = None) -> str:
    """The words of a person in the bytes of a mail, or of a plain text."""
    if is_mail or is_mail is None and looks_like_mail(content):
        with suppress(RecursionError):  # nested without an end: nobody wrote that
            return read_mail(message_from_bytes(_without_envelope(content), policy=compat32)).words
        return ""
    return own_words(decoded(content, ""))


def looks_like_mail(content: bytes) -> bool:
    """It begins with headers, one of which no text begins with."""
    head = re.split(rb"\r?\n\r?\n", _without_envelope(content)[:65536], maxsplit=1)[0]
    return bool(_HEADER.match(head)) and bool(_OF_A_MAIL.search(head))


def read_mail(message: Message) -> Reply:
    texts, files = [], []
    _read(message, texts, files, is_top=True)
    text = "\n\n".join(filter(str.strip, texts))
    return Reply(own_words(text), text, files)


def _read(part: Message, texts: list[str], files: list[InlineFile], *, is_top: bool = False) -> None:
    kind = part.get_content_type()
    if kind.startswith("message/"):
        return  # a mail within the mail is somebody else's, or known
    if part.is_multipart():
        subparts = part.get_payload()
        if kind == "multipart/alternative":
            _read_best(subparts, texts, files)
        else:
            for each in subparts:
                _read(each, texts, files)
        return
    if kind in ("text/plain", "text/html") and not _is_file(part):
        texts.append(_text_of(part))
    elif kind not in ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature") or is_top:
        content = part.get_payload(decode=True) or b""
        if content:
            files.append(InlineFile(_name_of(part), kind, content))


def _read_best(parts: list[Message], texts: list[str], files: list[InlineFile]) -> None:
    """The plain one, unless it says nothing; files come with any of them."""
    best = ""
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            own: list[str] = []
            if not best and (part.get_content_type() == wanted or part.is_multipart() and wanted == "text/html"):
                _read(part, own, files)
                best = "\n\n".join(filter(str.strip, own))
    if best:
        texts.append(best)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _name_of(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        return str(make_header(decode_header(name)))
    except (LookupError, UnicodeError, ValueError):
        return name


def _text_of(part: Message) -> str:
    content = part.get_payload(decode=True) or b""
    charset = str(part.get_param("charset", "") or "")
    if part.get_content_type() == "text/html":
        if not charset and (found := _META_CHARSET.search(content[:4096])):
            charset = found[1].decode("ascii", "replace")
        return text_of_html(decoded(content, charset))
    text = decoded(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "") or "").lower() == "flowed":
        return unflowed(text, delete_space=str(part.get_param("delsp", "") or "").lower() == "yes")
    return text


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """RFC 3676: a line that ends with a space goes on in the next one of the same depth of quotation."""
    lines: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:]
        if body.startswith(" ") and (depth or not body[1:].startswith(">")):
            body = body[1:]
        is_dashes = body == "-- "
        goes_on = body.endswith(" ") and not is_dashes
        piece = body[:-1] if goes_on and delete_space else body
        if depth == open_depth and not is_dashes:
            lines[-1].append(piece)
        else:
            lines.append([">" * depth + " " if depth else "", piece])
        open_depth = depth if goes_on else -1
    return "\n".join("".join(each) for each in lines)


def _without_envelope(content: bytes) -> bytes:
    """A mailbox file and some pipes put "From somebody at some time" above the first header."""
    content = content.lstrip(b"\r\n")
    return content.partition(b"\n")[2] if content.startswith((b"From ", b">From ")) else content
