"""Topics that are there because something in the application writes about them."""

from communications.models import Topic
from communications.queries.protocols import TOPIC


def crisis_topic() -> Topic:
    """What a person chooses in “What you receive”. It holds for drills: a real crisis is mailed all the same."""
    defaults = {"name": "Crisis", "description": "When something bad has happened, and drills of it."}
    return Topic.objects.get_or_create(key=TOPIC, defaults=defaults)[0]
