"""A month that is planned: a thousand announcements to six audiences."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from communications.actions.vocabulary import install_vocabulary
from communications.models import Announcement, Topic
from context.actions.segments import create_segment

ITEMS = 1_000
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


def planned(programme) -> User:
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
