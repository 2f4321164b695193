"""Take one mail from standard input that answers an invitation: for a mail server's pipe.

Exits with 77 (no permission) where it is not the sender's to answer, and with 65 (bad data) where it is no answer or comes too
late, with a sentence that the mail server tells the sender."""

import os
import sys

from activity.piped_mail import PipedMail
from activity.refusals import NotAllowed, Refused
from collaboration.actions.replies import take_reply


class Command(PipedMail):
    help = __doc__

    def take(self, mail: bytes, recipients: list[str]) -> None:
        try:
            invitee = take_reply(mail, recipients)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(os.EX_NOPERM if isinstance(refusal, NotAllowed) else os.EX_DATAERR)
        self.stdout.write(f"{invitee.contact}: {invitee.get_answer_display()}")
