"""Mails on several connections at once, with the next envelope behind each content: whatever the server does, each mail has
one outcome, the journal knows what was on the wire, and nothing is handed over twice."""

import time
from collections import Counter

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from communications.channels import email
from communications.channels.contract import Mail
from communications.channels.email import Connections
from communications.models import DeliveryState
from tests.pipelining_server import HANG_UP, SAY_NOTHING, PipeliningServer

PATIENT, IMPATIENT = 30, 3  # seconds: only where the server says nothing is the end of patience waited for
MESSAGE = b"Subject: Aurora\r\n\r\n.hidden\r\n..two\r\nend\r\n"


class Notes:
    """A journal that is read back at once. `ended` is what would be known after a crash."""

    def __init__(self):
        self.begun, self.ended, self.told = Counter(), {}, {}
        self.most_at_once = 0

    def begin(self, contact_ids):
        self.write()
        self.begun.update(contact_ids)
        self.most_at_once = max(self.most_at_once, len(set(self.begun) - set(self.ended)))

    def end(self, contact_id, outcome):
        assert contact_id not in self.told
        self.told[contact_id] = outcome

    def write(self):
        self.ended = dict(self.told)


@pytest.fixture(autouse=True)
def ends_cleanly():
    yield
    email.close_kept()


def mails(count):
    return [Mail(number, "news@vendor.example", f"p{number}@x.example", MESSAGE) for number in range(count)]


def hand_over(settings, server, count, connections=1, patience=PATIENT):
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, patience
    channel, notes = Connections(connections), Notes()
    outcomes = list(channel.hand_over(mails(count), notes))
    channel.close()
    assert sorted(contact_id for contact_id, _outcome in outcomes) == list(range(count))
    assert dict(outcomes) == notes.ended
    assert not server.errors
    return {contact_id: outcome.state.value for contact_id, outcome in outcomes}, notes


def test_the_next_envelope_travels_with_the_content(settings):
    with PipeliningServer() as server:
        states, notes = hand_over(settings, server, 5)
    assert set(states.values()) == {"delivered"}
    assert server.taken == [(f"p{number}@x.example", MESSAGE) for number in range(5)]
    assert server.groups == [["MAIL", "RCPT", "DATA"], *[["CONTENT", "MAIL", "RCPT", "DATA"]] * 4, ["CONTENT"]]
    assert notes.most_at_once == 1


def test_a_server_that_does_not_offer_it_is_asked_step_by_step(settings):
    with PipeliningServer(offers_pipelining=False) as server:
        states, _notes = hand_over(settings, server, 2)
    assert set(states.values()) == {"delivered"}
    assert server.groups == [["MAIL"], ["RCPT"], ["DATA"], ["CONTENT"]] * 2


def test_one_in_doubt_for_each_connection_at_most(settings):
    with PipeliningServer() as server:
        _states, notes = hand_over(settings, server, 40, connections=3)
    assert server.connections == 3
    assert notes.most_at_once <= 3


@pytest.mark.parametrize("offers", [True, False])
def test_what_cannot_be_noted_is_not_sent(settings, offers):
    """The disk is full, or somebody else has the lease: the mail before is answered, of this one not a byte goes."""

    class Full(Notes):
        def begin(self, contact_ids):
            if 2 in contact_ids:
                raise OSError("no space left")
            super().begin(contact_ids)

    with PipeliningServer(offers) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, PATIENT
        channel, notes, began = Connections(1), Full(), time.monotonic()
        with pytest.raises(OSError, match="no space left"):
            list(channel.hand_over(mails(5), notes))
        channel.close()
        assert time.monotonic() - began < PATIENT / 2  # nobody waited for an answer to what was not sent
    assert [address for address, _message in server.taken] == ["p0@x.example", "p1@x.example"]
    assert set(notes.ended) == {0, 1}


SILENT = [("CONTENT", SAY_NOTHING, "in_doubt", True), ("RCPT", SAY_NOTHING, "deferred", True)]


@pytest.mark.parametrize("offers", [True, False])
@pytest.mark.parametrize(
    ("verb", "reply", "state", "again"),
    [
        ("RCPT", "550 5.1.1 nobody", "failed", False),
        ("RCPT", "451 4.7.1 later", "deferred", False),
        ("MAIL", "451 4.3.0 later", "deferred", False),
        ("DATA", "554 no", "failed", False),
        ("CONTENT", "554 5.7.1 spam", "failed", False),
        ("CONTENT", "452 4.3.1 full", "deferred", False),
        ("CONTENT", "421 4.3.2 going", "deferred", True),
        ("CONTENT", HANG_UP, "in_doubt", True),
        *(pytest.param(*silent, marks=pytest.mark.slow) for silent in SILENT),
    ],
)
def test_what_becomes_of_one_is_nothing_to_the_others(settings, offers, verb, reply, state, again):
    with PipeliningServer(offers) as server:
        server.answer = lambda asked, address: reply if asked == verb and address == "p2@x.example" else None
        if verb == "MAIL":  # said before the recipient is known
            seen = []
            server.answer = lambda asked, _address: reply if asked == verb and (seen.append(1) or len(seen) == 3) else None
        states, _notes = hand_over(settings, server, 5, patience=IMPATIENT if reply == SAY_NOTHING else PATIENT)
    assert states == {0: "delivered", 1: "delivered", 2: state, 3: "delivered", 4: "delivered"}
    assert (server.connections > 1) == again
    assert max(Counter(address for address, _message in server.taken).values()) == 1


