"""The mail with which a colleague reminds somebody of what waits for their acknowledgement."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.notice_names import NoticeName
from communications.rendering.notices import mailbox, notice
from communications.way_out import way_out_token


def reading_mail(row, item, programme) -> bytes:
    """The whole message as bytes with CRLF lines."""
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token("reading", row.pk)])
    address = settings.SITE_URL + reverse("communications:announcement", args=[item.announcement.public_id])
    values = {
        "contact": row.contact, "by": row.by, "item": item, "programme": programme, "address": address, "way_out": way_out,
    }  # fmt: skip
    text, html = (render_to_string(f"communications/mail/reading.{kind}", values) for kind in ("txt", "html"))
    name, to = NoticeName("reading", row.pk), mailbox(row.contact.name, row.address)
    subject = _("Please acknowledge “%(title)s”") % {"title": item.title}
    return notice(name, programme, subject=subject, to=to, text=text, html=html, way_out=way_out).as_bytes()
