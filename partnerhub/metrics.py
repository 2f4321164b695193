"""`/metrics` in the form that Prometheus reads: how sending stands, how long it takes, and what answers. It names nobody."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric

from communications.channels.durations import Took, histograms
from communications.channels.hits import stream_length
from communications.models import Alarm, Rule
from communications.queries.sending import sending_now
from communications.queries.sending_status import delivered_per_minute
from partnerhub.health.checks import all_checks


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Only for who brings METRICS_TOKEN; where none is set there is no such page."""
    token = settings.METRICS_TOKEN
    if not token or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Now())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


SIGNS_OF_LIFE = {
    "worker": "Since a worker last ran",
    "clerk": "Since the clerk last ran",
    "beat": "Since beat last asked for something",
}


class _Now:
    """Everything is asked at the moment of the request, so that several web processes tell the same."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _health()
        yield from _sending()
        if (length := stream_length()) is not None:
            says = "Hits on the stream that wait to be read"
            yield GaugeMetricFamily("partnerhub_tracking_stream_length", says, value=length)
        yield from _alarms()
        yield from _durations()


def _health() -> Iterator[Metric]:
    up = GaugeMetricFamily("partnerhub_up", "1 where it answers, by what is asked", labels=["part"])
    for check in all_checks():
        up.add_metric([check.name], float(check.ok))
        if check.name in SIGNS_OF_LIFE and check.seconds is not None:
            says = SIGNS_OF_LIFE[check.name]
            yield GaugeMetricFamily(f"partnerhub_{check.name}_heartbeat_age_seconds", says, value=check.seconds)
    yield up


def _sending() -> Iterator[Metric]:
    now = sending_now()
    yield _by_state("partnerhub_announcements", "Announcements under way, by state", now.announcements)
    yield _by_state("partnerhub_deliveries", "Deliveries of announcements under way, by state", now.deliveries)
    waits = (timezone.now() - now.oldest_due).total_seconds() if now.oldest_due else 0
    yield GaugeMetricFamily("partnerhub_oldest_due_seconds", "How long the chunk that waits longest has been due", value=waits)
    chunks = {"due": now.chunks_due, "leased": now.chunks_leased, "failing": now.chunks_failing}
    yield _by_state("partnerhub_chunks", "Chunks of deliveries that are not done, by state", chunks)
    says = "Deliveries in the last two minutes, for a minute"
    yield GaugeMetricFamily("partnerhub_delivered_per_minute", says, value=delivered_per_minute())
    yield GaugeMetricFamily("partnerhub_in_doubt", "Deliveries that wait for a person to decide", value=now.in_doubt)


def _alarms() -> Iterator[Metric]:
    counts = dict.fromkeys(Rule.values, 0) | dict(Alarm.objects.open().order_by().values_list("rule").annotate(Count("pk")))
    alarms = GaugeMetricFamily("partnerhub_alarms", "Alarms that are open, by rule", labels=["rule"])
    for rule, count in counts.items():
        alarms.add_metric([rule], count)
    yield alarms


def _durations() -> Iterator[Metric]:
    says = {
        Took.CHUNK: "A worker's turn with a chunk of deliveries, twenty seconds by mail at most",
        Took.ANSWER: "From the content of a mail to the mail server's answer, or a provider's to a call",
        Took.FREEZE: "Writing down the audience of an announcement",
        Took.RELEASE: "From the time that an announcement was scheduled for to its release",
    }
    for what, histogram in histograms().items():
        yield HistogramMetricFamily(f"partnerhub_{what}_seconds", says[what], list(histogram.buckets), histogram.seconds)


def _by_state(name: str, says: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family
