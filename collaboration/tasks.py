"""Background work: each task calls actions. Beat kicks them; running one twice changes nothing."""

from celery import shared_task

from collaboration.actions import attendance_hooks, invitations, meeting_mails, replies, series


# Acknowledged early: what a crash leaves is found in the rows, and not sent twice by the broker.
@shared_task(name="collaboration.send_mails", acks_late=False, reject_on_worker_lost=False)
def send_mails() -> None:
    meeting_mails.send_meeting_mails()


@shared_task(name="collaboration.keep_meetings")
def keep_meetings() -> None:
    invitations.invite_due()
    invitations.top_up_meetings()
    invitations.remind_due()
    meeting_mails.settle_abandoned_mails()


@shared_task(name="collaboration.extend_series")
def extend_series() -> None:
    series.extend_series()
    attendance_hooks.forget_old_messages()


@shared_task(name="collaboration.fetch_replies")
def fetch_replies() -> None:
    replies.fetch_replies()
