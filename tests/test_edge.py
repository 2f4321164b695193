"""The edge answers opens and clicks as the web process does, and keeps a hit before it answers."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import DatabaseError

from benchmarks.sink import running
from communications import edge
from communications.actions.hits import read_all_hits
from communications.channels import hits, spool
from communications.models import EngagementEvent
from communications.queries import links
from communications.queries.announcement_report import report_of
from communications.tracking_tokens import Place, TrackingToken
from partnerhub import programs
from partnerhub.running import LOOPBACK, any_free_port
from tests.announcement_story import draft, send

pytestmark = pytest.mark.django_db(transaction=True)

FIREFOX = ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0")


@pytest.fixture
def sent(cast, sink, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    hits._client().delete(hits.STREAM)
    links._known.clear()
    return send(draft(cast), cast)


def token(announcement, contact, place) -> str:
    return str(TrackingToken(announcement.pk, contact.pk, "email", 1, place))


class Headers(dict):
    """Of a request, as Granian gives them: the first of a name, or all."""

    def __init__(self, pairs) -> None:
        super().__init__(reversed(pairs))
        self.pairs = pairs

    def get_all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]


def ask(
    *paths: str, method: str = "GET", headers=(FIREFOX,), client: str = "192.0.2.9:4711"
) -> list[tuple[int, dict[str, str], bytes]]:
    """All at once, of one edge."""

    async def one(application, path):
        scope = SimpleNamespace(method=method, path=path, headers=Headers(headers), client=client)
        answers: list = []
        protocol = SimpleNamespace(response_bytes=lambda *answer: answers.append(answer))
        await asyncio.wait_for(application.__rsgi__(scope, protocol), 120)
        ((status, told, body),) = answers
        return status, dict(told), body

    async def every():
        application = edge.Edge()
        return await asyncio.gather(*(one(application, path) for path in paths))

    with ThreadPoolExecutor(1) as apart:  # a browser of another test may keep a loop in this thread
        return apart.submit(asyncio.run, every()).result()


def test_a_picture_and_a_link(cast, sent):
    picture, link = ask(f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif", f"/t/c/{token(sent, cast.ben, 0)}")
    assert (picture[0], picture[1]["content-type"], picture[2][:6]) == (200, "image/gif", b"GIF89a")
    assert (link[0], link[1]["location"]) == (302, "https://vendor.example/notes")
    assert "no-store" in picture[1]["cache-control"]
    assert hits.stream_length() == 2  # before it was answered
    read_all_hits()
    report = report_of(sent)
    assert (report.opened.human, report.clicked.human) == (2, 1)
    assert set(EngagementEvent.objects.values_list("network", flat=True)) == {"192.0.2.0"}


def test_what_it_does_not_know_is_not_there(cast, sent):
    good = token(sent, cast.nora, 0)
    answers = ask("/", "/admin/", "/t/c/nonsense", f"/t/c/{good[:-1]}A", f"/t/c/{token(sent, cast.nora, 9)}",
                  f"/t/c/{token(sent, cast.nora, Place.PIXEL)}", f"/t/u/{token(sent, cast.nora, Place.WAY_OUT)}")  # fmt: skip
    assert [status for status, _headers, _body in answers] == [404] * 7
    assert ask("/t/o/nonsense.gif", f"/t/o/{good}.gif")[0][0] == 200  # a picture, and nothing kept
    assert ask(f"/t/c/{good}", method="POST")[0][:2] == (405, ask(f"/t/c/{good}", method="POST")[0][1])
    assert not hits.stream_length()


def test_a_link_cannot_be_bent_to_another_address(cast, sent):
    ((status, headers, _body),) = ask(f"/t/c/{token(sent, cast.nora, 0)}", headers=[FIREFOX, ("host", "evil.example")])
    assert (status, headers["location"]) == (302, "https://vendor.example/notes")


def test_who_follows_what_no_person_sees_comes_to_the_portal(cast, sent, settings):
    ((status, headers, _body),) = ask(f"/t/c/{token(sent, cast.nora, Place.TRAP)}")
    assert (status, headers["location"]) == (302, settings.SITE_URL)
    read_all_hits()
    assert EngagementEvent.objects.get().signal == "trap"
    assert report_of(sent).clicked.human == 0


def test_a_head_has_no_body_and_is_a_machine(cast, sent):
    ((status, headers, body),) = ask(f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0
    read_all_hits()
    assert EngagementEvent.objects.get().signal == "head"


def test_many_at_once_go_together_and_none_is_lost(cast, sent):
    path = f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif"
    assert {status for status, _headers, _body in ask(*[path] * 500)} == {200}
    assert read_all_hits() == 500
    assert report_of(sent).opened_hits.human == 500


def test_while_the_stream_is_away_hits_are_in_a_file(cast, sent, settings):
    there, settings.REDIS_URL = settings.REDIS_URL, "unix:///nowhere.sock"
    path = f"/t/c/{token(sent, cast.nora, 0)}"
    assert {status for status, _headers, _body in ask(*[path] * 20)} == {302}
    settings.REDIS_URL = there
    spool.take()
    assert len(spool.taken()) == 1
    assert read_all_hits() == 20
    assert report_of(sent).clicked.human == 1


def test_a_link_that_cannot_be_looked_up_asks_for_patience(cast, sent, monkeypatch):
    monkeypatch.setattr(edge, "links_of", lambda *_which: (_ for _ in ()).throw(DatabaseError()))
    ((status, headers, body),) = ask(f"/t/c/{token(sent, cast.nora, 0)}")
    assert (status, headers["retry-after"]) == (503, "5")
    assert b"try again" in body
    assert not hits.stream_length()


def test_it_says_that_it_lives():
    assert ask("/health/live")[0][0] == 200


def test_behind_several_proxies_the_last_counts(cast, sent, settings):
    """A proxy may add a header of its own behind one that a browser, or anybody, had sent."""
    settings.BEHIND_PROXY = True
    lines = (("x-forwarded-for", "40.92.1.1"), ("x-forwarded-for", "198.51.100.7"), FIREFOX)
    ask(f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif", headers=lines)
    read_all_hits()
    assert EngagementEvent.objects.get().network == "198.51.100.0"


def test_of_a_newer_address_only_the_network_is_kept(cast, sent):
    ask(f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif", client="[2001:db8:1:2::3]:4711")
    read_all_hits()
    assert EngagementEvent.objects.get().network == "2001:db8:1::"


def test_the_server_it_runs_in_hands_everything_on(cast, sent, settings, tmp_path, monkeypatch):
    """Granian itself: an escaped letter of the address, a HEAD, a mail program that tells its name in other letters than ASCII."""
    settings.EDGE_PORT = port = any_free_port()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in {"DATA_DIR": tmp_path, "REDIS_URL": settings.REDIS_URL, "SECRET_KEY": settings.SECRET_KEY}.items():
        monkeypatch.setenv(name, str(value))
    path = f"/t/o/{token(sent, cast.nora, Place.PIXEL)}.gif"
    escaped = path.replace(path[5], f"%{ord(path[5]):02X}")
    with running(programs.edge().command, port):
        first = _asked(port, b"GET", escaped, "Müllers Post".encode("latin-1"))
        second = _asked(port, b"HEAD", path, FIREFOX[1].encode())
    assert first.startswith(b"HTTP/1.1 200 OK")
    assert first.split(b"\r\n\r\n")[1].startswith(b"GIF89a")
    assert second.startswith(b"HTTP/1.1 200 OK")
    assert second.endswith(b"\r\n\r\n")
    assert read_all_hits() == 2
    assert set(EngagementEvent.objects.values_list("signal", "network")) == {("", "127.0.0.0"), ("head", "127.0.0.0")}


def _asked(port: int, method: bytes, path: str, agent: bytes) -> bytes:
    """What it says, byte for byte. It listens before it has loaded, so the first answer may take a while."""
    with socket.create_connection((LOOPBACK, port), 60) as wire:
        said = b"Host: h\r\nUser-Agent: %b\r\nConnection: close" % agent
        wire.sendall(b"%b %b HTTP/1.1\r\n%b\r\n\r\n" % (method, path.encode(), said))
        return b"".join(iter(lambda: wire.recv(4096), b""))
