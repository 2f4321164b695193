"""A mail server that asks to wait, refuses, hangs, or goes away after the final dot. Nobody is mailed twice, nobody is lost."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from communications.actions.announcements import schedule_announcement
from communications.channels.email import close_kept
from communications.models import Delivery, DeliveryChunk, Suppression
from communications.queries.announcement_report import report_of
from tests.announcement_story import approve, draft, send, work_off

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NORA = "nora@alpenglow.example"


def sums_of(announcement) -> dict[str, int]:
    sums = report_of(announcement).channels["email"]
    found = {name: getattr(sums, name) for name in ("delivered", "failed", "suppressed", "in_doubt", "cancelled", "pending")}
    assert sum(found.values()) == sums.audience == 3
    return {name: count for name, count in found.items() if count}


def next_try() -> datetime:
    return Delivery.objects.get(address=NORA, channel="email").next_try_at


def try_again_now() -> None:
    """The pauses are over."""
    Delivery.objects.filter(state="deferred").update(next_try_at=timezone.now())
    DeliveryChunk.objects.filter(done_at=None).update(due_at=timezone.now())
    work_off()


@pytest.mark.fault("SMTP 421/451/greylisting")
@pytest.mark.parametrize("answer", ["451 4.7.1 Greylisted, try again", "421 4.3.2 Too busy", "450 4.2.0 Later"])
def test_who_is_asked_to_wait_waits_and_gets_it(cast, sink, answer):
    sink.on_recipient = lambda address: answer if address == NORA else None
    announcement = send(draft(cast), cast)
    assert sums_of(announcement) == {"delivered": 2, "pending": 1}
    assert next_try() < timezone.now() + timedelta(minutes=2)
    try_again_now()
    assert next_try() > timezone.now() + timedelta(minutes=4)
    sink.on_recipient = lambda _address: None
    try_again_now()
    assert sums_of(announcement) == {"delivered": 3}
    assert sorted(sink.recipients) == sorted(set(sink.recipients))


@pytest.mark.fault("SMTP 550")
def test_who_is_refused_fails_alone(cast, sink):
    sink.on_recipient = lambda address: "550 5.1.1 No such user" if address == NORA else None
    announcement = send(draft(cast), cast)
    assert sums_of(announcement) == {"delivered": 2, "failed": 1}
    assert list(Suppression.objects.values_list("address", flat=True)) == [NORA]
    again = send(draft(cast, "The next one"), cast)
    assert sums_of(again) == {"delivered": 2, "suppressed": 1}


@pytest.mark.fault("connection dropped after the final dot")
def test_what_was_handed_over_without_an_answer_is_in_doubt(cast, sink):
    plain = sink.handle_DATA

    async def taken_without_a_word(server, session, envelope):
        answer = await plain(server, session, envelope)
        if envelope.rcpt_tos[0] == NORA:
            server.transport.abort()
        return answer

    sink.handle_DATA = taken_without_a_word
    announcement = send(draft(cast), cast)
    assert sums_of(announcement) == {"delivered": 2, "in_doubt": 1}
    try_again_now()
    assert sums_of(announcement) == {"delivered": 2, "in_doubt": 1}
    assert sink.recipients.count(NORA) == 1


@pytest.mark.fault("SMTP hangs")
@pytest.mark.parametrize(("where", "left"), [("handle_RCPT", "pending"), ("handle_DATA", "in_doubt")])
def test_a_server_that_hangs_is_left_and_the_rest_goes_on(cast, sink, settings, where, left):
    settings.EMAIL_TIMEOUT = 0.5
    plain = getattr(sink, where)

    async def hangs(*arguments):
        envelope = arguments[2]
        address = arguments[3] if where == "handle_RCPT" else envelope.rcpt_tos[0]
        if address == NORA:
            await asyncio.sleep(30)
        return await plain(*arguments)

    setattr(sink, where, hangs)
    announcement = send(draft(cast), cast)
    assert sums_of(announcement) == {"delivered": 2, left: 1}
    setattr(sink, where, plain)
    close_kept()  # a connection of this sink keeps behaving as when it was opened
    try_again_now()
    assert sums_of(announcement) == ({"delivered": 3} if left == "pending" else {"delivered": 2, left: 1})
    assert sink.recipients.count(NORA) == (1 if left == "pending" else 0)


@pytest.mark.fault("crash between commit and publish")
def test_what_was_committed_and_never_published_is_found(cast, sink):
    """Scheduled, and the process died before it told anybody: the next kick finds it in the database."""
    announcement = approve(draft(cast), cast)
    schedule_announcement(announcement, by=cast.maria)
    assert not sink.mails
    work_off()
    assert sums_of(announcement) == {"delivered": 3}


@pytest.mark.fault("two beats")
def test_two_that_kick_at_once_send_once(cast, sink):
    """Two timetables and the workers of both, at the same moment."""
    announcement = approve(draft(cast), cast)
    schedule_announcement(announcement, by=cast.maria)
    both = threading.Barrier(2)

    def kick() -> None:
        both.wait()
        try:
            work_off()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(kick) for _beat in range(2)]:
            one.result()
    work_off()
    assert sums_of(announcement) == {"delivered": 3}
    assert sorted(sink.recipients) == sorted(set(sink.recipients))
