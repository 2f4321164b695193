"""All that can be said of a text, as remarks with examples."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.clarity.accessibility import obstacles_in
from communications.clarity.jargon import jargon_in
from communications.clarity.passive import KNOWN, is_passive
from communications.clarity.prose import Sentence, sentences_of
from communications.clarity.reading_ease import ReadingEase, reading_ease
from communications.languages import own_name
from communications.rendering.compiling import tokens_of

WORDS_A_SENTENCE = 25
PASSIVE_PERCENT = 20
EXAMPLES = 5


@dataclass(frozen=True)
class Remark:
    """`is_good` where there is nothing to mend, as far as was looked: not `is_checked` is what has no rule for the language."""

    name: str
    is_good: bool
    sentence: str
    examples: tuple[str, ...] = ()
    is_checked: bool = True


def remarks_on(body: str, language: str, jargon: Mapping[str, str]) -> list[Remark]:
    """Empty for a text without a sentence."""
    tokens = tokens_of(body)
    sentences = sentences_of(tokens)
    if not sentences:
        return []
    remarks = [_length(sentences), _ease(reading_ease(sentences, language)), _passive(sentences, language)]
    remarks += [_jargon(sentences, jargon, language), _accessibility(tuple(obstacles_in(tokens)))]
    return [remark for remark in remarks if remark]


def _length(sentences: list[Sentence]) -> Remark:
    long = [sentence for sentence in sentences if len(sentence.words) > WORDS_A_SENTENCE]
    if not long:
        return Remark(_("Sentences"), True, _("None has more than %(most)d words.") % {"most": WORDS_A_SENTENCE})
    said = ngettext("%(n)d sentence has more than %(most)d words.", "%(n)d sentences have more than %(most)d words.", len(long))
    return Remark(_("Sentences"), False, said % {"n": len(long), "most": WORDS_A_SENTENCE}, _beginnings(long))


def _ease(ease: ReadingEase | None) -> Remark | None:
    if ease is None:
        return None
    score = number_format(round(ease.score))
    said = _("%(score)s on a scale to 100, over %(words)d words.") % {"score": score, "words": ease.words}
    if ease.grade is not None:
        said += " " + _("Flesch–Kincaid grade %(grade)s.") % {"grade": number_format(max(round(ease.grade, 1), 0), decimal_pos=1)}
    if ease.is_hard:
        said += " " + _("Hard to read: shorter sentences and shorter words help.")
    return Remark(ease.formula, not ease.is_hard, said)


def _passive(sentences: list[Sentence], language: str) -> Remark:
    if language.partition("-")[0] not in KNOWN:
        said = _("Not checked: there is no rule of thumb for %(language)s.") % {"language": own_name(language)}
        return Remark(_("Passive"), True, said, is_checked=False)
    passive = [sentence for sentence in sentences if is_passive(sentence, language)]
    percent = round(100 * len(passive) / len(sentences))
    said = _("%(n)d of %(all)d sentences seem not to say who acts; found by a rule of thumb.") % {
        "n": len(passive), "all": len(sentences),
    }  # fmt: skip
    is_good = percent <= PASSIVE_PERCENT
    return Remark(_("Passive"), is_good, said, () if is_good else _beginnings(passive))


def _jargon(sentences: list[Sentence], jargon: Mapping[str, str], language: str) -> Remark:
    if not jargon:
        said = _("Not checked: the list of words has none for %(language)s.") % {"language": own_name(language)}
        return Remark(_("Jargon"), True, said, is_checked=False)
    found = jargon_in(" ".join(sentence.text for sentence in sentences), jargon)
    if not found:
        return Remark(_("Jargon"), True, _("No word of the list."))
    said = ngettext("%(n)d word that partners may not know.", "%(n)d words that partners may not know.", len(found))
    examples = tuple(f"{word} → {better}" if better else word for word, better in found.items())
    return Remark(_("Jargon"), False, said % {"n": len(found)}, examples[:EXAMPLES])


def _accessibility(obstacles: tuple[str, ...]) -> Remark:
    if not obstacles:
        return Remark(_("For everybody"), True, _("Pictures, links and headings say what they are."))
    said = ngettext("%(n)d thing keeps people from reading it.", "%(n)d things keep people from reading it.", len(obstacles))
    return Remark(_("For everybody"), False, said % {"n": len(obstacles)}, obstacles[:EXAMPLES])


def _beginnings(sentences: list[Sentence]) -> tuple[str, ...]:
    return tuple(f"“{sentence.beginning()}”" for sentence in sentences[:EXAMPLES])
