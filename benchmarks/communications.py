"""What sending costs: freezing the audience, the whole path, the report."""

import smtplib
import subprocess
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from accounts.models import User
from benchmarks.figures import Figure, seconds
from benchmarks.sink import running_sink
from communications.actions import announcements, deliveries
from communications.actions.audiences import freeze_audience
from communications.actions.vocabulary import install_vocabulary
from communications.models import Announcement, State
from communications.queries.announcement_report import report_of
from context.actions.segments import create_segment
from context.rules import compile_rules


def _people() -> tuple[User, User]:
    install_vocabulary()
    return tuple(
        User.objects.get_or_create(email=f"{who}@bench.example", defaults={"is_staff": True})[0] for who in ("author", "approver")
    )


def _scheduled(programme, channels: list[str]) -> Announcement:
    author, approver = _people()
    segment = create_segment(by=author, name=f"All {time.time_ns()}")
    announcement = announcements.create_announcement(
        by=author, title="Bench", body="Hello {{ contact.name }}, [read](https://x.example/a). " * 20, segment=segment,
        programme=programme, channels=channels,
    )  # fmt: skip
    version = announcements.submit_announcement(announcement, by=author)
    announcements.approve_announcement(announcement, by=approver, version=version.number)
    announcements.schedule_announcement(announcement, by=author)
    return announcement


def freeze(programme, _size: int) -> Figure:
    announcement = _scheduled(programme, ["email"])
    announcements.release_announcement(announcement)
    ours = seconds(lambda: freeze_audience(announcement))
    people, parameters = (
        compile_rules({"all": []}, {"all": []}).contacts().values("id", "partner_id", "email").query.sql_with_params()
    )
    bare = (
        "INSERT INTO communications_delivery "
        "(announcement_id, contact_id, channel, partner_id, address, state, reason, chunk, attempts) "
        f"SELECT 999999, id, 'email', partner_id, email, 'queued', '', 0, 0 FROM ({people}) AS people ON CONFLICT DO NOTHING"
    )
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute(bare, parameters))
        cursor.execute("DELETE FROM communications_delivery WHERE announcement_id = 999999")
    Announcement.objects.filter(pk=announcement.pk).update(state=State.CANCELLED)
    return Figure(ours, "s", limit, "a bare INSERT … SELECT")


def send(programme, size: int) -> Figure:
    """The whole path over both channels with two workers, against plain smtplib on two kept connections."""
    with running_sink() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        announcement = _scheduled(programme, ["portal", "email"])
        ours = seconds(lambda: _work_off(port))
        report = report_of(announcement)
        wrong = {name: sums for name, sums in report.channels.items() if not sums.audience == sums.delivered == size}
        if wrong:
            raise SystemExit(f"Not everyone got it: {wrong}, {report.reasons}")
        limit = seconds(lambda: _in_two("benchmarks.bare_smtp", str(port), str(size // 2)))
    return Figure(ours, "s", limit, "plain smtplib, two connections")


def report(programme, _size: int) -> Figure:
    announcement = Announcement.objects.filter(frozen_at__isnull=False).latest("pk")
    with connection.cursor() as cursor:
        limit = seconds(
            lambda: cursor.execute("SELECT count(*) FROM communications_delivery WHERE announcement_id = %s", [announcement.pk])
        )
    return Figure(seconds(lambda: report_of(announcement)), "s", limit, "counting its deliveries once")


def _work_off(port: int) -> None:
    deliveries.release_due()
    _in_two("benchmarks.worker", str(port))
    deliveries.finish_completed()


def _in_two(module: str, *arguments: str) -> None:
    children = [subprocess.Popen([sys.executable, "-m", module, *arguments]) for _ in range(2)]
    for child in children:
        if child.wait():
            raise SystemExit(f"{module} failed")


def send_bare(port: int, n: int) -> None:
    message = (
        b"From: a@bench.example\r\nTo: b@bench.example\r\nSubject: x\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 90
    )
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(n):
            server.sendmail("a@bench.example", [f"p{number}@bench.example"], message)


MEASURES: dict[str, Callable[..., Figure]] = {"freeze_seconds": freeze, "send_seconds": send, "report_seconds": report}
