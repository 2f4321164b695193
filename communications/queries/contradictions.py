"""What a text says that something else says otherwise: the registry of statements, or another text that is out.

*Exact* is what the sentences themselves show: both are about one statement, or they are the same but for the figure. *Likely* is
what shares most of its words, unless each names something that the other does not: prices of two products differ by right. Three
statements of SQL look among all that is out, however much that is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import floor

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from communications.consistency.reading import figures_in
from communications.consistency.subjects import are_of_different_things, is_about, names_in, words_about
from communications.consistency.texts import WORDS_THAT_TELL, Said, place_of
from communications.consistency.values import Value
from communications.kinds import DETAILS
from communications.models import Announcement, Statement
from communications.rendering.wordings import Wording, wordings_of
from communications.text_sources import shown_texts
from partners.models import Product

LIKE_ENOUGH = 0.6
SHOWN_AT_MOST = 20
LOOKED_AT, CANDIDATES = 200, 500
FIGURES_AT_MOST = 100
STATEMENTS_AT_MOST = 2_000
PRODUCTS_AT_MOST = 1_000

_IS_OUT = """(mention.source <> 'announcement' OR (item.approved_version = mention.number AND item.id <> %(own)s
              AND item.state IN ('approved', 'scheduled', 'sending', 'sent', 'paused')
              AND (item.expires_at IS NULL OR item.expires_at > %(now)s)))"""
_FOUND = """mention.source, mention.source_id, mention.number, mention.language, mention.kind, mention.text, mention.currency,
            mention.sentence, mention.skeleton, mention.is_alone"""
_SAME = f"""
    SELECT asked.at, {_FOUND}
    FROM unnest(%(at)s::int[], %(kind)s::text[], %(value)s::text[], %(currency)s::text[], %(skeleton)s::text[])
        AS asked (at, kind, value, currency, skeleton)
    JOIN communications_mention AS mention
      ON mention.programme_id = %(programme)s AND mention.skeleton = asked.skeleton AND mention.kind = asked.kind
     AND mention.currency = asked.currency AND mention.text <> asked.value
    LEFT JOIN communications_announcement AS item ON mention.source = 'announcement' AND item.id = mention.source_id
    WHERE {_IS_OUT} ORDER BY mention.id DESC LIMIT %(most)s
"""  # noqa: S608 - only what is written above
# `few` are enough of a sentence's words that whatever is alike has one of them: the longest, which are the rarest. Where these are
# in very many texts, only so many are looked at: what is likely is a hint. What nothing but the label of a detail says is left out.
_ALIKE = f"""
    WITH asked AS (
        SELECT at, kind, value, currency, string_to_array(words, ' ') AS words, string_to_array(few, ' ')::varchar[] AS few
        FROM unnest(%(at)s::int[], %(kind)s::text[], %(value)s::text[], %(currency)s::text[], %(words)s::text[], %(few)s::text[])
            AS row (at, kind, value, currency, words, few)
    )
    SELECT asked.at, {_FOUND}
    FROM asked
    CROSS JOIN LATERAL (
        SELECT mention.* FROM communications_mention AS mention
        LEFT JOIN communications_announcement AS item ON mention.source = 'announcement' AND item.id = mention.source_id
        WHERE mention.words && asked.few AND mention.programme_id = %(programme)s AND mention.kind = asked.kind
          AND mention.currency = asked.currency AND mention.text <> asked.value AND {_IS_OUT}
        LIMIT %(candidates)s
    ) AS mention
    CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM unnest(mention.words) AS word WHERE word = ANY(asked.words) AND word <> ALL(mention.label)
    ) AS shared
    WHERE shared.n >= %(like)s * (cardinality(mention.words) - cardinality(mention.label) + cardinality(asked.words) - shared.n)
    ORDER BY shared.n DESC, mention.id DESC LIMIT %(most)s
"""  # noqa: S608 - only what is written above
_ABOUT = f"""
    WITH asked AS (
        SELECT at, kind, value, currency, statement, string_to_array(phrase, ' ')::varchar[] AS phrase
        FROM unnest(%(at)s::int[], %(kind)s::text[], %(value)s::text[], %(currency)s::text[], %(statement)s::bigint[],
                    %(phrase)s::text[]) AS row (at, kind, value, currency, statement, phrase)
    ), found AS (
        SELECT asked.at, mention.id FROM asked JOIN communications_mention AS mention ON mention.statement_id = asked.statement
        UNION
        SELECT asked.at, mention.id FROM asked
        JOIN communications_mention AS mention ON mention.words @> asked.phrase AND mention.statement_id IS NULL
    )
    SELECT DISTINCT asked.at, mention.id, {_FOUND}
    FROM found
    JOIN asked ON asked.at = found.at
    JOIN communications_mention AS mention ON mention.id = found.id
     AND mention.programme_id = %(programme)s AND mention.kind = asked.kind
     AND mention.currency = asked.currency AND mention.text <> asked.value
    LEFT JOIN communications_announcement AS item ON mention.source = 'announcement' AND item.id = mention.source_id
    WHERE {_IS_OUT} ORDER BY mention.id DESC LIMIT %(most)s
