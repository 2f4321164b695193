"""How a mail that is no delivery is known again when something comes back about it."""

from email.message import EmailMessage

from activity.notice_names import NoticeName


def name_notice(message: EmailMessage, name: NoticeName, sender: str) -> None:
    """By its Message-ID and, for a provider that has ids of its own, by what it tells us again."""
    for field, value in name.headers(sender).items():
        message[field] = value
