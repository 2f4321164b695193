"""Take one mail from standard input that answers a conversation or an announcement: for a mail server's pipe.

Exits with 77 (no permission) where sender or address are refused and with 65 (bad data) where the mail says nothing, so that the
mail server tells the sender. What a machine wrote ends well and is answered by nobody."""

import os
import sys

from activity.piped_mail import PipedMail
from activity.refusals import NotAllowed, Refused
from communications.actions.bounces import StillBeingSentError
from communications.actions.mail_replies import take_reply
from communications.models import ConversationMessage, Question


class Command(PipedMail):
    help = __doc__

    def take(self, mail: bytes, recipients: list[str]) -> None:
        try:
            taken = take_reply(mail, recipients)
        except StillBeingSentError:
            sys.exit(os.EX_TEMPFAIL)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(os.EX_NOPERM if isinstance(refusal, NotAllowed) else os.EX_DATAERR)
        self.stdout.write(_said(taken))


def _said(taken: ConversationMessage | Question | None) -> str:
    if taken is None:
        return "Written by a machine: left alone."
    return f"question {taken.pk}" if isinstance(taken, Question) else f"conversation {taken.conversation_id}"
