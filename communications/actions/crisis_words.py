"""What the words of a crisis must be, in a protocol that waits for a bad day or in an update that somebody writes on it."""

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.actions.content_checks import check_content
from communications.actions.topics import crisis_topic
from communications.actions.translation_checks import missing_words
from communications.kinds import missing_of
from communications.languages import own_name
from communications.models import Announcement, CrisisProtocol, Kind
from communications.rendering import compile_text
from communications.rendering.crises import announced
from partners.actions.checks import check_line, check_text

LINES = {"title": 180, "call_to_action": 180, "what_happened": 300, "next_update": 300}
Words = dict[str, dict[str, str]]


def clean_words(words: Words) -> Words:
    """Each language whole: every line of it, and the text. Raises `Invalid` with the language and the line at fault."""
    return {language: _clean(language, text) for language, text in words.items()}


def _clean(language: str, text: dict[str, str]) -> dict[str, str]:
    own = {name: check_line(text.get(name), f"{name}_{language}", longest=most) for name, most in LINES.items()}
    own["body"] = check_text(text.get("body"), f"body_{language}")
    for name, value in own.items():
        if not value:
            words = {"label": LABELS[name](), "language": own_name(language)}
            raise Invalid(_("Fill in “%(label)s” in this language: %(language)s.") % words, field=f"{name}_{language}")
    return own


LABELS = {
    "title": lambda: _("title"),
    "call_to_action": lambda: _("who must act, and how soon"),
    "what_happened": lambda: _("what happened"),
    "next_update": lambda: _("next update"),
    "body": lambda: _("text"),
}


def check_as_announcement(protocol: CrisisProtocol, words: Words, language: str) -> None:
    """Whether they would go out as they are, as a drill, too: better refused today than on that day."""
    for is_drill in (False, True):
        would_be = Announcement(
            programme=protocol.programme, segment=protocol.segment, topic=crisis_topic(), kind=Kind.CRISIS,
            channels=protocol.channels, **announced(words, language, is_drill=is_drill),
        )  # fmt: skip
        check_content(would_be)
        for refusal in (*missing_of(would_be), *missing_words(would_be)):
            raise refusal
    for code, text in words.items():
        if files := compile_text(text["body"], code).files:
            told = {"name": sorted(files)[0]}
            raise Invalid(_("“%(name)s” would be a file, and a crisis has none. Link to it instead.") % told, field="texts")
