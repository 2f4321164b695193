"""The mail that rolls up what did not fit: of each announcement its title, its first line and the way to it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.notice_names import NoticeName
from communications.models import Channel, Digest
from communications.rendering.compiling import compile_text
from communications.rendering.frame_words import only_in
from communications.rendering.merge_fields import fill
from communications.rendering.notices import mailbox, notice
from communications.tracking_tokens import Place, TrackingToken

FIRST_LINE = 160
_SALT = "communications.digest"


@dataclass(frozen=True)
class Entry:
    title: str
    programme: str
    first_line: str
    url: str
    only_in: str = ""
    language: str = "en"


def entry_of(item, version, person) -> Entry:
    """`person` is whoever reads it, with their language and their values for merge fields."""
    version = version.in_language(person.language)
    title, first_line = title_and_first_line(version, person.values)
    token = TrackingToken(item.announcement_id, item.contact_id, Channel.EMAIL, version.number, Place.ANNOUNCEMENT)
    return Entry(
        title=title,
        programme=item.announcement.programme.brand,
        first_line=first_line,
        only_in=only_in(version),
        language=version.language,
        url=settings.SITE_URL + reverse("tracking:announcement", args=[str(token)]),
    )


def title_and_first_line(version, values) -> tuple[str, str]:
    """What is said of an announcement where its text is not: who must act, else how it begins."""
    said = version.call_to_action or compile_text(version.body, version.language).as_opening(values)
    return " ".join(fill(version.title, values).split()), _shortened(" ".join(said.split()))


def digest_mail(digest: Digest, contact, programme, address: str, entries: tuple[Entry, ...], zone) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:digest", args=[digest_token(digest.pk)])
    values = {
        "contact": contact, "programme": programme, "entries": entries, "count": len(entries), "way_out": way_out,
        "day": timezone.localtime(timezone=zone).date(), "feed": settings.SITE_URL + reverse("communications:announcements"),
        "choices": settings.SITE_URL + reverse("communications:preferences"),
    }  # fmt: skip
    subject = ngettext("%(brand)s: one thing that waits for you", "%(brand)s: %(n)d things that wait for you", len(entries))
    text, html = (render_to_string(f"communications/mail/digest.{kind}", values) for kind in ("txt", "html"))
    name, to = NoticeName("digest", digest.pk), mailbox(contact.name, address)
    subject %= {"brand": programme.brand, "n": len(entries)}
    return notice(name, programme, subject=subject, to=to, text=text, html=html, way_out=way_out).as_bytes()


def digest_token(pk: int) -> str:
    return signing.Signer(salt=_SALT).sign(str(pk))


def read_digest_token(token: str) -> int | None:
    """The digest behind it, or None when it is not one of ours."""
    try:
        return int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def in_words(digest: Digest) -> str:
    """What became of what was rolled up, as it is said beside its delivery."""
    day = _day(digest.sent_at or digest.due_at)
    return {
        Digest.State.WAITING: _("waits for the digest of %(day)s, and in the portal"),
        Digest.State.SENDING: _("in the digest that is being sent, and in the portal"),
        Digest.State.DELIVERED: _("rolled up into the digest of %(day)s"),
        Digest.State.FAILED: _("in the digest of %(day)s, which did not arrive; it waits in the portal"),
        Digest.State.IN_DOUBT: _("in the digest of %(day)s, which may not have arrived; it waits in the portal"),
        Digest.State.EMPTY: _("it waits in the portal"),
    }[Digest.State(digest.state)] % {"day": day}


def _day(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "SHORT_DATE_FORMAT")


def _shortened(line: str) -> str:
    return line if len(line) <= FIRST_LINE else line[: FIRST_LINE - 1].rsplit(" ", 1)[0] + "…"
