"""One mail: subject, written text and HTML, and the headers that let a person leave with one click."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from communications.bounce_address import bounce_address
from communications.models import AnnouncementVersion, Channel
from communications.rendering.compiling import CompiledText, compile_text
from communications.rendering.merge_fields import MergeValues, fill
from communications.tracking_tokens import TrackingToken

# Places in the mail's frame that differ from person to person.
_PLACES = ("title", "text", "pixel", "unsubscribe", "portal", "person", "partner")
_PLACE = re.compile("\ue002(\\w+)\ue003")


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class MailTemplate:
    """A version compiled once, for any number of people."""

    version: AnnouncementVersion
    body: CompiledText
    html_frame: str
    text_frame: str
    is_trial: bool = False

    @classmethod
    def of(cls, version: AnnouncementVersion, *, is_trial: bool = False) -> "MailTemplate":
        context = {"version": version, "programme": version.announcement.programme, "announcement": version.announcement,
                   **{name: f"\ue002{name}\ue003" for name in _PLACES}}  # fmt: skip
        return cls(
            version=version,
            body=compile_text(version.body),
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
        announcement = self.version.announcement
        urls = self._urls_for(recipient)
        rendered = self.render(recipient.values, urls)
        message = EmailMessage(policy=SMTP)
        message["Subject"] = f"[{_('Test')}] {rendered.subject}" if self.is_trial else rendered.subject
        message["From"] = _mailbox(announcement.programme.sender_name, announcement.programme.sender_email)
        message["To"] = _mailbox(recipient.values.contact_name, recipient.address)
        if announcement.programme.reply_to:
            message["Reply-To"] = announcement.programme.reply_to
        message["Date"] = format_datetime(timezone.now())
        message["Message-ID"] = self._message_id(recipient)
        message["List-Unsubscribe"] = f"<{urls.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-ID"] = f"{announcement.programme.key} <{announcement.programme.key}.{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(rendered.text, cte="quoted-printable")
        message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        return message.as_bytes()

    def _urls_for(self, recipient) -> "MailUrls":
        announcement = self.version.announcement
        if self.is_trial:
            return PreviewUrls(announcement.pk, recipient.contact_id, 0, str(announcement.public_id), links=self.body.links)
        return MailUrls(announcement.pk, recipient.contact_id, self.version.number, str(announcement.public_id),
                        first_link=self.version.first_link)  # fmt: skip

    def _message_id(self, recipient) -> str:
        """The same for the same announcement and contact, so that a mail sent again is known for what it is."""
        nonce = f"test.{uuid7()}" if self.is_trial else recipient.contact_public_id
        return f"<{self.version.announcement.public_id}.{nonce}@{self.sender.rpartition('@')[2]}>"

    def render(self, values: MergeValues, urls: "MailUrls") -> Rendered:
        title = fill(self.version.title, values)
        places = {"unsubscribe": urls.unsubscribe, "portal": urls.portal, "title": title, "person": values.contact_name,
                  "partner": values.partner_name}  # fmt: skip
        text = self.body.as_plain(values, link=urls.link, file=urls.file)
        html = self.body.as_html(values, link=urls.link, file=urls.file)
        in_html = {name: escape(value) for name, value in places.items()} | {"text": html, "pixel": escape(urls.pixel)}
        return Rendered(
            subject=" ".join(title.split()),
            text=_put(self.text_frame, places | {"text": text, "pixel": ""}),
            html=_put(self.html_frame, in_html),
        )


@dataclass(frozen=True)
class MailUrls:
    """The addresses in one person's mail."""

    announcement_id: int
    contact_id: int
    version: int
    public_id: str
    first_link: int = 0

    def _token(self, link: int = 0) -> str:
        return str(TrackingToken(self.announcement_id, self.contact_id, Channel.EMAIL, self.version, link))

    def link(self, number: int) -> str:
        return f"{settings.TRACKING_URL}/t/c/{self._token(self.first_link + number)}"

    def file(self, name: str) -> str:
        return f"{settings.SITE_URL}/t/f/{self._token()}/{name}"

    @property
    def pixel(self) -> str:
        return f"{settings.TRACKING_URL}/t/o/{self._token()}.gif"

    @property
    def unsubscribe(self) -> str:
        return f"{settings.SITE_URL}/t/u/{self._token()}"

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
        return "data:,"

    @property
    def unsubscribe(self) -> str:
        return "#"


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)


def _put(frame: str, places: dict[str, str]) -> str:
    return _PLACE.sub(lambda match: places[match.group(1)], frame)
