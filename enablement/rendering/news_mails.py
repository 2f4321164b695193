"""The mail that gathers what is new for one person."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from activity.notice_names import NoticeName
from communications.rendering.notices import mailbox, notice
from communications.way_out import way_out_token
from enablement.models import NewsMail
from partners.models import Contact, Programme

LONGEST = 400


@dataclass(frozen=True)
class News:
    """What is new with one thing; `path` is its page."""

    title: str
    path: str
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path


@dataclass(frozen=True)
class Words:
    """What the mail is about, why it came, and what its way out stops."""

    subject: str
    why: str
    stop: str


def news_mail(mail: NewsMail, contact: Contact, programme: Programme, news: list[News], words: Words) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token(mail.kind, mail.pk)])
    values = {"contact": contact, "programme": programme, "news": news, "words": words, "way_out": way_out}
    text, html = (render_to_string(f"enablement/mail/news.{kind}", values) for kind in ("txt", "html"))
    name, to = NoticeName(mail.kind, mail.pk), mailbox(contact.name, mail.address)
    return notice(name, programme, subject=words.subject, to=to, text=text, html=html, way_out=way_out).as_bytes()


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
