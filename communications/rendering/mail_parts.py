"""The same mail in two parts, for a provider that puts them together: what all who read it share, and what is one person's."""

from collections.abc import Callable
from html import escape

from communications.channels.contract import Personal, SharedMail
from communications.models import PixelRule
from communications.rendering.mail import MailTemplate
from communications.rendering.mime import hole, names_of_holes, put_into_holes
from communications.tracking_tokens import NOBODY, Place, mail_token

_IN_HTML = "html_"  # of a value that is escaped


class SharedMails:
    """Made once for each template, and each rule that a picture can be under."""

    def __init__(self):
        self._made: dict[tuple[int, str], tuple[SharedMail, dict[str, Callable[..., str]]]] = {}

    def personal(self, template: MailTemplate, recipient) -> Personal:
        key = (id(template), recipient.pixel)
        if key not in self._made:
            self._made[key] = _made(template, recipient.pixel)
        shared, fillers = self._made[key]
        values = {name: filler(recipient) for name, filler in fillers.items()}
        version = template.version
        token = mail_token(version.announcement_id, recipient.contact_id, version.number, Place.BOUNCE)
        return Personal(shared, recipient.values.contact_name, values, token)


def _made(template: MailTemplate, pixel: str) -> tuple[SharedMail, dict[str, Callable[..., str]]]:
    programme = template.version.announcement.programme
    urls = template.marked_urls(pixel)
    rendered = template.marked(urls)
    domain = programme.sender_email.rpartition("@")[2]
    shared = SharedMail(
        sender=f"{programme.sender_name} <{programme.sender_email}>",
        reply_to=programme.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=put_into_holes(rendered.html, lambda name: hole(name if _is_ready(name) else _IN_HTML + name)),
        headers={
            "List-Unsubscribe": f"<{urls.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-ID": f"{programme.key} <{programme.key}.{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    names = set().union(*map(names_of_holes, (shared.subject, shared.text, shared.html, *shared.headers.values())))
    return shared, {name: _filler(template, name, pixel) for name in sorted(names)}


def _is_ready(name: str) -> bool:
    """It can stand in HTML as it is."""
    return name.startswith("token") or name == "items_html"


def _filler(template: MailTemplate, name: str, pixel: str) -> Callable[..., str]:
    if name.startswith("token"):
        pk, number, link = template.version.announcement_id, template.version.number, int(name[len("token") :])
        if link == Place.PIXEL and pixel == PixelRule.AGGREGATE:  # it says that somebody opened it, not who
            return lambda recipient: mail_token(pk, NOBODY, number, link)
        return lambda recipient: mail_token(pk, recipient.contact_id, number, link)
    if name.startswith(_IN_HTML):
        return lambda recipient: escape(getattr(recipient.values, name[len(_IN_HTML) :]))
    return lambda recipient: getattr(recipient.values, name)
