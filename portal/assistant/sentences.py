"""Where the sentences of a text begin and end."""

import re

_ENDS = re.compile(r"(?<=[.!?;])[\"”’')\]]*\s+(?=[^a-zäöü])|\n+")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:e\.g|i\.e|z\.B|d\.h|bzw|ca|approx|no|nr|vs|etc|mr|mrs|ms|dr|inc|ltd|st)\.|\b[A-Z]\.)\s*$", re.IGNORECASE
)


def sentence_spans(text: str, start: int = 0) -> list[tuple[int, int]]:
    """From `start` on, in their order; together they are the whole text but for blanks."""
    spans, begin = [], start
    for gap in _ENDS.finditer(text, start):
        if not _ABBREVIATIONS.search(text[begin : gap.end()].rstrip()) or "\n" in gap[0]:
            spans.append((begin, gap.start()))
            begin = gap.end()
    spans.append((begin, len(text)))
    return [(low, high) for low, high in spans if text[low:high].strip()]


def sentences_of(text: str) -> list[str]:
    return [text[low:high].strip() for low, high in sentence_spans(text)]
