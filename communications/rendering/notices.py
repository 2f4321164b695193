"""A mail that is no delivery: what all of them have in common, and how each is known again when something comes back about it."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.utils import timezone

from activity.notice_names import NoticeName
from partners.models import Programme


class LongWordsStand(EmailPolicy):
    """As the standard library writes a mail, but for a word in a header that is longer than a line, such as an address on the web:
    that one would be encoded, and no mail program would know it for what it is. It stands on a line of its own instead."""

    def fold(self, name, value):
        return self._with_long_words(name, value) or super().fold(name, value)

    def fold_binary(self, name, value):
        written = self._with_long_words(name, value)
        return written.encode() if written else super().fold_binary(name, value)

    def _with_long_words(self, name: str, value) -> str:
        text = str(value)
        line = (self.max_line_length or 0) - len(name) - len(": ")
        if not text.isascii() or "=?" in text or all(len(word) <= line for word in text.split()):
            return ""
        return f"{name}: {f'{self.linesep} '.join(text.split())}{self.linesep}"


NOTICES = LongWordsStand(linesep="\r\n")


def notice(
    name: NoticeName, programme: Programme, *, subject: str, to: Address, text: str, html: str, sender: Address | None = None,
    reply_to: str | None = None, way_out: str = "",
) -> EmailMessage:  # fmt: skip
    """From the programme and answered to it where nothing else is said; `reply_to` may be empty. `way_out` is the address
    that stops mails like this one."""
    mail = EmailMessage(policy=NOTICES)
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = sender or mailbox(programme.sender_name, programme.sender_email)
    mail["To"] = to
    if answered_at := programme.reply_to if reply_to is None else reply_to:
        mail["Reply-To"] = answered_at
    mail["Date"] = format_datetime(timezone.now())
    for field, value in name.headers(programme.sender_email).items():
        mail[field] = value
    if way_out:
        mail["List-Unsubscribe"] = f"<{way_out}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def mailbox(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
