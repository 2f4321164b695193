"""The mail that calls somebody on our side: what it is about, what to do, the way to the board. In a drill it says so first."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from activity.notice_names import NoticeName
from communications.rendering.crises import drill_words
from communications.rendering.notices import mailbox, notice


def call_mail(call) -> bytes:
    """The whole message as bytes with CRLF lines."""
    crisis, programme = call.crisis, call.crisis.programme
    drill = drill_words("en") if crisis.is_drill else None
    values = {
        "call": call, "crisis": crisis, "programme": programme, "drill": drill,
        "address": settings.SITE_URL + reverse("admin:communications_crisis_board", args=[crisis.public_id]),
    }  # fmt: skip
    text, html = (render_to_string(f"communications/mail/crisis_call.{kind}", values) for kind in ("txt", "html"))
    subject = f"[{drill.mark}] {crisis}" if drill else str(crisis)
    name, to = NoticeName("crisis", call.pk), mailbox(str(call.user), call.user.email)
    mail = notice(name, programme, subject=subject, to=to, text=text, html=html, reply_to="")
    mail["Importance"] = "high"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    return mail.as_bytes()
