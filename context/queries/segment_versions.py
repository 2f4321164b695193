"""How a segment changed: the versions of its rules in words, and who comes in and who goes out from one to another."""

from dataclasses import dataclass

from activity.wordings import Piece, changed_words
from context.models import Segment, SegmentVersion
from context.queries.segment_overlap import Overlap, overlap_of
from context.rules import all_in_words

MOST_VERSIONS = 100


@dataclass(frozen=True)
class SpelledVersion:
    version: SegmentVersion
    words: str


@dataclass(frozen=True)
class Difference:
    """Both rules asked of today's partners. `gone` are only in the older one, `stayed` in both, `come` only in the newer."""

    older: SpelledVersion
    newer: SpelledVersion
    overlap: Overlap

    @property
    def words(self) -> list[Piece]:
        return list(changed_words(self.older.words, self.newer.words))

    @property
    def gone(self):
        return self.overlap.groups[0]

    @property
    def stayed(self):
        return self.overlap.groups[1]

    @property
    def come(self):
        return self.overlap.groups[2]


def versions_of(segment: Segment) -> list[SpelledVersion]:
    """The newest first. A version that can no longer be asked says why."""
    versions = list(segment.versions.select_related("saved_by")[:MOST_VERSIONS])
    words = all_in_words([(version.rule, version.contact_rule) for version in versions])
    return [SpelledVersion(version, said) for version, said in zip(versions, words, strict=True)]


def difference_of(older: SegmentVersion, newer: SegmentVersion, *, visible_to=None) -> Difference:
    """Raises Invalid where one of them can no longer be asked."""
    first, second = (Segment(name=str(one.number), rule=one.rule, contact_rule=one.contact_rule) for one in (older, newer))
    overlap = overlap_of(first, second, visible_to=visible_to)
    words = all_in_words([(one.rule, one.contact_rule) for one in (older, newer)])
    return Difference(SpelledVersion(older, words[0]), SpelledVersion(newer, words[1]), overlap)
