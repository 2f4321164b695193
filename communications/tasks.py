"""Background work: each task calls one action. Beat kicks them; running one twice changes nothing."""

from celery import shared_task

from communications.actions import (
    alarms,
    alerts,
    audiences,
    bounce_mailbox,
    cadences,
    conversation_mails,
    counters,
    crisis_calls,
    crisis_ladder,
    deliveries,
    digests,
    discussion_mails,
    hits,
    journey_engine,
    journey_entries,
    link_checks,
    newsletters,
    opinion_mails,
    opinions,
    reading_reminders,
    reminders,
    variants,
)


@shared_task(name="communications.release_due")
def release_due() -> None:
    if deliveries.release_due():
        hand_out_chunks()


@shared_task(name="communications.hand_out_chunks")
def hand_out_chunks() -> None:
    for chunk_id in deliveries.hand_out_chunks():
        deliver_chunk.delay(chunk_id)


# Acknowledged early: a delivery is recovered by its lease, not by the broker, which would send it twice.
@shared_task(name="communications.deliver_chunk", acks_late=False, reject_on_worker_lost=False)
def deliver_chunk(chunk_id: int) -> None:
    deliveries.deliver_chunk(chunk_id)


@shared_task(name="communications.settle_abandoned")
def settle_abandoned() -> None:
    deliveries.settle_abandoned()


@shared_task(name="communications.top_up_open")
def top_up_open() -> None:
    if audiences.top_up_open():
        hand_out_chunks()


@shared_task(name="communications.decide_due_tests")
def decide_due_tests() -> None:
    if variants.decide_due_tests():
        hand_out_chunks()


@shared_task(name="communications.check_due_links")
def check_due_links() -> None:
    link_checks.check_due_links()


@shared_task(name="communications.read_hits")
def read_hits() -> None:
    hits.read_all_hits()


@shared_task(name="communications.send_reminders")
def send_reminders() -> None:
    reminders.send_reminders()


@shared_task(name="communications.check_counters")
def check_counters() -> None:
    counters.check_moving_counters()


@shared_task(name="communications.fetch_bounces")
def fetch_bounces() -> None:
    bounce_mailbox.fetch_bounces()


@shared_task(name="communications.look_for_alarms")
def look_for_alarms() -> None:
    alarms.look_for_alarms()


@shared_task(name="communications.send_digests", acks_late=False, reject_on_worker_lost=False)
def send_digests() -> None:
    digests.send_due_digests()


@shared_task(name="communications.mail_conversations", acks_late=False, reject_on_worker_lost=False)
def mail_conversations() -> None:
    conversation_mails.mail_waiting_messages()


@shared_task(name="communications.keep_cadences")
def keep_cadences() -> None:
    newsletters.keep_newsletters()
    cadences.look_at_cadences()


@shared_task(name="communications.look_for_alerts")
def look_for_alerts() -> None:
    alerts.look_for_alerts()


@shared_task(name="communications.let_into_journeys")
def let_into_journeys() -> None:
    journey_entries.let_in()


@shared_task(name="communications.let_out_of_journeys")
def let_out_of_journeys() -> None:
    journey_entries.let_out()


@shared_task(name="communications.move_journeys_on")
def move_journeys_on() -> None:
    journey_engine.move_on()


@shared_task(name="communications.climb_ladders")
def climb_ladders() -> None:
    if crisis_ladder.climb_ladders():
        send_crisis_calls.delay()


# Acknowledged early: a call that a killed worker left is found again in its row.
@shared_task(name="communications.send_crisis_calls", acks_late=False, reject_on_worker_lost=False)
def send_crisis_calls() -> None:
    crisis_calls.send_calls()


@shared_task(name="communications.mail_followers", acks_late=False, reject_on_worker_lost=False)
def mail_followers() -> None:
    discussion_mails.mail_followers()


@shared_task(name="communications.send_reading_reminders", acks_late=False, reject_on_worker_lost=False)
def send_reading_reminders() -> None:
    reading_reminders.send_reading_reminders()


@shared_task(name="communications.mail_opinion_surveys", acks_late=False, reject_on_worker_lost=False)
def mail_opinion_surveys() -> None:
    opinion_mails.mail_opinion_surveys()


@shared_task(name="communications.close_due_opinion_surveys")
def close_due_opinion_surveys() -> None:
    opinions.close_due_opinion_surveys()