"""  # noqa: S608 - only what is written above


@dataclass(frozen=True)
class Side:
    """One of two sentences, as its language writes its value."""

    value: str
    sentence: str
    title: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True)
class Contradiction:
    """`about` names the statement that both are about, where there is one."""

    here: Side
    there: Side
    is_exact: bool
    about: str = ""


@dataclass(frozen=True)
class Link:
    """A figure that is written out though a statement has it, and the field where; sure where the sentence is about that statement,
    too."""

    field: str
    language: str
    variant: str
    said: Said
    statement: Statement
    is_sure: bool


@dataclass(frozen=True)
class Consistency:
    exact: tuple[Contradiction, ...] = ()
    likely: tuple[Contradiction, ...] = ()
    links: tuple[Link, ...] = ()
    unknown: tuple[Said, ...] = ()
    figures: int = 0

    @property
    def is_told(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.exact or self.likely or self.links or self.unknown)


@dataclass(frozen=True)
class _Place:
    """Something said, with where it is said and the statement it is of, if it is of one."""

    wording: Wording
    field: str
    said: Said
    statement: Statement | None = None


def consistency_of(told, user) -> Consistency:
    """Of an announcement as it is written, or of a version as it was submitted."""
    own = told.pk if isinstance(told, Announcement) else told.announcement_id
    programme_id = told.programme_id if isinstance(told, Announcement) else told.announcement.programme_id
    statements = list(Statement.objects.filter(programme_id=programme_id)[:STATEMENTS_AT_MOST])
    by_key = {row.key: row for row in statements}
    kept = {key: Value.of_json(value) for key, value in told.stated.items()} if not isinstance(told, Announcement) else {}
    stated = {row.key: row.value for row in statements} | kept
    places = [
        _Place(wording, name, said, by_key.get(said.key) or _statement_of(said, statements))
        for wording in wordings_of(told)
        for name, said in wording.said(stated)
    ][:FIGURES_AT_MOST]
    against_registry = [found for place in places if (found := _against_registry(place, places))]
    exact, likely = _against_texts(places, programme_id, own or 0, user)
    links = tuple(_links(places, statements))
    return Consistency(
        exact=tuple([one for one in against_registry if one.is_exact] + exact)[:SHOWN_AT_MOST],
        likely=tuple([one for one in against_registry if not one.is_exact] + likely)[:SHOWN_AT_MOST],
        links=links,
        unknown=tuple(_unknown(places, links)),
        figures=len(places),
    )


def _statement_of(said: Said, statements: list[Statement]) -> Statement | None:
    """The one that the sentence is about; of several, the one that asks for most words."""
    about = [
        (len(words_about(phrase)), row)
        for row in statements
        if row.kind == said.value.kind and row.is_current
        for phrase in row.told_by
        if is_about(said.words, phrase)
    ]
    return max(about, key=lambda pair: pair[0])[1] if about else None


def _against_registry(place: _Place, places: list[_Place]) -> Contradiction | None:
    said, row = place.said, place.statement
    if said.key or row is None or said.value == row.value or said.value.currency != row.currency:
        return None
    if row.value in _beside(place, places):
        return None
    there = Side(
        row.value.said(place.wording.language), "", row.name, reverse("admin:communications_statement_page", args=[row.public_id])
    )
    return Contradiction(_side(place), there, said.is_alone, row.name)


def _beside(place: _Place, places: list[_Place]) -> set[Value]:
    """What the same sentence says besides."""
    same = (other for other in places if other.wording is place.wording and other.said.sentence == place.said.sentence)
    return {other.said.value for other in same if other is not place}


def _side(place: _Place) -> Side:
    return Side(place.said.value.said(place.wording.language), place.said.sentence, language=place.wording.language)


def _against_texts(places: list[_Place], programme_id: int, own: int, user) -> tuple[list[Contradiction], list[Contradiction]]:
    about = [(row[0], row[2:], True) for row in _rows(_ABOUT, _asked_about(places), programme_id, own)]
    asked = _asked_alike(places)
    alike = [(row[0], row[1:], False) for sql in (_SAME, _ALIKE) for row in _rows(sql, asked, programme_id, own)]
    found = [(places[at], row, is_about_one) for at, row, is_about_one in (*about, *alike)]
    shown = shown_texts(user, {row[:3] for _place, row, _about in found})
    products = _words_of_products(programme_id) if alike else frozenset()
    told: dict[bool, list[Contradiction]] = {True: [], False: []}
    seen = set()
    for place, row, is_about_one in found:
        there = shown.get(row[:3])
        pair = (place.said.sentence, place.said.value, row[0], row[1], row[3], row[7])
        other = Value(row[4], row[5], row[6])
        if there is None or pair in seen or other in _beside(place, places):
            continue
        seen.add(pair)
        is_exact = row[9] and place.said.is_alone and (is_about_one or _are_the_same(place, row))
        if not (is_exact or is_about_one) and _are_of_different_things(place, row, there.title, products):
            continue
        side = Side(other.said(row[3]), row[7], there.title, there.url, row[3])
        name = place.statement.name if is_about_one and place.statement else ""
        told[is_exact].append(Contradiction(_side(place), side, is_exact, name))
    return told[True], told[False]


def _are_of_different_things(place: _Place, row: tuple, title: str, products: frozenset[str]) -> bool:
    """What they name by a capital, or products by their names, in whatever language."""
    here = _named(place.said.sentence, place.wording.title, place.wording.language, products)
    return are_of_different_things(here, _named(row[7], title, row[3], products))


def _named(sentence: str, title: str, language: str, products: frozenset[str]) -> frozenset[str]:
    for figure in reversed(figures_in(sentence, language)):
        sentence = f"{sentence[: figure.start]}#{sentence[figure.end :]}"
    texts = (sentence, title)
    return frozenset().union(*(names_in(text, language) | (words_about(text) & products) for text in texts))


def _words_of_products(programme_id: int) -> frozenset[str]:
    """Those that tell one product from another: what several have in their names tells nothing."""
    names = Product.objects.filter(programme=programme_id).values_list("name", flat=True)[:PRODUCTS_AT_MOST]
    counts = Counter(word for name in names for word in words_about(name))
    return frozenset(word for word, n in counts.items() if n == 1)


def _are_the_same(place: _Place, row: tuple) -> bool:
    """But for the figure."""
    is_tongue = row[3].partition("-")[0] == place.wording.language.partition("-")[0]
    return bool(row[8]) and row[8] == place.said.skeleton and is_tongue


def _asked_alike(places: list[_Place]) -> dict[str, list]:
    asked = [(at, place.said, _telling(place.said)) for at, place in enumerate(places) if place.said.skeleton]
    return {
        **_columns([(at, said) for at, said, _words in asked]),
        "skeleton": [said.skeleton for _at, said, _words in asked],
        "words": [" ".join(words) for _at, _said, words in asked],
        "few": [" ".join(words[: floor(len(words) * (1 - LIKE_ENOUGH)) + 1]) for _at, _said, words in asked],
    }


def _telling(said: Said) -> list[str]:
    """By what else it may be found, the rarest first; none where so few are alike by chance."""
    words = sorted(said.own_words, key=lambda word: (-len(word), word))
    return words if len(words) >= WORDS_THAT_TELL else []


def _asked_about(places: list[_Place]) -> dict[str, list]:
    asked = [
        (at, place.said, place.statement.pk, " ".join(sorted(words_about(phrase))))
        for at, place in enumerate(places)
        if place.statement
        for phrase in place.statement.told_by
    ]
    return {
        **_columns([(at, said) for at, said, _pk, _phrase in asked]),
        "statement": [pk for _at, _said, pk, _phrase in asked],
        "phrase": [phrase for _at, _said, _pk, phrase in asked],
    }


def _columns(asked: list[tuple[int, Said]]) -> dict[str, list]:
    return {
        "at": [at for at, _said in asked],
        "kind": [str(said.value.kind) for _at, said in asked],
        "value": [said.value.text for _at, said in asked],
        "currency": [said.value.currency for _at, said in asked],
    }


def _rows(sql: str, asked: dict[str, list], programme_id: int, own: int) -> list[tuple]:
    if not asked["at"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                **asked,
                "programme": programme_id,
                "own": own,
                "now": timezone.now(),
                "like": LIKE_ENOUGH,
                "most": LOOKED_AT,
                "candidates": CANDIDATES,
            },
        )
        return cursor.fetchall()


def _links(places: list[_Place], statements: list[Statement]) -> Iterator[Link]:
    """What is written out and could be put in instead: surely where the sentence is about it, else where the value is the same."""
    by_value: dict[Value, Statement] = {}
    for row in statements:
        if row.is_current:
            by_value.setdefault(row.value, row)
    for place in places:
        said = place.said
        if said.key or not _can_be_linked(place):
            continue
        if place.statement and place.statement.value == said.value:
            yield Link(place.field, place.wording.language, place.wording.variant, said, place.statement, is_sure=True)
        elif place.statement is None and (row := by_value.get(said.value)):
            yield Link(place.field, place.wording.language, place.wording.variant, said, row, is_sure=False)


def _unknown(places: list[_Place], links: tuple[Link, ...]) -> Iterator[Said]:
    """What is written out, and no statement has."""
    for place in places:
        if place.said.key or place.statement or _is_asked_for(place):
            continue
        if not any(link.said is place.said for link in links):
            yield place.said


def _can_be_linked(place: _Place) -> bool:
    """Not in an address, nor in a date of its own."""
    if _is_asked_for(place):
        return False
    detail = _detail_of(place)
    text = place.wording.details[detail] if detail else getattr(place.wording, place.field)
    return place_of(text, place.said.written, place.said.nth) is not None


def _is_asked_for(place: _Place) -> bool:
    """A date or a choice that the kind asks for by itself, which is no text."""
    detail = _detail_of(place)
    return bool(detail) and not DETAILS[detail].is_translated


def _detail_of(place: _Place) -> str:
    return place.field.removeprefix("details.") if place.field.startswith("details.") else ""
