"""What an announcement costs beside its mails: freezing the audience, the report."""

import time
from collections.abc import Callable

from django.db import connection

from accounts.models import User
from benchmarks.figures import Figure, seconds
from communications.actions import announcements
from communications.actions.audiences import freeze_audience
from communications.actions.vocabulary import install_vocabulary
from communications.models import Announcement, State
from communications.queries.announcement_report import report_of
from context.actions.segments import create_segment
from context.rules import compile_rules


def people_of_bench() -> tuple[User, User]:
    install_vocabulary()
    return tuple(
        User.objects.get_or_create(email=f"{who}@bench.example", defaults={"is_staff": True})[0] for who in ("author", "approver")
    )


def scheduled(programme, channels: list[str], *, body: str = "Hello {{ contact.name }}, [read](https://x.example/a). " * 20,
              contact_rule: dict | None = None, **fields) -> Announcement:  # fmt: skip
    author, approver = people_of_bench()
    segment = create_segment(by=author, name=f"All {time.time_ns()}", contact_rule=contact_rule)
    announcement = announcements.create_announcement(
        by=author, title="Bench", body=body, segment=segment, programme=programme, channels=channels,
        **{"details": {"product": "Bench", "effective_on": "2030-05-01"}, **fields},
    )  # fmt: skip
    version = announcements.submit_announcement(announcement, by=author)
    announcements.approve_announcement(announcement, by=approver, version=version.number)
    announcements.schedule_announcement(announcement, by=author)
    return announcement


def freeze(programme, _size: int) -> Figure:
    announcement = scheduled(programme, ["email"])
    announcements.release_announcement(announcement)
    ours = seconds(lambda: freeze_audience(announcement))
    people, parameters = (
        compile_rules({"all": []}, {"all": []}).contacts().values("id", "partner_id", "email").query.sql_with_params()
    )
    bare = (
        "INSERT INTO communications_delivery "
        "(announcement_id, contact_id, channel, partner_id, address, state, reason, chunk, attempts) "
        f"SELECT 999999, id, 'email', partner_id, email, 'queued', '', 0, 0 FROM ({people}) AS people"
    )
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute(bare, parameters))
        cursor.execute("DELETE FROM communications_delivery WHERE announcement_id = 999999")
    Announcement.objects.filter(pk=announcement.pk).update(state=State.CANCELLED)
    return Figure(ours, "s", limit, "a bare INSERT … SELECT")


def report(programme, _size: int) -> Figure:
    announcement = Announcement.objects.filter(frozen_at__isnull=False).latest("pk")
    with connection.cursor() as cursor:
        limit = seconds(
            lambda: cursor.execute("SELECT count(*) FROM communications_delivery WHERE announcement_id = %s", [announcement.pk])
        )
    return Figure(seconds(lambda: report_of(announcement)), "s", limit, "counting its deliveries once")


MEASURES: dict[str, Callable[..., Figure]] = {"freeze_seconds": freeze, "report_seconds": report}
