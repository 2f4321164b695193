"""What a newsletter for everybody costs, and how a promise to everybody stands."""

from django.db import connection
from django.utils import timezone

from accounts.models import User
from benchmarks.communications import scheduled
from benchmarks.figures import Figure, p95, seconds
from benchmarks.planned import planned
from communications.actions.cadences import create_cadence, look_at_cadence
from communications.actions.deliveries import release_due
from communications.actions.newsletters import draft_next
from communications.models import Announcement, Cadence, NewsletterPick, Topic
from context.actions.segments import create_segment

NEWS = 20


def _published(programme, author: User, items: int) -> None:
    """So many items that have reached everybody in the portal, on five topics, a fifth of them for one function only."""
    topics = [Topic.objects.get_or_create(key=f"bench-{n}", defaults={"name": f"Bench {n}"})[0] for n in range(5)]
    functions = ("sales", "technical", "marketing", "executive")
    for n in range(items):
        rule = {"all": [{"field": "contact.function", "op": "eq", "value": functions[n % 4]}]} if n % 5 == 0 else None
        announcement = scheduled(programme, ["portal"], contact_rule=rule, topic=topics[n % 5])
        release_due()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE communications_delivery SET state = 'delivered', settled_at = now(),"
                " read_at = CASE WHEN contact_id %% 7 = %s THEN now() END WHERE announcement_id = %s",
                [n % 7, announcement.pk],
            )
        Announcement.objects.filter(pk=announcement.pk).update(state="sent", author=author)


def newsletter(programme, _size: int) -> Figure:
    """One for everybody in the world, each with the five most relevant of twenty items, from nothing to ready to be checked."""
    author = planned(programme)
    _published(programme, author, NEWS)
    cadence = create_cadence(
        by=author, name="Bench", segment=create_segment(by=author, name="Bench everybody"), kind="newsletter", weeks=4,
        starts_on=timezone.localdate(), programme=programme,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ours = seconds(lambda: draft_next(cadence, by=author))
    if not NewsletterPick.objects.exists():
        raise SystemExit("Nobody got anything.")
    return Figure(ours, "s", 60, "what it may take for 100,000 people")


def standings(programme, _size: int) -> Figure:
    """How a promise to everybody stands with each partner, looked at anew."""
    cadence = Cadence.objects.get(name="Bench")
    look_at_cadence(cadence)
    ours = p95([seconds(lambda: look_at_cadence(cadence)) for _n in range(3)])
    return Figure(ours, "s", 10, "what a look may take")
