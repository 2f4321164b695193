"""The mail that asks somebody what they think: what it is about, one way in, one way out."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.notice_names import NoticeName
from communications.opinions.languages import Told
from communications.rendering.notices import mailbox, notice
from communications.way_out import way_out_token


def opinion_mail(ask, told: Told, name: NoticeName) -> bytes:
    """The whole message as bytes with CRLF lines; `told` are the words of the survey for whoever gets it."""
    survey, contact = ask.survey, ask.contact
    programme = survey.programme
    way_out = settings.SITE_URL + reverse("tracking:stop_topic", args=[way_out_token("opinion", ask.pk)])
    address = settings.SITE_URL + reverse("communications:opinion", args=[survey.public_id])
    values = {"survey": survey, "told": told, "contact": contact, "programme": programme, "address": address, "way_out": way_out}
    values["is_reminder"] = survey.reminded_at is not None
    text, html = (render_to_string(f"communications/mail/opinion.{kind}", values) for kind in ("txt", "html"))
    subject = _("What do you think? %(title)s") % {"title": told.title}
    to = mailbox(contact.name, contact.email)
    return notice(name, programme, subject=subject, to=to, text=text, html=html, way_out=way_out).as_bytes()
