"""Background work: each task calls actions. Beat kicks them; running one twice changes nothing."""

from celery import shared_task

from enablement.actions import attempts, certificates, idea_mails, idea_promises, previews, renewal_mails, room_mails


@shared_task(name="enablement.prepare_files")
def prepare_files() -> None:
    previews.prepare_waiting()


@shared_task(name="enablement.finish_overdue_attempts")
def finish_overdue_attempts() -> None:
    attempts.finish_overdue()


@shared_task(name="enablement.ask_to_renew")
def ask_to_renew() -> None:
    certificates.ask_to_renew()
    renewal_mails.note_renewals()


# Acknowledged early: what a crash leaves is found in the rows, and not sent twice by the broker.
@shared_task(name="enablement.mail_idea_followers", acks_late=False, reject_on_worker_lost=False)
def mail_idea_followers() -> None:
    idea_mails.mail_idea_followers()


@shared_task(name="enablement.mail_room_members", acks_late=False, reject_on_worker_lost=False)
def mail_room_members() -> None:
    room_mails.mail_room_members()


@shared_task(name="enablement.mail_renewals", acks_late=False, reject_on_worker_lost=False)
def mail_renewals() -> None:
    renewal_mails.mail_renewals()


@shared_task(name="enablement.look_for_late_ideas")
def look_for_late_ideas() -> None:
    idea_promises.look_for_late_ideas()
