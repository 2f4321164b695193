"""A mail server that asks to wait, refuses, hangs, or goes away after the final dot. Nobody is mailed twice, nobody is lost."""

import asyncio
import time

import pytest

from communications.models import Delivery, DeliveryChunk, Suppression
from tests.faults.house import MAIL_TIMEOUT, wait_until
from tests.faults.story import NORA, company, end_pauses, is_settled, sums_of

pytestmark = pytest.mark.slow


@pytest.fixture
def three(house):
    return company(3)


def row_of_nora() -> Delivery:
    return Delivery.objects.get(address=NORA, channel="email")


def wait_for_state(state: str, attempts: int = 1) -> Delivery:
    wait_until(lambda: (row_of_nora().state, row_of_nora().attempts) == (state, attempts), what=f"Nora's mail is {state}")
    return row_of_nora()


def pause_of(row: Delivery, tried_at: float) -> float:
    return row.next_try_at.timestamp() - tried_at


@pytest.mark.fault("asked to wait")
@pytest.mark.parametrize("answer", ["451 4.7.1 Greylisted, try again", "421 4.3.2 Too busy", "450 4.2.0 Later"])
def test_who_is_asked_to_wait_waits_and_gets_it(house, three, happened, answer):
    with house.sink() as sink:
        sink.on_recipient = lambda address: answer if address == NORA else None
        announcement = three.send()
        wait_until(lambda: announcement.deliveries.exists(), what="the audience is frozen")
        pauses = []
        for attempt in (1, 2, 3):
            wait_for_state("deferred", attempt)
            wait_until(lambda: not DeliveryChunk.objects.exclude(lease=None).exists(), what="the chunk is given back")
            pauses.append(pause_of(row_of_nora(), time.time()))
            assert sums_of(announcement) == {"delivered": 2, "pending": 1}
            if attempt < 3:
                end_pauses()
        assert pauses[0] < pauses[1] < pauses[2]
        sink.on_recipient = lambda _address: None
        end_pauses()
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert sums_of(announcement) == {"delivered": 3}
        assert sorted(sink.recipients) == sorted(set(sink.recipients))
    minutes = ", ".join(f"{pause / 60:.0f}" for pause in pauses)
    happened(f"{answer[:3]}: deferred for {minutes} min, then delivered once; never failed")


@pytest.mark.fault("refused")
def test_who_is_refused_fails_alone(house, three, happened):
    with house.sink() as sink:
        sink.on_recipient = lambda address: "550 5.1.1 No such user" if address == NORA else None
        announcement = three.send()
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert sums_of(announcement) == {"delivered": 2, "failed": 1}
        assert list(Suppression.objects.values_list("address", flat=True)) == [NORA]
        again = three.send("The next one")
        wait_until(lambda: is_settled(again), what="all settled")
        assert sums_of(again) == {"delivered": 2, "suppressed": 1}
    happened(f"{sums_of(announcement)}; the next one: {sums_of(again)}")


@pytest.mark.fault("dropped after the dot")
def test_what_was_handed_over_without_an_answer_is_in_doubt(house, three, happened):
    with house.sink() as sink:
        plain = sink.handle_DATA

        async def taken_without_a_word(server, session, envelope):
            answer = await plain(server, session, envelope)
            if envelope.rcpt_tos[0] == NORA:
                server.transport.abort()
            return answer

        sink.handle_DATA = taken_without_a_word
        announcement = three.send()
        wait_until(lambda: is_settled(announcement), what="all settled")
        assert sums_of(announcement) == {"delivered": 2, "in_doubt": 1}
        end_pauses()
        later = three.send("Another, so that the workers have been round again")
        wait_until(lambda: is_settled(later), what="all settled")
        assert sums_of(announcement) == {"delivered": 2, "in_doubt": 1}
        of_the_first = [address for address, mail in sink.mails if "Aurora" in mail["Subject"]]
        assert of_the_first.count(NORA) == 1
    happened(f"{sums_of(announcement)}; mailed once and never again by itself")


@pytest.mark.fault("hangs")
@pytest.mark.parametrize(("where", "left"), [("handle_RCPT", "pending"), ("handle_DATA", "in_doubt")])
def test_a_server_that_hangs_is_left_and_the_rest_goes_on(house, three, happened, where, left):
    with house.sink() as sink:
        plain, hanging = getattr(sink, where), {NORA}

        async def hangs(*arguments):
            address = arguments[3] if where == "handle_RCPT" else arguments[2].rcpt_tos[0]
            if address in hanging:
                await asyncio.sleep(30)
            return await plain(*arguments)

        setattr(sink, where, hangs)
        announcement = three.send()
        began = time.monotonic()
        wait_until(lambda: sums_of(announcement) == {"delivered": 2, left: 1}, what="the others are mailed")
        wait_until(lambda: row_of_nora().state in ("deferred", "in_doubt"), what="Nora's mail is given up for now")
        seconds = time.monotonic() - began
        hanging.clear()  # connections that are kept keep what they call
        again = three.send("The next one")
        wait_until(lambda: is_settled(again), what="the slot is free again")
        end_pauses()
        if left == "pending":
            wait_until(lambda: is_settled(announcement), what="all settled")
        assert sums_of(announcement) == ({"delivered": 3} if left == "pending" else {"delivered": 2, left: 1})
        assert sums_of(again) == {"delivered": 3}
    step = "at RCPT" if where == "handle_RCPT" else "at DATA"
    happened(f"{step}: given up after {seconds:.0f} s (time-out {MAIL_TIMEOUT} s), the rest mailed, then {sums_of(announcement)}")
