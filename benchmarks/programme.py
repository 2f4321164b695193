"""What a programme costs: here the calendar of a full month and the map of loads; the other nouns have files of their own."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks import cadences, consistency, crises, journeys
from benchmarks.figures import Figure, p95, seconds, served
from benchmarks.planned import planned
from communications.queries.load import load_map

WEEKS, ASKED = 5, 10


def calendar(programme, _size: int) -> Figure:
    """The whole page, signed in, as a browser gets it."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(planned(programme))
    address = reverse("admin:communications_announcement_calendar")
    served(client, address)
    return Figure(p95([served(client, address) for _n in range(ASKED)]), "s", 0.3, "what the page may take")


def load(programme, _size: int) -> Figure:
    planned(programme)
    first = timezone.localdate().replace(day=1)
    load_map(first, weeks=WEEKS)
    ours = p95([seconds(lambda: load_map(first, weeks=WEEKS)) for _n in range(ASKED)])
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute("SELECT partner_id, sum(people) FROM partners_headcount GROUP BY 1"))
    return Figure(ours, "s", limit, "summing up everybody's headcounts once")


MEASURES: dict[str, Callable[..., Figure | None]] = {
    "calendar_seconds": calendar,
    "load_map_seconds": load,
    "newsletter_seconds": cadences.newsletter,
    "cadence_seconds": cadences.standings,
    "journey_tick_seconds": journeys.journey_tick,
    "crisis_first_seconds": crises.first_message,
    "crisis_all_seconds": crises.all_messages,
    "contradictions_seconds": consistency.contradictions,
}
