"""How many syllables a word has, by the groups of its vowels: near, not exact. At least one."""

import re
from collections.abc import Callable

_VOWELS_EN = re.compile(r"[aeiouy]+")
_VOWELS_DE = re.compile(r"aa|ai|au|ay|äu|ee|ei|eu|ey|ie|oo|oi|[aeiouyäöü]")
_VOWELS_FR = re.compile(r"[aeiouyàâæèéêëîïôœùûü]+")
_VOWELS_NL = re.compile(r"[aoe]{2}i|[ei]eu|aa|ee|oo|uu|oe|ie|ui|ij|ei|eu|ou|au|[aeiouyáéëïóöü]")
# Of two vowels a weak one sounds with its neighbour; two strong ones, and a weak one with an accent, are syllables of their own.
_VOWELS_ES = re.compile(r"[iuü]?[aeoáéó](?:[iu](?![aeoáéó])|y\b)?|[uü]?í|ú|[iuü]+|\by\b")
_VOWELS_PT = re.compile(r"[iuü]?(?:[ãõ][oei]|[aeoáàâãéêóôõ](?:[iu](?![aeoáàâãéêóôõ]))?)|[íú]|[iuü]+")


def syllables_en(word: str) -> int:
    """Without a silent e at the end."""
    word = word.lower()
    count = len(_VOWELS_EN.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if word.endswith("ed") and not word.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def syllables_fr(word: str) -> int:
    """Without a silent e at the end, also before an s."""
    word = word.lower()
    count = len(_VOWELS_FR.findall(word))
    is_silent = word.removesuffix("s").endswith("e") and count > 1
    return max(count - is_silent, 1)


def _by(vowels: re.Pattern) -> Callable[[str], int]:
    return lambda word: max(len(vowels.findall(word.lower())), 1)


SYLLABLES: dict[str, Callable[[str], int]] = {
    "en": syllables_en,
    "de": _by(_VOWELS_DE),
    "fr": syllables_fr,
    "es": _by(_VOWELS_ES),
    "nl": _by(_VOWELS_NL),
    "pt": _by(_VOWELS_PT),
}
