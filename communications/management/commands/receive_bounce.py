"""Take one mail that came back from standard input: for a mail server's pipe.

Ends well once the mail is read, so that a mail server never answers a bounce with a bounce; or, where the report was quicker than
our own record of the mail, with the status that has the mail server try again."""

import os

from django.core.management.base import CommandError

from activity.piped_mail import PipedMail
from communications.actions.bounces import StillBeingSentError, take_bounce
from communications.models import Delivery


class Command(PipedMail):
    help = __doc__

    def take(self, mail: bytes, recipients: list[str]) -> None:
        try:
            bounce, ours = take_bounce(mail, recipients)
        except StillBeingSentError:
            raise CommandError("This mail is still being sent; try again.", returncode=os.EX_TEMPFAIL) from None
        about = str(ours or "no mail of ours")
        if isinstance(ours, Delivery):
            about = f"announcement {ours.announcement_id}, contact {ours.contact_id}"
        self.stdout.write(f"{bounce.severity} {bounce.status}: {about}")
