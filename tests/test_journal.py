"""The journal of a lease: what it says after a crash, and when it must not be believed."""

import errno
import os
import uuid

import pytest

from communications.channels import journal
from communications.channels.journal import Journal
from communications.channels.outcomes import DELIVERED, Outcome
from communications.models import DeliveryState


@pytest.fixture
def lease() -> uuid.UUID:
    return uuid.uuid4()


def test_what_was_begun_and_has_no_end_is_open(lease):
    notes = Journal(lease)
    notes.begin([1])
    notes.end(1, Outcome(DeliveryState.FAILED, "550 5.1.1 no such user"))
    notes.begin([2])
    record = journal.read(lease)
    assert (record.is_open(1), record.is_open(2), record.is_open(3)) == (False, True, False)
    assert record.outcome_of(1) == Outcome(DeliveryState.FAILED, "550 5.1.1 no such user")


def test_it_is_gone_once_its_lease_ended_well(lease):
    with Journal(lease) as notes:
        notes.begin([1])
        notes.end(1, DELIVERED)
    assert journal.read(lease) is None


def test_a_lease_that_ends_badly_leaves_it(lease):
    notes = Journal(lease)
    notes.begin([1, 2])
    notes.end(2, DELIVERED)
    assert journal.read(lease).is_open(2)  # a process that died here would leave both in doubt
    notes.__exit__(ZeroDivisionError, None, None)
    assert journal.read(lease).is_open(1)
    assert journal.read(lease).outcome_of(2) == DELIVERED
    journal.forget(lease)
    assert journal.read(lease) is None


def test_once_it_is_put_away_nothing_is_begun_any_more(lease):
    notes = Journal(lease)
    notes.begin([1])
    journal.forget(lease)
    with pytest.raises(journal.TakenBackError):
        notes.begin([2])
    notes.end(1, DELIVERED)  # what was on the wire may still be answered
    notes.write()


def test_after_the_machine_started_anew_it_is_not_believed(lease, monkeypatch):
    """What it wrote last may never have reached the disk: a mail that was begun would count as one whose turn had not come."""
    notes = Journal(lease)
    notes.begin([1])
    notes.end(1, DELIVERED)
    monkeypatch.setattr(journal, "_machine", lambda: "started-again")
    assert journal.read(lease) is None


TORN = [b"\nbeg", b"\nbegin 12", b"\nend 2 deliv", b"\nend 2", b"\x00\x00\x00", b"\nend 2 delivered\xff\n"]


@pytest.mark.parametrize("torn", TORN)
def test_a_line_that_is_not_whole_stops_nothing_and_hides_nothing(lease, torn):
    notes = Journal(lease)
    notes.begin([1])
    notes.end(1, DELIVERED)
    notes.begin([2])
    os.write(notes.file, torn)
    notes.begin([3])
    record = journal.read(lease)
    assert record.outcome_of(1) == DELIVERED
    assert record.is_open(2)
    assert record.is_open(3)


def test_words_of_a_server_stay_on_one_line(lease):
    notes = Journal(lease)
    notes.begin([1])
    notes.end(1, Outcome(DeliveryState.FAILED, "no\u2028such\x85one\nbegin 7\r"))
    notes.write()
    record = journal.read(lease)
    assert record.begun == {1}
    assert record.outcome_of(1).state == DeliveryState.FAILED


def test_where_the_disk_takes_only_a_part_of_them_nothing_is_begun(lease, monkeypatch):
    notes, write = Journal(lease), os.write
    notes.begin([1])
    monkeypatch.setattr(os, "write", lambda file, lines: write(file, lines[:13]))
    with pytest.raises(OSError, match="No space left") as refused:
        notes.begin([1234, 1235])
    assert refused.value.errno == errno.ENOSPC
    monkeypatch.undo()
    notes.begin([2])
    assert journal.read(lease).begun == {1, 2}
