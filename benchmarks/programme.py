"""What planning a programme costs: the calendar of a full month, and the map of who gets how many in which week."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks.figures import Figure, p95, seconds, served
from communications.actions.vocabulary import install_vocabulary
from communications.models import Announcement, Topic
from communications.queries.load import load_map
from context.actions.segments import create_segment

ITEMS, WEEKS, ASKED = 1_000, 5, 10
GERMAN = {"field": "partner.country", "op": "in", "value": ["DE", "AT", "CH"]}
GOLD = {"field": "enrolment.tier", "op": "in", "value": ["gold", "platinum"]}
EMEA = {"field": "partner.region", "op": "eq", "value": "emea"}
SALES = {"field": "contact.function", "op": "eq", "value": "sales"}
AUDIENCES = (
    ({"all": []}, {"all": []}),
    ({"all": [GERMAN]}, {"all": []}),
    ({"all": [GOLD]}, {"all": []}),
    ({"all": [GOLD]}, {"all": [SALES]}),
    ({"all": [{"not": {"all": [GERMAN, GOLD]}}]}, {"all": []}),
    ({"any": [GERMAN, GOLD]}, {"all": [SALES]}),
)


def _planned(programme) -> User:
    """A thousand a month, to six audiences, on the days of this month."""
    author, _made = User.objects.get_or_create(
        email="planner@bench.example", defaults={"is_staff": True, "is_superuser": True, "name": "Planner"}
    )
    if Announcement.objects.filter(author=author, programme=programme).exists():
        return author
    install_vocabulary()
    topic, _made = Topic.objects.get_or_create(key="general", defaults={"name": "General", "is_default": True})
    segments = [
        create_segment(by=author, name=f"Bench {at}", rule=rule, contact_rule=contact_rule)
        for at, (rule, contact_rule) in enumerate(AUDIENCES)
    ]
    first = timezone.localdate().replace(day=1)
    Announcement.objects.bulk_create(
        Announcement(
            programme=programme, title=f"Item {n}", body="Read it.", segment=segments[n % len(segments)], topic=topic,
            author=author, planned_on=first + timedelta(days=n % 28),
        )
        for n in range(ITEMS)
    )  # fmt: skip
    return author


def calendar(programme, _size: int) -> Figure:
    """The whole page, signed in, as a browser gets it."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(_planned(programme))
    address = reverse("admin:communications_announcement_calendar")
    served(client, address)
    return Figure(p95([served(client, address) for _n in range(ASKED)]), "s", 0.3, "what the page may take")


def load(programme, _size: int) -> Figure:
    _planned(programme)
    first = timezone.localdate().replace(day=1)
    load_map(first, weeks=WEEKS)
    ours = p95([seconds(lambda: load_map(first, weeks=WEEKS)) for _n in range(ASKED)])
    with connection.cursor() as cursor:
        limit = seconds(lambda: cursor.execute("SELECT partner_id, sum(people) FROM partners_headcount GROUP BY 1"))
    return Figure(ours, "s", limit, "summing up everybody's headcounts once")


MEASURES: dict[str, Callable[..., Figure]] = {"calendar_seconds": calendar, "load_map_seconds": load}
