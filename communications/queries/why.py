"""Why somebody gets an announcement, in words that their own data shows."""

from communications.models import AnnouncementVersion
from context.rules import hidden_from_partners, own_words


def why_of(rule: dict, contact_rule: dict) -> list[list[str]]:
    """Kept with the version when it is submitted: each condition in words, and the data point that decides who may read it."""
    return [[one.data_point, one.words] for one in own_words(rule, contact_rule)]


def why_words(version: AnnouncementVersion) -> str:
    """What may be said now: a data point that was taken from partners' sight meanwhile is said no more."""
    hidden = hidden_from_partners([key for key, _words in version.why])
    return " · ".join(words for key, words in version.why if key not in hidden)
