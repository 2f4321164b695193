"""What monitoring reads: how sending stands, and whether what we need answers. Nobody is named in it."""

import pytest
from django.utils import timezone

from communications.actions import announcements, deliveries
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
