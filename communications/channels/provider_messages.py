"""A whole message as bytes, for a provider's interface: mails that are no deliveries are written as for SMTP."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from anymail.message import AnymailMessage

from communications.channels.contract import Mail

# What the provider writes itself, or is told apart.
_OWN = {"subject", "from", "to", "reply-to", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"}
_METADATA = {"x-pm-metadata-delivery", "x-mj-eventpayload", "x-msys-api"}


def message_of_bytes(mail: Mail) -> AnymailMessage:
    parsed: EmailMessage = message_from_bytes(mail.message, policy=default)
    text, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    message = AnymailMessage(
        str(parsed["Subject"]), text.get_content() if text else "", str(parsed["From"]), [str(parsed["To"])],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
    )  # fmt: skip
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    for part in parsed.walk():
        if not part.is_multipart() and part not in (text, html):
            message.attach(part.get_filename() or "attachment", part.get_payload(decode=True), part.get_content_type())
    left_out = _OWN | _METADATA
    message.extra_headers = {name: str(value) for name, value in parsed.items() if name.lower() not in left_out}
    message.metadata = {"delivery": str(parsed["Message-ID"]).strip("<> ").partition("@")[0]}
    return message