def test_asked_for_content_although_the_recipient_was_refused(settings):
    """Only a lone dot goes, and the next mail is not lost for it."""
    with PipeliningServer() as server:
        server.answer = lambda verb, address: {"RCPT": "550 nobody", "DATA": "354 go on"}.get(verb) if "p1@" in address else None
        states, notes = hand_over(settings, server, 3)
    assert states == {0: "delivered", 1: "failed", 2: "delivered"}
    assert [address for address, _message in server.taken] == ["p0@x.example", "p2@x.example"]
    assert 1 not in notes.begun


def test_an_old_connection_that_the_server_ends_costs_nobody_a_delay(settings):
    with PipeliningServer() as server:
        asked = Counter()
        server.answer = lambda verb, _address: (
            "421 4.7.0 too many on one connection" if verb == "MAIL" and not (asked.update([verb]) or asked[verb] % 3) else None
        )
        states, _notes = hand_over(settings, server, 5)
    assert set(states.values()) == {"delivered"}
    assert server.connections > 1


def test_an_address_that_cannot_be_said_fails_alone(settings):
    with PipeliningServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        bad = ["a b@x.example", "x@x.example>\r\nRCPT TO:<evil@x.example", "", "jürgen@x.example"]
        good = "nora@münchen.example"
        everyone = [Mail(number, "news@vendor.example", address, MESSAGE) for number, address in enumerate([*bad, good])]
        outcomes = dict(Connections(1).hand_over(everyone, Notes()))
    assert [outcomes[number].state for number in range(5)] == [DeliveryState.FAILED] * 4 + [DeliveryState.DELIVERED]
    assert [address for address, _message in server.taken] == ["nora@xn--mnchen-3ya.example"]


def test_who_leaves_early_knows_what_was_on_the_wire(settings):
    with PipeliningServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        channel, notes = Connections(2), Notes()
        for _contact_id, _outcome in channel.hand_over(mails(20), notes):
            break
        del _outcome
        channel.close()
    assert set(notes.begun) == set(notes.ended)
    assert len(server.taken) == len(notes.ended) < 20


def test_who_leaves_early_leaves_a_mail_that_was_only_announced_as_it_was(settings):
    """No journal says of it that anything was tried."""
    with PipeliningServer() as server:
        server.answer = lambda verb, address: SAY_NOTHING if (verb, address) == ("RCPT", "p1@x.example") else None
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        channel, notes = Connections(2), Notes()
        told = channel.hand_over(mails(20), notes)
        next(told)
        told.close()
        channel.close()
    assert 1 not in notes.begun
    assert set(notes.begun) == set(notes.ended)


def test_a_caller_that_fails_hears_of_it_after_the_wire_is_empty(settings):
    def failing():
        yield from mails(3)
        raise ZeroDivisionError

    with PipeliningServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        outcomes = []
        with pytest.raises(ZeroDivisionError):
            outcomes.extend(Connections(2).hand_over(failing(), Notes()))
    assert len(outcomes) == 3


@pytest.mark.slow
@budget(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["RCPT", "DATA", "CONTENT"]), st.integers(0, 11)),
        st.sampled_from(["550 no", "451 later", "421 going", HANG_UP]),
        max_size=6,
    ),
    st.booleans(),
    st.integers(1, 3),
)
def test_whatever_the_server_does(trouble, offers, connections):
    """No mail is lost, none is handed over twice, and what was taken is never called failed or waiting."""
    with PipeliningServer(offers) as server:
        server.answer = lambda verb, address: trouble.get((verb, int(address[1:].partition("@")[0]))) if address else None
        with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=server.port, EMAIL_TIMEOUT=PATIENT):
            channel, notes = Connections(connections), Notes()
            outcomes = dict(channel.hand_over(mails(12), notes))
            channel.close()
    assert sorted(outcomes) == list(range(12))
    assert not server.errors
    handed = Counter(int(address[1:].partition("@")[0]) for address, _message in server.taken)
    assert all(count == 1 for count in handed.values())
    for number, outcome in outcomes.items():
        if outcome.state == DeliveryState.DELIVERED:
            assert handed[number] == 1
        if (reply := trouble.get(("CONTENT", number))) is None and outcome.state != DeliveryState.IN_DOUBT:
            assert (handed[number] == 1) == (outcome.state == DeliveryState.DELIVERED), reply
