from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from communications.attention.budget import Budget, Used
from communications.models import AnnouncementVersion, AttentionPreference, Channel, Crisis, Kind, Topic, TopicPreference
from communications.queries.attention import Reader, attention_policy, best_hours, self_of
from partners.models import Contact, Programme


@dataclass(frozen=True)
class TopicChoice:
    topic: Topic
    is_wanted: bool


def choices_of(address: str) -> list[TopicChoice]:
    """Every topic, and whether mails about it are wanted at this address; what was never chosen is wanted."""
    kept = TopicPreference.objects.filter(address=address.lower(), channel=Channel.EMAIL, topic=OuterRef("pk"))
    topics = Topic.objects.annotate(is_unwanted=Exists(kept.filter(is_wanted=False)))
    return [TopicChoice(topic, not topic.is_unwanted) for topic in topics]


def holds_beyond_choices(version: AnnouncementVersion) -> bool:
    """Whether it is mailed to those, too, who do not want its topic: what is said in a real crisis. Drills are their own choice."""
    return version.kind == Kind.CRISIS and Crisis.objects.real().filter(messages__announcement=version.announcement_id).exists()


@dataclass(frozen=True)
class OwnAttention:
    """What a person reads about theirs: how much is used, and what holds where they chose nothing. `learnt_hour` is when they
    usually look, None where there is not enough data."""

    used: Used
    budget: Budget
    reader: Reader
    learnt_hour: int | None
    chosen: AttentionPreference

    @property
    def is_full(self) -> bool:
        return self.used.is_full(self.budget)


def attention_of(contact: Contact, programme: Programme) -> OwnAttention:
    reader, chosen, used = self_of(contact, programme)
    hour = best_hours({contact.pk: reader})[contact.pk]
    return OwnAttention(used, attention_policy().budget, reader, hour if chosen.best_hour is None else None, chosen)
