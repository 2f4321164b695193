"""What changed from one submitted version to the next, for whoever approves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from activity.wordings import Piece, changed_words, replaced
from communications.kinds import DETAILS
from communications.languages import own_name
from communications.models import AnnouncementVersion, Channel
from context.rules import in_words

WORDS_COMPARED_AT_MOST = 4000


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionDiff:
    fields: tuple[FieldChange, ...]
    text: tuple[Piece, ...]

    @property
    def is_empty(self) -> bool:
        return not self.fields and all(piece.change == "same" for piece in self.text)


def diff_of(before: AnnouncementVersion, after: AnnouncementVersion) -> VersionDiff:
    told = zip(_told(before), _told(after), strict=True)
    told = [*((label, old, new) for (label, old), (_label, new) in told), *_told_of_translations(before, after)]
    fields = tuple(FieldChange(label, old, new) for label, old, new in told if old != new)
    return VersionDiff(fields, tuple(_text_diff(before.body, after.body)))


def _told(version: AnnouncementVersion) -> list[tuple[str, str]]:
    """Everything besides the text, in words."""
    return [
        (_("Title"), version.title),
        (_("Who must act, and by when"), version.call_to_action),
        (_("Kind"), version.get_kind_display()),
        (_("Topic"), version.topic.name),
        (_("Channels"), ", ".join(str(Channel(channel).label) for channel in version.channels)),
        (_("Acknowledgement"), _("asked for") if version.requires_acknowledgement else _("not asked for")),
        (_("Acknowledge by"), str(version.acknowledge_by or "")),
        (_("Who gets it"), _("whoever comes to it in a journey") if version.by_journey else _("its audience")),
        (_("Those who join later"), _("get it, too") if version.stays_open else _("do not get it")),
        *_told_of_variant(version),
        *_told_of_details(version),
        (_("Language"), own_name(version.language)),
        (_("Objective"), str(version.objective or "")),
        (_("Theme"), str(version.theme or "")),
        (_("Wanted action"), version.wanted_action),
        (_("Lifecycle stages"), version.stage_names),
        (_("Segment"), version.segment_name),
        (_("Whom it reaches"), in_words(version.rule, version.contact_rule)),
    ]


def _told_of_variant(version: AnnouncementVersion) -> list[tuple[str, str]]:
    test = {"percent": version.test_percent, "hours": version.test_hours, "measure": version.get_test_by_display()}
    words = _("%(percent)d %% of the audience, %(hours)d hours, by %(measure)s") % test
    return [
        (_("Title of variant B"), version.variant_title),
        (_("Text of variant B"), version.variant_body),
        (_("Test of variants"), words if version.has_variant else ""),
    ]


def _told_of_details(version: AnnouncementVersion) -> list[tuple[str, str]]:
    return [(str(detail.label), version.details.get(key, "")) for key, detail in DETAILS.items()]


def _told_of_translations(before: AnnouncementVersion, after: AnnouncementVersion) -> Iterator[tuple[str, str, str]]:
    """Each word of each language that either of them has."""
    labels = {"title": _("Title"), "call_to_action": _("Who must act, and by when"), "body": _("Text")}
    for language in sorted({*before.translations, *after.translations}):
        old, new = (version.translations.get(language, {}) for version in (before, after))
        for name, label in labels.items():
            yield f"{label} ({own_name(language)})", old.get(name, ""), new.get(name, "")
        for key, detail in DETAILS.items():
            was, now = (words.get("details", {}).get(key, "") for words in (old, new))
            yield f"{detail.label} ({own_name(language)})", was, now


def _text_diff(before: str, after: str) -> Iterator[Piece]:
    """By lines, and by words within lines that were rewritten; words only where that stays quick."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i:j]), "".join(new[k:m])
        if change == "equal":
            yield Piece("same", left)
        elif change == "replace" and len(left) + len(right) < WORDS_COMPARED_AT_MOST:
            yield from changed_words(left, right)
        else:
            yield from replaced(left, right)
