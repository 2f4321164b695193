"""What a hit costs, beside the same server answering the same picture and keeping nothing; and a report with a hundred hits for
each person of the world, while more of them come in."""

import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.db import connection

from benchmarks.communications import scheduled
from benchmarks.figures import Figure, p95, seconds
from benchmarks.sink import free_port, running
from communications.actions import deliveries
from communications.actions.hits import read_all_hits
from communications.channels import hits
from communications.channels.hits import Hit
from communications.models import Announcement, Delivery, EngagementEvent
from communications.queries.announcement_report import report_of
from communications.tracking_tokens import Place, mail_token

SECONDS, CONNECTIONS, TOKENS = 10, 200, 10_000
HITS_A_PERSON, ASKED = 100, 100
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
_PATHS = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local number = 0
request = function()
    number = number %% #paths + 1
    return wrk.format("GET", paths[number], {["User-Agent"] = "%s"})
end
"""
# A hundred times an opened mail or a followed link, over two days; written in one statement, counted by the triggers.
_MANY = """
    INSERT INTO communications_engagementevent
        (announcement_id, contact_id, channel, action, actor, signal, link, agent, occurred_at)
    SELECT announcement_id, contact_id, 'email', CASE WHEN n %% 5 = 0 THEN 'clicked' ELSE 'opened' END, 'human', '',
           CASE WHEN n %% 5 = 0 THEN n %% 4 END, %s, now() - n * interval '30 minutes'
    FROM communications_delivery, generate_series(1, %s) AS n WHERE announcement_id = %s
"""
_TOUCHES = """
    INSERT INTO communications_touch (announcement_id, contact_id, action, actor, first_at)
    SELECT announcement_id, contact_id, action, 'human', now()
    FROM communications_delivery, (VALUES ('opened'), ('clicked')) AS done (action)
    WHERE announcement_id = %s
"""


@dataclass(frozen=True)
class Storm:
    per_second: float
    p99_ms: float
    answered: int
    lost: int
    bare_per_second: float
    seen_after_seconds: float


_storms: dict[int, Storm] = {}


def hits_per_second(programme, size: int) -> Figure:
    storm = _storm(programme, size)
    return Figure(storm.per_second, "per second", storm.bare_per_second, "the same server, keeping nothing")


def hit_p99_ms(programme, size: int) -> Figure:
    return Figure(_storm(programme, size).p99_ms, "ms", 50.0, "the promise")


def hits_lost(programme, size: int) -> Figure:
    return Figure(_storm(programme, size).lost, f"of {_storm(programme, size).answered:,}")


def hits_seen_seconds(programme, size: int) -> Figure:
    """From the last hit until the report counts all of them; they are read from the first on, as the timetable does."""
    return Figure(_storm(programme, size).seen_after_seconds, "s", 5.0, "the promise")


def report_while_ingesting(programme, size: int) -> Figure:
    """The 95th of a hundred reports, in milliseconds."""
    announcement = _frozen(programme)
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [FIREFOX, HITS_A_PERSON, announcement.pk])
        cursor.execute(_TOUCHES, [announcement.pk])
        cursor.execute("ANALYZE communications_engagementevent")
    contacts = list(Delivery.objects.filter(announcement=announcement).values_list("contact_id", flat=True)[:TOKENS])
    done = threading.Event()
    ingesting = threading.Thread(target=_ingest, args=(announcement, contacts, done))
    ingesting.start()
    taken = [seconds(lambda: report_of(announcement)) * 1000 for _ in range(ASKED)]
    done.set()
    ingesting.join()
    report = report_of(announcement)
    kept = EngagementEvent.objects.filter(announcement=announcement)
    if report.opened_hits.human + report.clicked_hits.human != kept.filter(actor="human").count():
        raise SystemExit(f"The report does not count what is there: {report}")
    return Figure(p95(taken), "ms", 50.0, f"the promise, at {size * HITS_A_PERSON:,} hits")


def _ingest(announcement: Announcement, contacts: list[int], done: threading.Event) -> None:
    while not done.is_set():
        for contact_id in contacts[:1000]:
            hits.put(Hit(announcement.pk, contact_id, "email", "opened", None, "GET", FIREFOX, "", "", time.time()))
        read_all_hits()
    connection.close()


def _storm(programme, size: int) -> Storm:
    if size not in _storms:
        _storms[size] = _hit(_frozen(programme))
    return _storms[size]


def _hit(announcement: Announcement) -> Storm:
    contacts = Delivery.objects.filter(announcement=announcement).values_list("contact_id", flat=True)[:TOKENS]
    tokens = [mail_token(announcement.pk, contact_id, announcement.approved_version, Place.PIXEL) for contact_id in contacts]
    with tempfile.TemporaryDirectory() as folder:
        script = _script(Path(folder), [f"/t/o/{token}.gif" for token in tokens])
        bare, _p99, _answered = _wrk("benchmarks.bare:application", script)
        done = threading.Event()
        reading = threading.Thread(target=_read, args=(done,))
        reading.start()
        per_second, p99, answered = _wrk("partnerhub.rsgi:application", script)
    seen = seconds(lambda: _until(lambda: _counted(announcement) >= answered))
    done.set()
    reading.join()
    return Storm(per_second, p99, answered, max(0, answered - _counted(announcement)), bare, seen)


def _counted(announcement: Announcement) -> int:
    return report_of(announcement).opened_hits.human


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds() and time.monotonic() < ends:
        time.sleep(0.05)


def _read(done: threading.Event) -> None:
    """As a worker does with each kick of the timetable."""
    while not done.wait(1):
        read_all_hits()
    connection.close()


def _wrk(application: str, script: Path) -> tuple[float, float, int]:
    """Answers a second, the 99th of a hundred in milliseconds, and how many were answered well."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--workers", "1", "--backpressure", "2000",
               "--log-level", "critical", "--port", str(port), application]  # fmt: skip
    with running(command, port):
        _answers(port)
        told = subprocess.run(
            [_program(), "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", "-s", script, f"http://127.0.0.1:{port}"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"The edge did not answer every hit:\n{told}")
    p99, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    answered = int(re.search(r"(\d+) requests in", told)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), float(p99) * {"us": 0.001, "ms": 1, "s": 1000}[unit], answered


def _answers(port: int) -> None:
    """It listens before its worker has loaded the application: what is measured is a server that has started."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as server:
        server.request("GET", "/health/live")
        if (status := server.getresponse().status) != 200:
            raise SystemExit(f"The edge says {status} of itself.")


def _program() -> str:
    if not (program := shutil.which("wrk")):
        raise SystemExit("wrk is missing. As root, `make bench` installs it; else: apt-get install wrk")
    return program


def _script(folder: Path, paths: list[str]) -> Path:
    (folder / "paths").write_text("\n".join(paths) + "\n")
    script = folder / "hits.lua"
    script.write_text(_PATHS % (folder / "paths", FIREFOX))
    return script


def _frozen(programme) -> Announcement:
    announcement = scheduled(programme, ["email"])
    deliveries.release_due()
    announcement.refresh_from_db()
    Delivery.objects.filter(announcement=announcement).update(state="delivered")
    return announcement


MEASURES: dict[str, Callable[..., Figure | None]] = {
    "hits_per_second": hits_per_second, "hit_p99_ms": hit_p99_ms, "hits_lost": hits_lost, "hits_seen_seconds": hits_seen_seconds,
    "report_10m_ms": report_while_ingesting,
}  # fmt: skip
