"""Hits from the request to the report: each is counted once, whatever happens to the stream, the files and the reader."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from communications.actions import hits as actions
from communications.actions.hits import classify_hits, read_all_hits, read_hits, write_hits
from communications.channels import hits, spool
from communications.channels.hits import Hit, hit_of, network_of
from communications.models import EngagementEvent, HitCount, StreamPosition, Touch
from communications.queries.announcement_breakdown import clicks_by_link
from communications.queries.announcement_report import report_of
from communications.queries.counters import drift_of
from communications.queries.portfolio import EVERYONE, Portfolio
from communications.tracking_tokens import Place, TrackingToken
from tests import announcement_story
from tests.announcement_story import draft, send

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def sent(cast, sink, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    hits._client().delete(hits.STREAM)
    hits._Rest.until = 0.0
    return send(draft(cast), cast)


def hit(announcement, contact, place=0, *, after: float | None = None, agent=FIREFOX, **request) -> Hit:
    token = TrackingToken(announcement.pk, contact.pk if contact else 0, "email", 1, place)
    made = hit_of(token, **{"method": "GET", "agent": agent, "purpose": "", "address": "192.0.2.77"} | request)
    return made if after is None else made._replace(at=NOON.timestamp() + after)


def counted(announcement) -> tuple:
    report = report_of(announcement)
    return report.opened.human, report.opened.machine, report.clicked.human, report.clicked.machine


def test_every_hit_is_counted_and_every_person_once(cast, sent):
    for number in range(3):
        hits.put(hit(sent, cast.nora, Place.PIXEL, after=number * 60))
    hits.put(hit(sent, cast.ben, 0, after=400))
    hits.put(hit(sent, cast.ben, 0, after=500, agent="Mimecast-Link-Check/2.1"))
    assert read_all_hits() == 5

    report = report_of(sent)
    assert (report.opened.human, report.clicked.human, report.clicked.machine) == (2, 1, 0)
    assert (report.opened_hits.human, report.clicked_hits.human, report.clicked_hits.scanner) == (3, 1, 1)
    assert drift_of(sent.pk).differences == 0
    assert Touch.objects.get(contact=cast.nora).first_at == NOON


def test_an_earlier_hit_that_comes_later_is_the_first(cast, sent):
    write_hits([hit(sent, cast.nora, Place.PIXEL, after=100)])
    write_hits([hit(sent, cast.nora, Place.PIXEL, after=20)])
    assert Touch.objects.get().first_at == NOON + timedelta(seconds=20)
    assert counted(sent) == (1, 0, 0, 0)
    assert drift_of(sent.pk).differences == 0


def test_a_later_hit_changes_what_the_earlier_were_taken_for(cast, sent):
    write_hits([hit(sent, cast.nora, Place.PIXEL, after=0), hit(sent, cast.nora, 0, after=1)])
    assert counted(sent) == (1, 0, 1, 0)
    write_hits([hit(sent, cast.nora, Place.TRAP, after=2)])
    assert counted(sent) == (0, 1, 0, 1)
    assert set(EngagementEvent.objects.values_list("signal", flat=True)) == {"trap"}
    assert drift_of(sent.pk).differences == 0


def test_a_picture_that_names_nobody_is_counted_and_nobody_is_said_to_have_opened(cast, sent):
    write_hits([hit(sent, None, Place.PIXEL, after=0), hit(sent, None, Place.PIXEL, after=0.1)])
    report = report_of(sent)
    assert (report.opened_hits.human, report.opened.human) == (2, 0)
    assert list(EngagementEvent.objects.values_list("contact", flat=True)) == [None, None]
    assert drift_of(sent.pk).differences == 0


def test_what_a_browser_says_of_itself_is_kept_as_it_is(cast, sent):
    strange = "a\tb\nc\\d\r\x00 \\N ä€ \\."
    write_hits([hit(sent, cast.nora, agent=strange, purpose="x\ty")])
    row = EngagementEvent.objects.get()
    assert (row.agent, row.purpose) == (strange.replace("\x00", ""), "x\ty")


def test_of_an_address_only_the_network_is_kept():
    assert network_of("192.0.2.77") == "192.0.2.0"
    assert network_of("2001:db8:1:2::3") == "2001:db8:1::"
    assert network_of("::ffff:192.0.2.77") == "192.0.2.0"
    assert network_of("a proxy's whim") == network_of("") == ""


@pytest.mark.parametrize(("behind", "kept"), [(True, "198.51.100.0"), (False, "127.0.0.0")])
def test_whose_address_counts_behind_a_proxy(client, cast, sent, settings, behind, kept):
    """What the proxy wrote is last; anybody can write the rest, and without a proxy all of it."""
    settings.BEHIND_PROXY = behind
    path = f"/t/c/{TrackingToken(sent.pk, cast.nora.pk, 'email', 1, 0)}"
    client.get(path, headers={"user-agent": FIREFOX, "x-forwarded-for": "40.92.1.1, 198.51.100.7"})
    read_all_hits()
    assert EngagementEvent.objects.get().network == kept


def test_while_the_stream_is_away_hits_are_in_a_file(client, cast, sent, monkeypatch):
    away = hits.redis.Redis.from_url("unix:///nowhere.sock")
    asked = []
    monkeypatch.setattr(
        away, "xadd", lambda *row, **options: asked.append(1) or (_ for _ in ()).throw(hits.redis.ConnectionError())
    )
    with monkeypatch.context() as patch:
        patch.setattr(hits, "_client", lambda: away)
        for number in range(4):
            hits.put(hit(sent, cast.nora, after=number * 60))
    assert len(asked) == 1  # then it is let rest
    assert read_all_hits() == 4
    assert counted(sent) == (1, 0, 1, 0)
    assert not spool.taken()


def test_a_file_that_is_read_twice_is_counted_once(cast, sent, monkeypatch):
    """The reader dies between the commit and the removal of the file."""
    spool.write([hit(sent, cast.nora, after=number * 60).line() for number in range(7)])
    monkeypatch.setattr(hits, "BATCH", 3)
    with monkeypatch.context() as patch:
        patch.setattr(spool, "remove", lambda name: None)
        assert read_all_hits() == 7
        assert read_all_hits() == 0
    assert EngagementEvent.objects.count() == 7
    read_hits()
    assert not spool.taken()
    read_hits()
    assert not StreamPosition.objects.filter(stream__endswith=".taken").exists()


def test_a_reader_that_fails_in_the_middle_of_a_file_goes_on_where_it_was(cast, sent, monkeypatch):
    spool.write([hit(sent, cast.nora, after=number * 60).line() for number in range(6)])
    monkeypatch.setattr(hits, "BATCH", 4)
    assert read_hits() == 4
    with monkeypatch.context() as patch:
        patch.setattr(actions, "_touch", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read_hits()
    assert EngagementEvent.objects.count() == 4
    assert read_all_hits() == 2
    assert EngagementEvent.objects.count() == 6


def test_a_line_that_is_not_whole_is_left_out(cast, sent):
    spool.write([hit(sent, cast.nora).line(), '[1, 2, "ema', "null", "{}"])
    assert read_all_hits() == 4
    assert EngagementEvent.objects.count() == 1


def _write_some(folder, lines: list[str]) -> None:
    with override_settings(DATA_DIR=folder):
        for line in lines:
            spool.write([line])


def test_nothing_is_lost_between_writers_and_the_reader(tmp_path, settings):
    """Four processes write while the file is taken again and again."""
    settings.DATA_DIR = tmp_path
    lines = [[json.dumps([writer, number]) for number in range(40)] for writer in range(4)]
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_some, args=(tmp_path, each)) for each in lines]
    for writer in writers:
        writer.start()
    found: list[bytes] = []
    while any(writer.is_alive() for writer in writers) or (tmp_path / "spool" / "hits.jsonl").exists():
        spool.take()
        for name in spool.taken():
            read, _end = spool.read_from(name, 0, 1000)
            found += read
            spool.remove(name)
    assert sorted(line.decode().strip() for line in found) == sorted(line for each in lines for line in each)


def test_a_stream_that_was_emptied_is_read_from_its_beginning(cast, sent):
    """Also where the clock was set back, so that its entries come before those that were read."""
    hits.put(hit(sent, cast.nora))
    assert read_hits() == 1
    client = hits._client()
    client.delete(hits.STREAM, hits._BORN)  # as FLUSHALL does
    client.xadd(hits.STREAM, {"hit": hit(sent, cast.ben).line()}, id="5-0")
    assert read_hits() == 1
    assert read_hits() == 0
    assert EngagementEvent.objects.count() == 2


def test_hits_are_judged_again_by_the_rules_of_today(cast, sent, monkeypatch, capsys):
    write_hits([hit(sent, cast.nora, after=0), hit(sent, cast.ben, after=0), hit(sent, None, Place.PIXEL)])
    EngagementEvent.objects.filter(contact=cast.nora).update(agent="NewScanner/1 crawler")
    assert counted(sent) == (2, 0, 2, 0)
    call_command("classify_hits", check=True)
    assert counted(sent) == (2, 0, 2, 0)
    call_command("classify_hits", announcement=str(sent.public_id))
    assert counted(sent) == (1, 1, 1, 1)
    assert "1 × person → scanner\n1 hits are taken for something else." in capsys.readouterr().out
    assert drift_of(sent.pk).differences == 0
    with pytest.raises(CommandError, match="No announcement that was sent"):
        call_command("classify_hits", announcement=str(cast.nora.public_id))


def test_a_forgotten_person_stays_what_they_were_taken_for(cast, sent):
    write_hits([hit(sent, cast.nora, after=0), hit(sent, cast.ben, after=0, agent="x crawler")])
    EngagementEvent.objects.update(agent="[erased]", network="")
    assert not classify_hits(sent)
    assert counted(sent) == (1, 1, 1, 1)


def links_told(announcement, portfolio=EVERYONE) -> list[tuple[int, int]]:
    return [(link.people, link.machines) for link in clicks_by_link(announcement, portfolio)]


def test_a_person_counts_once_for_each_link(cast, sent):
    """Whoever followed a link also as a person is no machine there, and no hit is read to tell so."""
    scanner = "Mimecast-Link-Check/2.1"
    write_hits([hit(sent, cast.nora, 0, after=0), hit(sent, cast.nora, 0, after=300)])
    write_hits([hit(sent, cast.ben, 0, after=0, agent=scanner)])
    assert links_told(sent) == [(1, 1)]
    write_hits([hit(sent, cast.ben, 0, after=600), hit(sent, cast.nora, 0, after=900, agent=scanner)])
    with CaptureQueriesContext(connection) as asked:
        assert links_told(sent) == [(2, 0)]
    assert not any("engagementevent" in query["sql"] for query in asked)
    assert links_told(sent, Portfolio((cast.alpenglow.pk, cast.baltic.pk))) == [(2, 0)]

    EngagementEvent.objects.filter(contact=cast.ben, agent=FIREFOX).update(agent=scanner)
    classify_hits(sent)
    assert links_told(sent) == links_told(sent, Portfolio((cast.alpenglow.pk, cast.baltic.pk))) == [(1, 1)]
    EngagementEvent.objects.filter(contact=cast.ben).update(contact=cast.nora)  # two contacts that were one person
    assert links_told(sent) == [(1, 0)]
    EngagementEvent.objects.filter(contact=cast.nora).delete()
    assert links_told(sent) == [(0, 0)]
    assert drift_of(sent.pk).differences == 0


WHOLE = '[1,2,"email","opened",null,"GET","A","","",1.0]'
TORN = [f"{WHOLE},{WHOLE}", "[1,2", "[1,2],[3,4]", "7", "{}", "[]", "[null]", "\ufffd\u2028", '["]', "[1,2]]"]


@pytest.mark.parametrize("torn", TORN)
def test_an_entry_that_is_not_whole_hides_no_other(cast, sent, torn):
    client = hits._client()
    for line in (hit(sent, cast.nora).line(), torn, hit(sent, cast.ben).line()):
        client.xadd(hits.STREAM, {"hit": line})
    assert read_all_hits() == 3
    kept = EngagementEvent.objects.filter(announcement=sent).values_list("contact", flat=True)
    assert sorted(kept) == sorted([cast.nora.pk, cast.ben.pk])


moments = st.integers(0, 240).map(lambda half: half / 2)
made = st.tuples(st.integers(0, 1), st.sampled_from([0, 1, 2, 3, Place.PIXEL, Place.TRAP]), moments)


@pytest.mark.slow
def test_in_whatever_pieces_hits_come_they_are_judged_the_same(cast, sent):
    people = (cast.nora, cast.ben)

    @budget(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(made, max_size=5), max_size=5))
    def holds(batches):
        EngagementEvent.objects.all().delete()
        Touch.objects.all().delete()
        for batch in batches:
            write_hits([hit(sent, people[who], place, after=after) for who, place, after in batch])
        assert drift_of(sent.pk).differences == 0
        assert not classify_hits(sent)
        assert sum(HitCount.objects.values_list("hits", flat=True)) == sum(map(len, batches))
        touched = {(one.contact_id, one.action, one.actor): one.first_at for one in Touch.objects.all()}
        rows = EngagementEvent.objects.exclude(action="trapped")
        for row in rows:
            assert touched[row.contact_id, row.action, row.actor] <= row.occurred_at
        assert {(pk, actor) for pk, _action, actor in touched} == set(rows.values_list("contact_id", "actor"))

    holds()


def test_the_report_shows_every_hit_beside_people(client, cast, sent):
    announcement_story.touch(sent, cast.ben, "opened", "human")
    client.force_login(cast.maria)
    page = client.get(f"/admin/communications/announcement/{sent.public_id}/report/").content.decode()
    assert "Every open and click" in page
