"""What was played of a film, as spans of seconds. Functions of values, no database."""

import json
from collections.abc import Iterable
from math import isfinite

from django.utils.translation import gettext as _

from activity.refusals import Invalid

MOST_SPANS = 200
LONGEST = 24 * 3600.0
Span = tuple[float, float]


def read_spans(spans: str, length: str) -> tuple[list[Span], float]:
    """As a player tells it. `Invalid` where it is nothing that could have been played."""
    try:
        told, film = json.loads(spans), float(length)
        read = [(float(start), float(end)) for start, end in told]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise _invalid() from None
    if not 0 < film <= LONGEST or len(read) > MOST_SPANS:
        raise _invalid()
    if not all(isfinite(start) and isfinite(end) and 0 <= start <= end <= film + 1 for start, end in read):
        raise _invalid()
    return [(start, min(end, film)) for start, end in read], film


def merged(spans: Iterable[Iterable[float]]) -> list[list[float]]:
    """In order and apart: each second once. What lies less than a second apart is one; of very many the longest are kept."""
    found: list[list[float]] = []
    for start, end in sorted((round(start, 2), round(end, 2)) for start, end in spans):
        if found and start <= found[-1][1] + 1:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    if len(found) > MOST_SPANS:
        found = sorted(sorted(found, key=lambda span: span[0] - span[1])[:MOST_SPANS])
    return found


def _invalid() -> Invalid:
    return Invalid(_("What the player told cannot be read. Load the page again."))
