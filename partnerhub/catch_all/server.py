"""A mail server that takes every mail for anybody and delivers none. On loopback only."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from partnerhub.catch_all.store import MailStore
from partnerhub.running import LOOPBACK


class Keep:
    """What aiosmtpd calls when a mail is complete. Writing is quick enough to do between two reads."""

    def __init__(self, store: MailStore):
        self.store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.store.add(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content or b"")
        return "250 Kept"


async def serve(store: MailStore, port: int) -> None:
    """Until it is cancelled, or the process ends."""
    keep = Keep(store.open())
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keep, enable_SMTPUTF8=True, hostname="localhost"), LOOPBACK, port)
    async with server:
        await server.serve_forever()
