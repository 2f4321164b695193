"""A mail server that takes every mail for anybody and delivers none. On loopback only."""

import asyncio
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import close_old_connections

from activity.refusals import Refused
from context.actions.mail_notes import note_mail
from context.notes_address import is_notes_address
from partnerhub.catch_all.store import MailStore
from partnerhub.running import LOOPBACK


class Keep:
    """What aiosmtpd calls when a mail is complete. Writing is quick enough to do between two reads. A mail to a manager's notes
    address is noted, too, as a mail server would pipe it; a refusal is told to the sender."""

    def __init__(self, store: MailStore, note: Callable[[bytes, list[str]], str] | None = None):
        self.store, self.note = store, note

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content, recipients = envelope.original_content or b"", list(envelope.rcpt_tos)
        self.store.add(envelope.mail_from or "", recipients, content)
        if self.note and any(is_notes_address(address) for address in recipients):
            problem = await asyncio.to_thread(self.note, content, recipients)
            return f"550 {problem}" if problem else "250 Noted"
        return "250 Kept"


def note(content: bytes, recipients: list[str]) -> str:
    """What is wrong with the mail; empty when it was noted."""
    try:
        note_mail(content, recipients)
    except Refused as refusal:
        return str(refusal)
    finally:
        close_old_connections()
    return ""


async def serve(store: MailStore, port: int) -> None:
    """Until it is cancelled, or the process ends."""
    keep = Keep(store.open(), note)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keep, enable_SMTPUTF8=True, hostname="localhost"), LOOPBACK, port)
    async with server:
        await server.serve_forever()
