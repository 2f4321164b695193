"""The mail that tells what is new in discussions that somebody follows."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.notice_names import NoticeName
from communications.models import Discussion
from communications.rendering.notices import mailbox, notice
from communications.way_out import way_out_token

SHOWN = 3
LONGEST = 240


@dataclass(frozen=True)
class News:
    """What is new in one discussion, as its reader sees it: who wrote, and what."""

    discussion: Discussion
    said: list[tuple[str, str]]

    @property
    def count(self) -> int:
        return len(self.said)

    @property
    def latest(self) -> list[tuple[str, str]]:
        return [(who, _shortened(" ".join(text.split()))) for who, text in self.said[-SHOWN:]]

    @property
    def url(self) -> str:
        return settings.SITE_URL + reverse("communications:discussion", args=[self.discussion.public_id])


def discussion_mail(mail, contact, programme, news: list[News]) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token("discussion", mail.pk)])
    values = {"contact": contact, "programme": programme, "news": news, "count": mail.posts, "way_out": way_out}
    text, html = (render_to_string(f"communications/mail/discussions.{kind}", values) for kind in ("txt", "html"))
    name, to = NoticeName("discussion", mail.pk), mailbox(contact.name, mail.address)
    subject = _subject(mail.posts, news)
    return notice(name, programme, subject=subject, to=to, text=text, html=html, way_out=way_out).as_bytes()


def _subject(posts: int, news: list[News]) -> str:
    if len(news) == 1:
        return _("New in “%(title)s”") % {"title": " ".join(news[0].discussion.title.split())}
    return ngettext("%(n)d new post where you follow along", "%(n)d new posts where you follow along", posts) % {"n": posts}


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
