"""Words of a managed list that stand in a text, with what could stand there instead."""

import re
from collections.abc import Mapping


def jargon_in(text: str, words: Mapping[str, str]) -> dict[str, str]:
    """Of `words` (each with what is better) those that the text has, as whole words and whichever way they are written."""
    if not words:
        return {}
    by_lower = {word.lower(): word for word in words}
    longest_first = sorted(by_lower, key=len, reverse=True)
    found = re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", text.lower())
    return {by_lower[word]: words[by_lower[word]] for word in dict.fromkeys(found)}
