"""What a text says, sentence by sentence: paragraphs, items of lists, headings, and the rows of its tables. What is struck out, and
what a row of key facts says that it was, is not said any more.

A row such as “Price: € 45” says nothing of what it is the price of: it is read together with the title above it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from activity.refusals import Invalid
from communications.clarity.prose import split_sentences
from communications.consistency.reading import Figure, figures_in
from communications.consistency.subjects import skeleton_of, words_about
from communications.consistency.values import Value
from communications.rendering.blocks import in_language
from communications.rendering.compiling import tokens_of
from communications.rendering.statement_marks import MARK

LONGEST = 400
WORDS_THAT_TELL = 3  # with fewer of them two sentences are alike by chance
NOTHING = Value("", "")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_KEPT = re.compile("⟦([a-z0-9][a-z0-9_-]*)⟧")
_NOT_LINKED = re.compile(r"\]\([^)]*\)|`[^`]*`|\{\{.*?\}\}|^[ \t]*\d{4}-\d{2}-\d{2}:|<[^>]*>", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """A value where it is said. `key` names the statement that was put in, "" where it is written out; `written` is how it stands
    there, and `nth` tells it from others in the same text that are written alike. Of `words`, those in `label` come from the
    label of a detail alone: they say what the value is, and nothing of what the text is about."""

    value: Value
    key: str
    sentence: str
    written: str
    nth: int
    words: frozenset[str]
    skeleton: str
    is_alone: bool
    label: frozenset[str] = frozenset()

    @property
    def own_words(self) -> frozenset[str]:
        return self.words - self.label


@dataclass(frozen=True)
class Unit:
    """A sentence, a row of a table, or a detail after its label; marks of statements stand as ⟦key⟧."""

    text: str
    is_row: bool = False
    label: str = ""


def said_in(body: str, language: str, stated: Mapping[str, Value], title: str = "") -> list[Said]:
    """In Markdown. Nothing in a text that cannot be read, which another check tells."""
    seen: Counter[str] = Counter()
    return [said for unit in sentences_in(body, language) for said in _said(unit, language, stated, title, seen)]


def said_in_line(line: str, language: str, stated: Mapping[str, Value], title: str = "", label: str = "") -> list[Said]:
    """In a title, a call to action or, with its label and the title above it, a detail."""
    text = MARK.sub(r"⟦\1⟧", line)
    unit = Unit(f"{label}: {text}" if label else text, is_row=bool(title), label=label)
    return list(_said(unit, language, stated, title, Counter()))


def sentences_in(body: str, language: str) -> list[Unit]:
    try:
        with in_language(language):
            tokens = tokens_of(MARK.sub(r"⟦\1⟧", body))
    except Invalid:
        return []
    return list(_units(tokens))


def place_of(body: str, written: str, nth: int) -> int | None:
    """Where in Markdown the `nth` (from 0) of what is written so stands, leaving out addresses, code and what is put in already."""
    kept_out = [match.span() for match in _NOT_LINKED.finditer(body)]
    found = re.finditer(rf"(?<![\w]){re.escape(written)}(?![\w])", body)
    starts = [match.start() for match in found if not any(begin <= match.start() < end for begin, end in kept_out)]
    return starts[nth] if nth < len(starts) else None


def _said(unit: Unit, language: str, stated: Mapping[str, Value], title: str, seen: Counter[str]) -> Iterator[Said]:
    shown, put_in = _put_in(unit.text, language, stated)
    taken = [other for other, _key in put_in] + [Figure(NOTHING, *match.span()) for match in _ADDRESS.finditer(shown)]
    written_out = [figure for figure in figures_in(shown, language) if not any(_meet(figure, other) for other in taken)]
    figures = [*put_in, *((figure, "") for figure in written_out)]
    if not figures:
        return
    bare = _without(shown, [figure for figure, _key in figures])
    subject = f"{_subject_in(title)} {bare}" if unit.is_row else bare
    words = words_about(subject)
    skeleton = skeleton_of(subject) if len(words) >= WORDS_THAT_TELL else ""
    label = words_about(unit.label) - words_about(subject.replace(f"{unit.label}: ", "", 1)) if unit.label else frozenset()
    kinds = Counter(figure.value.kind for figure, _key in figures)
    for figure, key in sorted(figures, key=lambda pair: pair[0].start):
        written = shown[figure.start : figure.end]
        yield Said(
            figure.value,
            key,
            _around(shown, figure),
            written,
            seen[written],
            words,
            skeleton,
            kinds[figure.value.kind] == 1,
            label,
        )
        seen[written] += not key


def _put_in(unit: str, language: str, stated: Mapping[str, Value]) -> tuple[str, list[tuple[Figure, str]]]:
    """The sentence as it is read, and where in it the statements stand."""
    shown, end, found = "", 0, []
    for match in _KEPT.finditer(unit):
        shown += unit[end : match.start()]
        end, value = match.end(), stated.get(match.group(1))
        words = value.said(language) if value else match.group(0)
        if value:
            found.append((Figure(value, len(shown), len(shown) + len(words)), match.group(1)))
        shown += words
    return shown + unit[end:], found


def _subject_in(title: str) -> str:
    return MARK.sub("", title)


def _meet(one: Figure, other: Figure) -> bool:
    return one.start < other.end and other.start < one.end


def _without(text: str, figures: list[Figure]) -> str:
    bare, end = "", 0
    for figure in sorted(figures, key=lambda figure: figure.start):
        bare, end = bare + text[end : figure.start] + "#", figure.end
    return bare + text[end:]


def _around(text: str, figure: Figure) -> str:
    """The sentence, or of a long one what stands around the value."""
    if len(text) <= LONGEST:
        return text
    start = max(0, min(figure.start - LONGEST // 2, len(text) - LONGEST))
    return f"{'… ' if start else ''}{text[start : start + LONGEST]}{' …' if start + LONGEST < len(text) else ''}"


def _units(tokens) -> Iterator[Unit]:
    row: list[str] | None = None
    is_past = False
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            if row:
                yield Unit(" · ".join(row), is_row=True)
            row = None
        elif token.type == "td_open":
            is_past = "was" in str(token.attrs.get("class", ""))
        elif token.type == "td_close":
            is_past = False
        elif token.type == "inline" and not is_past:
            text = _text(token.children or []).strip().removeprefix("→ ")
            if row is not None:
                row += [text] if text else []
            else:
                yield from (Unit(sentence.text) for sentence in split_sentences(text))


def _text(children) -> str:
    """Without what is struck out."""
    text, struck = "", 0
    for token in children:
        if token.type in ("s_open", "s_close"):
            struck += token.nesting
        elif struck:
            continue
        elif token.type in ("softbreak", "hardbreak"):
            text += " "
        elif token.type in ("text", "code_inline"):
            text += token.content
    return text
