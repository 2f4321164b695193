"""What calendars read of us, and what we read of theirs."""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communications.rendering.icalendar import Event, Person, calendar, folded
from communications.rendering.icalendar_reading import UnreadableError, components, method_of

NINE_IN_BERLIN = datetime(2030, 5, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
SPOKEN = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=300)


def event(**values):
    return Event(**{"uid": "1@hub", "summary": "Roadmap", "starts_at": NINE_IN_BERLIN} | values)


def only(data: bytes):
    (found,) = components(data)
    return found


def test_times_are_written_in_utc_and_days_as_days():
    timed = only(calendar([event(ends_at=datetime(2030, 5, 1, 8, tzinfo=UTC))], name="Mine"))
    assert (timed.first("DTSTART").value, timed.first("DTEND").value) == ("20300501T070000Z", "20300501T080000Z")
    day = only(calendar([event(starts_at=date(2030, 5, 1), all_day=True)], name="Mine"))
    assert (day.first("DTSTART").value, day.first("DTSTART").parameters) == ("20300501", {"VALUE": "DATE"})
    assert day.first("DTEND") is None


def test_a_time_without_a_zone_is_not_guessed():
    with pytest.raises(ValueError, match="no time zone"):
        calendar([event(starts_at=datetime(2030, 5, 1, 9))], name="Mine")  # noqa: DTZ001


@given(SPOKEN, SPOKEN)
def test_whatever_was_typed_comes_back_and_no_line_is_too_long(summary, description):
    written = calendar([event(summary=summary, description=description)], name=summary)
    assert written.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    written.decode()  # and each line is whole characters
    for line in written.split(b"\r\n"):
        line.decode()
    read = only(written)
    assert read.first("SUMMARY").text == summary
    assert (read.first("DESCRIPTION").text if description else "") == description


def test_nobody_smuggles_in_a_line_of_their_own():
    mean = "x\r\nATTENDEE:mailto:mallory@example.com"
    person = Person(address="ann@example.com\r\nSTATUS:CANCELLED", name='Ann "\r\nX-EVIL:1')
    written = calendar(
        [event(summary=mean, location=mean, url=f"https://hub.test/{mean}", organizer=person, attendees=(person,))],
        name=mean, method="REQUEST",
    )  # fmt: skip
    read = only(written)
    assert [each.name for each in read.properties].count("ATTENDEE") == 1
    assert {each.name for each in read.properties}.isdisjoint({"X-EVIL"})
    assert [each.value for each in read.all("STATUS")] == ["CONFIRMED"]
    assert method_of(written) == "REQUEST"


def test_an_invitation_names_who_is_asked_and_what_they_have_said():
    written = calendar(
        [event(organizer=Person("host@hub.test", "Hub; host"), attendees=(Person("Ann@Example.com", "Ann", "ACCEPTED"),))],
        name="Mine", method="REQUEST",
    )  # fmt: skip
    read = only(written)
    assert read.first("ORGANIZER").parameters == {"CN": "Hub; host"}
    assert read.first("ATTENDEE").parameters["PARTSTAT"] == "ACCEPTED"
    assert read.first("ATTENDEE").address == "ann@example.com"


def test_folding_cuts_no_character_in_two():
    assert folded("é" * 40) == "é" * 37 + "\r\n " + "é" * 3


def test_lines_of_other_programs_are_read_too():
    theirs = (
        b"\xef\xbb\xbfBEGIN:VCALENDAR\nMETHOD:reply\nBEGIN:VEVENT\nUID:7\n"
        b'DTSTART;TZID="Europe/Berlin":20300501T090000\nSUMMARY:Tag der\n  Arbeit\\, frei\n'
        b"BEGIN:VALARM\nSUMMARY:not this\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    read = only(theirs)
    assert read.first("DTSTART").moment() == NINE_IN_BERLIN
    assert [each.text for each in read.all("SUMMARY")] == ["Tag der Arbeit, frei"]
    assert method_of(theirs) == "REPLY"


@pytest.mark.parametrize(
    ("theirs", "line"),
    [
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:7\nEND:VCALENDAR", 4),
        (b"BEGIN:VCALENDAR\n<html>\nEND:VCALENDAR", 2),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:7\n", 2),
    ],
)
def test_what_cannot_be_read_says_in_which_line(theirs, line):
    with pytest.raises(UnreadableError) as refusal:
        list(components(theirs))
    assert refusal.value.line == line


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(theirs):
    with suppress(UnreadableError):
        list(components(theirs))
