"""What monitoring reads: how sending stands, and whether what we need answers. Nobody is named in it."""

import pytest
from django.utils import timezone

from communications.actions import announcements, deliveries
from communications.channels import durations
from communications.channels.durations import Took, histograms, note
from communications.models import DeliveryChunk
from tests.announcement_story import approve, draft, work_off

pytestmark = pytest.mark.django_db

TOKEN = {"Authorization": "Bearer s3cret"}


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = "s3cret"


def read(client) -> dict[str, float]:
    answer = client.get("/metrics", headers=TOKEN)
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = [line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_nobody_reads_it_without_the_token(client, cast, settings):
    client.force_login(cast.maria)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_it_tells_how_a_send_stands(client, cast, sink, django_assert_max_num_queries):
    announcements.schedule_announcement(approve(draft(cast), cast), by=cast.maria)
    deliveries.release_due()
    with django_assert_max_num_queries(8):
        waiting = read(client)
    assert waiting['partnerhub_announcements{state="sending"}'] == 1
    assert waiting['partnerhub_deliveries{state="queued"}'] == 6
    assert waiting['partnerhub_chunks{state="due"}'] == DeliveryChunk.objects.filter(due_at__lte=timezone.now()).count() == 2
    assert waiting["partnerhub_oldest_due_seconds"] >= 0
    assert waiting['partnerhub_up{part="database"}'] == 1
    assert waiting["partnerhub_delivered_per_minute"] == waiting['partnerhub_alarms{rule="waits_long"}'] == 0
    work_off()
    done = read(client)
    assert done["partnerhub_delivered_per_minute"] == 3
    assert done['partnerhub_announcements{state="sending"}'] == 0
    assert done['partnerhub_chunks{state="due"}'] == done["partnerhub_in_doubt"] == 0


def test_it_names_nobody(client, cast, sink):
    announcements.schedule_announcement(approve(draft(cast), cast), by=cast.maria)
    deliveries.release_due()
    text = client.get("/metrics", headers=TOKEN).text
    assert "alpenglow" not in text.lower()
    assert "Aurora" not in text


@pytest.fixture
def untimed():
    redis = durations._client()
    redis.delete(*map(durations._key, Took))
    durations._Rest.until = 0.0
    yield redis
    redis.delete(*map(durations._key, Took))
    durations._Rest.until = 0.0


def test_how_long_it_takes_is_told_as_histograms(client, cast, sink, untimed):
    announcements.schedule_announcement(approve(draft(cast), cast), by=cast.maria)
    work_off()
    told = read(client)
    for name, count in {"chunk": 2, "mail_answer": 3, "freeze": 1, "release_lag": 1}.items():
        ends = [value for line, value in told.items() if line.startswith(f"partnerhub_{name}_seconds_bucket")]
        assert ends == sorted(ends), "each holds those before it"
        assert ends[-1] == told[f"partnerhub_{name}_seconds_count"] == count
        assert told[f"partnerhub_{name}_seconds_sum"] >= 0


def test_each_falls_into_its_bucket(untimed):
    note(Took.CHUNK, [0.005, 0.006, 20, 999, -1])
    note(Took.CHUNK, [20])
    histogram = histograms()[Took.CHUNK]
    upto = dict(histogram.buckets)
    assert [upto[end] for end in ("0.005", "0.01", "10.0", "30.0", "300.0", "+Inf")] == [2, 3, 3, 5, 5, 6]
    assert histogram.seconds == pytest.approx(1039.011)


def test_while_redis_is_away_nothing_waits_for_it(client, cast, sink, untimed, monkeypatch):
    away = durations.redis.Redis.from_url("unix:///nowhere.sock")
    monkeypatch.setattr(durations, "_client", lambda: away)
    announcements.schedule_announcement(approve(draft(cast), cast), by=cast.maria)
    work_off()
    assert len(sink.mails) == 3
    assert histograms() == {}
    assert not any("_bucket" in line for line in read(client))
