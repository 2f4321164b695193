"""PostgreSQL restarted, a table locked while a migration wants it, a chunk that always fails, a crash before a message was sent."""

import threading
import time

import pytest
from django.conf import settings
from django.db import connection, connections

from communications.actions import deliveries
from communications.models import AnnouncementVersion, DeliveryChunk
from tests.faults.house import wait_until
from tests.faults.story import company, compare, end_forgotten, end_pauses, is_settled, sums_of
from tests.faults.test_redis import cookie_of

pytestmark = pytest.mark.slow
SLOWLY = 0.004


@pytest.mark.fault("PostgreSQL restarted")
def test_postgresql_is_restarted_in_mid_send(house, size, happened):
    told = company(people := 1_600)
    cookie = cookie_of(told.maria)
    with house.counting_sink(pause=SLOWLY) as sink:
        announcement = told.send()
        wait_until(lambda: sink.count >= 100, what="a hundred mailed")
        connections.close_all()
        house.postgres.stop()
        answers = [house.get("/admin/", cookie=cookie), house.get("/api/v1/partners/", cookie=cookie), house.get("/health/ready")]
        assert [answer.status for answer in answers] == [503, 503, 503]
        assert "does not answer just now" in answers[0].text
        assert answers[0].headers["Retry-After"]
        house.postgres.start()
        back = wait_until(lambda: house.get("/admin/", cookie=cookie).status == 200, what="pages answer again")
        before = sink.count
        assert sums_of(announcement)
        wait_until(lambda: sink.count > before or is_settled(announcement), what="mails go on")
        # Chunks in hand when it went away are taken back once their lease runs out.
        wait_until(lambda: is_settled(announcement) or end_forgotten(size), what="all settled")
        in_doubt = compare(announcement, sink.recipients, people)
    assert in_doubt <= 2 * settings.MAIL_CONNECTIONS  # one for each connection of two children
    happened(f"pages and API 503 with a sentence, 200 again {back:.1f} s after the start; {sums_of(announcement)}, nobody twice")


@pytest.mark.fault("never published")
def test_what_was_committed_and_never_published_is_found(house, size, happened):
    """Twice: after the audience was frozen, and after chunks were handed out. The process dies before it can tell a worker."""
    told = company(people := 40)
    with house.counting_sink() as sink:
        house.kill("beat")
        wait_until(lambda: not house.redis.llen("celery"), what="the last kicks are done")
        frozen, handed_out = told.send("Frozen, then a crash"), told.send("Handed out, then a crash")
        assert deliveries.release_due() == 2
        assert deliveries.hand_out_chunks()
        house.redis.flushall()
        assert not sink.count
        house.start("beat")
        if not size.waits:
            end_pauses()  # the half minute after which it is handed out again
        seconds = wait_until(lambda: is_settled(frozen) and is_settled(handed_out), what="all settled")
        assert sums_of(frozen) == sums_of(handed_out) == {"delivered": people}
        assert len(sink.recipients) == 2 * people
    happened(f"the next kicks found both in the rows; all mailed once, {seconds:.0f} s after beat was back")


@pytest.mark.fault("poison")
def test_a_chunk_that_always_fails_is_held(house, size, happened):
    told = company(20)
    with house.counting_sink() as sink:
        house.kill("beat")
        poison = told.send("Poison")
        assert deliveries.release_due() == 1
        # As after a damaged restore: what was approved is gone, so no mail of it can be written.
        AnnouncementVersion.objects.filter(announcement=poison).delete()
        house.start("beat")
        fine = told.send("Another")
        wait_until(lambda: is_settled(fine), what="the other one is mailed")
        for failures in (1, 2):
            wait_until(
                lambda n=failures: DeliveryChunk.objects.get(announcement=poison).failures >= n, 90, f"failed {failures} times"
            )
            if not size.waits:
                end_pauses()
        wait_until(lambda: state_of(poison) == "paused", what="it is held")
        chunk = DeliveryChunk.objects.get(announcement=poison)
        reason = poison.transitions.last().reason
        assert chunk.failures == 3
        assert "3 times in a row" in reason
        assert sums_of(fine) == {"delivered": 20}
        assert sums_of(poison) == {"pending": 20}
        assert sink.count == 20
    happened(f"tried {chunk.failures} times, then paused with “{reason}”; the other announcement: {sums_of(fine)}")


def state_of(announcement) -> str:
    announcement.refresh_from_db()
    return announcement.state


@pytest.mark.fault("locked migration")
def test_a_migration_that_would_have_to_wait_gives_up(house, happened):
    told = company(3)
    cookie = cookie_of(told.maria)
    assert house.get("/admin/communications/announcement/", cookie=cookie).status == 200
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE communications_announcement IN ACCESS SHARE MODE")  # as a long report does
        done, slowest = {}, 0.0
        began = time.monotonic()
        late = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings_of_tomorrow", "MIGRATION_LOCK_SECONDS": "1"}
        migrating = threading.Thread(target=lambda: done.update(of=house.manage("migrate", "tomorrow", **late)))
        migrating.start()
        while migrating.is_alive():
            answer = house.get("/admin/communications/announcement/", cookie=cookie)
            assert answer.status == 200
            slowest = max(slowest, answer.seconds)
        seconds = time.monotonic() - began
        cursor.execute("COMMIT")
    assert done["of"].returncode != 0
    assert "gave up" in done["of"].stderr
    again = house.manage("migrate", "tomorrow", **late)
    assert again.returncode == 0, again.stderr
    assert house.get("/admin/communications/announcement/", cookie=cookie).status == 200
    assert slowest < 15  # it would be thirty, and no answer, if pages waited as long as the report
    happened(f"it gave up after {seconds:.0f} s with a sentence; slowest page meanwhile {slowest:.1f} s; later it went through")
