"""One mail: subject, written text and HTML, and the headers that let a person leave with one click."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, lru_cache
from html import escape
from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from uuid6 import uuid7

from activity.notice_names import NAMED_FOR_PROVIDER
from communications.bounce_address import bounce_address
from communications.mail_addresses import on_the_wire
from communications.models import AnnouncementVersion, Kind, PixelRule
from communications.rendering.compiling import CompiledText, compile_text
from communications.rendering.frame_words import frame_language, frame_words, only_in
from communications.rendering.key_facts import key_facts
from communications.rendering.merge_fields import PATTERN, MergeValues, fill
from communications.rendering.mime import Bytes, as_it_is, hole, joined, mailbox, quoted_part, quoted_value, words
from communications.reply_address import announcement_reply_address, answers_come_by_mail
from communications.tracking_tokens import NOBODY, Place, mail_token, mail_tokens

# Places in the mail's frame that differ from person to person.
_PLACES = ("title", "text", "pixel", "trap", "unsubscribe", "portal", "acknowledge", "person", "partner", "items")
_PLACE = re.compile("\ue002(\\w+)\ue003")


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailTemplate:
    """A version compiled once for those who read one language, for any number of people."""

    version: AnnouncementVersion
    body: CompiledText
    html_frame: str
    text_frame: str
    is_trial: bool = False

    @classmethod
    def of(cls, version: AnnouncementVersion, *, is_trial: bool = False) -> "MailTemplate":
        places = {name: f"\ue002{name}\ue003" for name in _PLACES}
        context = {"version": version, "programme": version.announcement.programme, "announcement": version.announcement,
                   **_around(version, places), **places}  # fmt: skip
        return cls(
            version=version,
            body=compile_text(version.body, version.language),
            html_frame=render_to_string("communications/mail/announcement.html", context),
            text_frame=render_to_string("communications/mail/announcement.txt", context),
            is_trial=is_trial,
        )

    @property
    def sender(self) -> str:
        return self.version.announcement.programme.sender_email

    def envelope_sender_for(self, recipient) -> str:
        """Where the mail comes back to if it cannot be delivered."""
        return bounce_address(self.version.announcement_id, recipient.contact_id, self.version.number) or self.sender

    def message_for(self, recipient) -> bytes:
        """The whole message as bytes with CRLF lines. `recipient` has contact_id, contact_public_id, address and values."""
        if self.is_trial:
            compiled = self._compiled(self._trial_urls_for(recipient))
            return compiled.filled([self._filler(name)(recipient) for name in compiled.names])
        compiled, fillers = self._made_for(recipient.pixel)
        return compiled.filled([filler(recipient) for filler in fillers])

    @cached_property
    def _made(self) -> dict[str, tuple[Bytes, list["Filler"]]]:
        return {}

    def _made_for(self, pixel: str) -> tuple[Bytes, list["Filler"]]:
        """Compiled once for each rule that a picture can be under."""
        if pixel not in self._made:
            compiled = self._compiled(self.marked_urls(pixel))
            self._made[pixel] = compiled, [self._filler(name, pixel) for name in compiled.names]
        return self._made[pixel]

    def marked_urls(self, pixel: str) -> "MailUrls":
        announcement = self.version.announcement
        return _MarkedUrls(announcement.pk, 0, self.version.number, str(announcement.public_id), self.version.first_link, pixel)

    def marked(self, urls: "MailUrls") -> Rendered:
        """With a mark in each place that differs from person to person."""
        return self.render(cast("MergeValues", _MarkedValues()), urls)

    def _compiled(self, urls: "MailUrls") -> Bytes:
        """Rendered once with its marks, and cut there."""
        rendered = self.marked(urls)
        boundary = f"=_{secrets.token_hex(12)}"  # which quoted-printable text cannot contain
        part = "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        return joined(
            as_it_is(self._head(urls, boundary)),
            as_it_is(f"--{boundary}\r\n{part.format(kind='plain')}"),
            quoted_part(rendered.text, _in_part("text")),
            as_it_is(f"\r\n--{boundary}\r\n{part.format(kind='html')}"),
            quoted_part(rendered.html, _in_part("html")),
            as_it_is(f"\r\n--{boundary}--\r\n"),
        )

    def _head(self, urls: "MailUrls", boundary: str) -> str:
        programme = self.version.announcement.programme
        domain = self.sender.rpartition("@")[2]
        title = f"[{_('Test')}] {self.version.title}" if self.is_trial else self.version.title
        is_for_all = not PATTERN.search(title)
        lines = [
            f"Subject: {words(title).decode() if is_for_all else hole('subject')}\r\n",
            f"From: {mailbox(programme.sender_name, programme.sender_email).decode()}\r\n",
            f"To: {hole('to')}\r\n",
            self._answered_to(),
            f"Date: {hole('date')}\r\n",
            f"Message-ID: <{self.version.announcement.public_id}.{hole('nonce')}@{domain}>\r\n",
            f"List-Unsubscribe: <{urls.unsubscribe}>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            f"List-ID: {programme.key} <{programme.key}.{domain}>\r\n",
            "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
            self._named_for_provider(),
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n',
        ]
        return "".join(lines)

    def _answered_to(self) -> str:
        if answers_come_by_mail() and not self.is_trial:
            return f"Reply-To: {hole('reply')}\r\n"
        reply_to = self.version.announcement.programme.reply_to
        return f"Reply-To: {reply_to}\r\n" if on_the_wire(reply_to) else ""

    def _named_for_provider(self) -> str:
        """By what the provider tells us of this mail again."""
        header = "" if self.is_trial else NAMED_FOR_PROVIDER.get(settings.MAIL_EVENTS_FROM, "")
        return header.format(token=hole(f"token{int(Place.BOUNCE)}"))

    def _filler(self, name: str, pixel: str = PixelRule.OFF) -> "Filler":
        """What goes into a hole, as a function of the recipient."""
        kind, _colon, field = name.rpartition(":")
        if field.startswith("token"):
            link = int(field[5:])
            token_of = mail_tokens(self.version.announcement_id, self.version.number, link)
            if link == Place.PIXEL and pixel == PixelRule.AGGREGATE:  # it says that somebody opened it, not who
                return lambda _recipient: token_of(NOBODY)
            return lambda recipient: token_of(recipient.contact_id)
        if field == "items_html":
            return lambda recipient: quoted_value(recipient.values.items_html)
        if kind == "html":
            return lambda recipient: quoted_value(escape(getattr(recipient.values, field)))
        if kind == "text":
            return lambda recipient: quoted_value(getattr(recipient.values, field))
        return {"to": lambda recipient: mailbox(recipient.values.contact_name, recipient.address),
                "date": lambda _recipient: _date(int(time.time())),
                "nonce": self._nonce, "subject": self._subject, "reply": self._reply}[field]  # fmt: skip

    def _reply(self, recipient) -> bytes:
        return announcement_reply_address(self.version.announcement_id, recipient.contact_id).encode()

    def _nonce(self, recipient) -> bytes:
        """The same for the same announcement and contact, so that a mail sent again is known for what it is."""
        return f"test.{uuid7()}".encode() if self.is_trial else recipient.contact_public_id.encode()

    def _subject(self, recipient) -> bytes:
        title = fill(self.version.title, recipient.values)
        return words(f"[{_('Test')}] {title}" if self.is_trial else title)

    def _trial_urls_for(self, recipient) -> "PreviewUrls":
        announcement = self.version.announcement
        return PreviewUrls(announcement.pk, recipient.contact_id, 0, str(announcement.public_id), links=self.body.links)

    def render(self, values: MergeValues, urls: "MailUrls") -> Rendered:
        title = fill(self.version.title, values)
        places = {"unsubscribe": urls.unsubscribe, "portal": urls.portal, "acknowledge": urls.acknowledge, "title": title,
                  "person": values.contact_name, "partner": values.partner_name}  # fmt: skip
        text = self.body.as_plain(values, link=urls.link, file=urls.file)
        html = self.body.as_html(values, link=urls.link, file=urls.file)
        in_html = {name: escape(value) for name, value in places.items()} | {
            "text": html, "items": values.items_html, "pixel": urls.pixel, "trap": urls.trap,
        }  # fmt: skip
        return Rendered(
            subject=" ".join(title.split()),
            text=_put(self.text_frame, places | {"text": text, "items": values.items_text, "pixel": "", "trap": ""}),
            html=_put(self.html_frame, in_html),
        )


def _around(version: AnnouncementVersion, places: dict[str, str]) -> dict:
    """What stands around the text, in its language."""
    words, brand = frame_words(version.language), version.announcement.programme.brand
    return {
        "words": words, "frame_language": frame_language(version.language), "facts": key_facts(version),
        "only_in": only_in(version),        "missed_language": frame_language(version.missed_by),
        "because": words.because.format(partner=places["partner"], brand=brand, topic=version.topic.name),
        "known": words.known.format(why=version.why_words) if version.why_words else "",
        # In a crisis nobody has to sign in first. Elsewhere the portal is where it is read, and acknowledged.
        "acknowledged_here": version.kind == Kind.CRISIS and version.requires_acknowledgement,
        "is_answered": answers_come_by_mail(),
    }  # fmt: skip


@dataclass(frozen=True)
class MailUrls:
    """The addresses in one person's mail."""

    announcement_id: int
    contact_id: int
    version: int
    public_id: str
    first_link: int = 0
    pixel_rule: str = PixelRule.INDIVIDUAL

    def _token(self, link: int) -> str:
        return mail_token(self.announcement_id, self.contact_id, self.version, link)

    def link(self, number: int) -> str:
        return f"{settings.TRACKING_URL}/t/c/{self._token(self.first_link + number)}"

    def file(self, name: str) -> str:
        return f"{settings.SITE_URL}/t/f/{self._token(Place.FILE)}/{name}"

    @property
    def pixel(self) -> str:
        """The picture that tells that the mail was opened, as HTML; none where nothing may tell."""
        if self.pixel_rule == PixelRule.OFF:
            return ""
        address = f"{settings.TRACKING_URL}/t/o/{self._token(Place.PIXEL)}.gif"
        return f'<img src="{address}" width="1" height="1" alt="" style="display: block;">'

    @property
    def trap(self) -> str:
        """A link that is not shown or read out: who follows it is no person. As HTML."""
        address = f"{settings.TRACKING_URL}/t/c/{self._token(Place.TRAP)}"
        return f'<a href="{address}" style="display: none;" aria-hidden="true" tabindex="-1"></a>'

    @property
    def unsubscribe(self) -> str:
        return f"{settings.SITE_URL}/t/u/{self._token(Place.WAY_OUT)}"

    @property
    def acknowledge(self) -> str:
        return f"{settings.SITE_URL}/t/k/{self._token(Place.ACKNOWLEDGE)}"

    @property
    def portal(self) -> str:
        return f"{settings.SITE_URL}/announcements/{self.public_id}/"


@dataclass(frozen=True)
class PreviewUrls(MailUrls):
    """The addresses in a preview or a test: links lead straight on, nothing is tracked, nobody can be unsubscribed."""

    links: tuple[str, ...] = ()

    def link(self, number: int) -> str:
        return self.links[number]

    @property
    def pixel(self) -> str:
        return ""

    @property
    def trap(self) -> str:
        return ""

    @property
    def unsubscribe(self) -> str:
        return "#"

    @property
    def acknowledge(self) -> str:
        return "#"


Filler = Callable[..., bytes]


def _in_part(kind: str) -> Callable[[str], str]:
    """A token is the same wherever it stands, so it is made once for all its places."""
    return lambda name: name if name.startswith("token") else f"{kind}:{name}"


class _MarkedUrls(MailUrls):
    """The addresses in a mail that is compiled: a mark for each token."""

    def _token(self, link: int) -> str:
        return hole(f"token{int(link)}")


class _MarkedValues:
    """A mark for each value."""

    def __getattr__(self, name: str) -> str:
        return hole(name)


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return format_datetime(datetime.fromtimestamp(second, UTC)).encode()


def _put(frame: str, places: dict[str, str]) -> str:
    return _PLACE.sub(lambda match: places[match.group(1)], frame)
