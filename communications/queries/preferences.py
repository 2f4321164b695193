from dataclasses import dataclass

from communications.models import Channel, Topic, TopicPreference


@dataclass(frozen=True)
class TopicChoice:
    topic: Topic
    is_wanted: bool


def choices_of(address: str) -> list[TopicChoice]:
    """Every topic, and whether mails about it are wanted at this address; what was never chosen is wanted."""
    kept = TopicPreference.objects.filter(address=address.lower(), channel=Channel.EMAIL)
    unwanted = {row.topic_id for row in kept if not row.is_wanted}
    return [TopicChoice(topic, topic.pk not in unwanted) for topic in Topic.objects.all()]
