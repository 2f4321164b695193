"""What a kick of a journey costs, with as many under way as there are people."""

from django.db import connection

from accounts.models import User
from benchmarks.figures import Figure, seconds
from benchmarks.planned import GOLD, planned
from communications.actions.announcements import (
    approve_announcement,
    create_announcement,
    schedule_announcement,
    submit_announcement,
)
from communications.actions.deliveries import release_due
from communications.actions.journey_engine import move_on
from communications.actions.journey_steps import add_step
from communications.actions.journeys import create_journey, publish_version
from communications.models import Announcement, Kind
from communications.queries.journey_steps import Place
from context.models import Segment

_WAITERS = """
    INSERT INTO partners_partner
        (public_id, name, legal_name, country, time_zone, language, website, description, created_at, external_id)
    SELECT gen_random_uuid(), 'Waiter ' || n, '', 'DE', 'UTC', 'en', '', '', now(), 'waits-' || n FROM generate_series(1, %s) AS n
"""
_WAITING = """
    INSERT INTO communications_journeyrun
        (journey_id, version_id, partner_id, nth, state, step_key, entered_at, since, due_at, is_watching, why)
    SELECT %s, %s, id, 1, 'under_way', %s, now(), now(), now() + interval '20 days', false, ''
    FROM partners_partner WHERE external_id LIKE %s
"""
_DUE = """
    UPDATE communications_journeyrun SET due_at = now(), step_key = %s
    WHERE id IN (SELECT run.id FROM communications_journeyrun AS run JOIN partners_partner AS partner ON partner.id = run.partner_id
                 WHERE partner.external_id LIKE 'bench-%%' AND run.step_key = %s
                     AND NOT EXISTS (SELECT FROM communications_journeypass AS pass WHERE pass.run_id = run.id) LIMIT %s)
"""
TICKS = 3


def journey_tick(programme, size: int) -> Figure:
    """As many partners under way as there are people; a hundredth of them come to an announcement, then to a branch."""
    author = planned(programme)
    hello = create_announcement(
        by=author,
        title="Welcome",
        body="Read it.",
        segment=Segment.objects.get(name="Bench 3"),
        programme=programme,
        kind=Kind.COLLATERAL,
        details={"used_for": "Starting"},
        by_journey=True,
    )
    begun = create_journey(by=author, name="Bench", purpose="enablement", segment=hello.segment, programme=programme)
    version = begun.versions.get()
    say = add_step(version, by=author, kind="announcement", name="Hello", place=Place(None), announcement=hello)
    branch = add_step(version, by=author, kind="branch", name="Gold", place=Place(say.key), rule={"all": [GOLD]})
    add_step(version, by=author, kind="notify", name="Tell", place=Place(branch.key, "else"), text="Not gold")
    wait = add_step(version, by=author, kind="wait", name="Wait", place=Place(branch.key), days=20)
    _open_for_journeys(hello)
    publish_version(version, by=author)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partners_partner DISABLE TRIGGER USER")
        cursor.execute(_WAITERS, [max(size - size // 10, 0)])
        cursor.execute("ALTER TABLE partners_partner ENABLE TRIGGER USER")
        for others in ("bench-%", "waits-%"):
            cursor.execute(_WAITING, [begun.pk, version.pk, wait.key, others])
        cursor.execute("ANALYZE communications_journeyrun")
    due, found = max(size // 100, 1), []
    for _tick in range(TICKS):
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [say.key, wait.key, due])
        found.append(seconds(move_on))
    return Figure(max(found), "s", 1.0, "what a kick may take")


def _open_for_journeys(announcement: Announcement) -> None:
    approver, _made = User.objects.get_or_create(email="approver@bench.example", defaults={"is_staff": True, "is_superuser": True})
    version = submit_announcement(announcement, by=announcement.author)
    approve_announcement(announcement, by=approver, version=version.number)
    schedule_announcement(announcement, by=announcement.author)
    release_due()
