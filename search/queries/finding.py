"""Finding by words and by meaning, within what a person may see.

One statement asks in both ways, each within the documents that the nouns' apps allow at this moment, and takes the best of both
by their places in the two rows (reciprocal rank): neither scale has to be compared with the other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import md5

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import MD5

from search.marks import CLOSE, OPEN, Piece, excerpt_of, marked
from search.meaning import meaning_of, whole
from search.models import Document, Passage
from search.queries.wording import Wording, wording_of
from search.questions import read_question
from search.sources import documents_for

CANDIDATES = 80  # of each way
RANKED = 1000
FEW = 300  # documents
NEAR_ENOUGH = 0.33  # below this, two texts have nothing to do with each other
WORTH_READING = 0.15  # and below this for the assistant, which reads closely what it is given
PLACES = re.compile("%s|%%")  # of parameters, and what is a per cent sign
SMOOTHING = 60  # how little a first place is worth more than a tenth
MARKED_CHARACTERS = 4000


@dataclass(frozen=True)
class FoundPassage:
    """`words` is the share of the named things that are in it, `meaning` how near it is (0 unknown, 1 the same); `score` orders.
    `excerpt` is what a page shows of it, in pieces of which some are marked; `reading` is what the model kept of it and
    `digest` tells its text from every other, for the assistant."""

    document: Document
    number: int
    heading: str
    text: str
    score: float
    words: float
    meaning: float
    excerpt: list[Piece] = field(default_factory=list)
    reading: bytes | None = None
    digest: str = ""

    @property
    def whole(self) -> str:
        return whole(self.document.title, self.heading, self.text)


@dataclass(frozen=True)
class Found:
    """Documents by the passage of each that answers best."""

    passages: list[FoundPassage] = field(default_factory=list)
    is_cut: bool = False  # more was typed than was read

    def __len__(self) -> int:
        return len(self.passages)


def find(user, text: str, *, kinds: Iterable[str] | None = None, limit: int = 20) -> Found:
    question = read_question(text)
    if not question:
        return Found()
    documents = documents_for(user, kinds=kinds)
    rows = _ask(question.text, wording_of(question, is_being_typed=True), documents, limit, once=True)
    passages = [_passage(row, excerpt=excerpt_of(row[TEXT], marked(row[TEXT], row[-1]))) for row in rows]
    return Found(passages, is_cut=question.is_cut)


def find_passages(user, question: str, *, limit: int = 8) -> list[FoundPassage]:
    """For the assistant: only what may be quoted to this person now."""
    asked = read_question(question)
    if not asked:
        return []
    rows = _ask(asked.text, wording_of(asked), documents_for(user, answers=True).quotable(), limit, once=False)
    return [_passage(row, reading=None if row[-1] is None else bytes(row[-1]), digest=_digest(row[TEXT])) for row in rows]


def where_they_stand(documents: Iterable[int], digests: Iterable[str]) -> dict[tuple[int, str], int]:
    """The numbers that these texts have at this moment in these documents: one that says something else now is not among them."""
    rows = Passage.objects.filter(document__in=documents).annotate(digest=MD5("text")).filter(digest__in=digests)
    found = rows.order_by("-number").values_list("document", "digest", "number")
    return {(document, digest): number for document, digest, number in found}


def _digest(text: str) -> str:
    """As PostgreSQL has it."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def _passage(row: tuple, **further) -> FoundPassage:
    number, heading, text, *figures = row[len(DOCUMENT) : -1]
    return FoundPassage(Document(**dict(zip(DOCUMENT, row, strict=False))), number, heading, text, *map(float, figures), **further)


DOCUMENT = ("id", "kind", "public_id", "title", "address", "file_name", "language", "expires_at", "review_on")
TEXT = len(DOCUMENT) + 2
# `walks` is decided before anything is looked for: whoever may see little has all of it compared; else the graph of neighbours is
# walked until enough of them are visible. What the words say is ranked for so many passages that have all of them, and so many that
# have two; a word that stands everywhere would otherwise be ranked everywhere.
STATEMENT = """
WITH question AS MATERIALIZED (SELECT %(vector)s::halfvec AS vector),
visible (id) AS MATERIALIZED ({visible}),
walks AS MATERIALIZED (
    SELECT count(*) > %(few)s AS far, set_config('hnsw.iterative_scan', 'relaxed_order', true),
        set_config('hnsw.ef_search', %(candidates)s::text, true) FROM visible
),
matching AS (
    (SELECT p.id, p.document_id, p.words FROM search_passage p
        WHERE p.words @@ ({all_units}) AND (p.document_id IN (SELECT id FROM visible)) IS TRUE LIMIT %(ranked)s)
    {or_enough}
),
by_words AS (
    SELECT p.id, p.document_id, p.place, {share} AS share FROM (
        SELECT id, document_id, words, row_number() OVER (ORDER BY ts_rank(words, {any_unit}, 1) DESC, id) AS place
        FROM matching ORDER BY place LIMIT %(candidates)s
    ) p
),
near AS (
    (SELECT m.passage_id AS id, m.document_id, m.vector <#> (SELECT vector FROM question) AS distance
        FROM search_meaning m
        WHERE (SELECT far FROM walks) AND (m.document_id IN (SELECT id FROM visible)) IS TRUE
        ORDER BY m.vector <#> (SELECT vector FROM question) LIMIT %(candidates)s)
    UNION ALL
    (SELECT m.passage_id, m.document_id, m.vector <#> (SELECT vector FROM question) AS distance
        FROM visible JOIN search_meaning m ON m.document_id = visible.id
        WHERE NOT (SELECT far FROM walks) AND m.vector IS NOT NULL ORDER BY distance LIMIT %(candidates)s)
),
by_meaning AS (
    SELECT id, document_id, row_number() OVER (ORDER BY distance, id) AS place FROM near WHERE distance < -%(near_enough)s::float
),
both_ways AS (
    SELECT id, document_id, coalesce(w.share / (%(smoothing)s + w.place), 0) + coalesce(1.0 / (%(smoothing)s + m.place), 0) AS score
    FROM by_words w FULL JOIN by_meaning m USING (id, document_id)
),
best AS (
    SELECT id, score, row_number() OVER (PARTITION BY document_id ORDER BY score DESC, id) AS nth FROM both_ways
)
SELECT d.id, d.kind, d.public_id, d.title, d.address, d.file_name, d.language, d.expires_at, d.review_on,
    p.number, p.heading, p.text, top.score, {share}, coalesce(-(m.vector <#> (SELECT vector FROM question)), 0), {last}
FROM (SELECT id, score FROM best WHERE nth <= %(each)s ORDER BY score DESC, id LIMIT %(limit)s) top
JOIN search_passage p ON p.id = top.id JOIN search_document d ON d.id = p.document_id JOIN search_meaning m ON m.passage_id = top.id
ORDER BY top.score DESC, top.id
"""
SIGNED = 'ts_headline(p.configuration, lower(left(p.text, %(marked)s) COLLATE "pg_c_utf8"), {any_unit}, %(signs)s)'
OR_ENOUGH = """UNION ALL
    (SELECT p.id, p.document_id, p.words FROM search_passage p WHERE p.words @@ ({enough}) AND NOT p.words @@ ({all_units})
        AND (p.document_id IN (SELECT id FROM visible)) IS TRUE LIMIT %(ranked)s)"""
SIGNS = f"HighlightAll=true, StartSel={OPEN}, StopSel={CLOSE}"  # around each word that matches, by its language's rules


def _ask(text: str, wording: Wording, documents: QuerySet[Document], limit: int, *, once: bool) -> list[tuple]:
    try:
        visible, parameters = _named(documents.order_by().values("pk"))
    except EmptyResultSet:  # known without asking: nothing of this is for them
        return []
    words = {"all_units": wording.all_units, "any_unit": wording.any_unit, "share": wording.share}
    or_enough = OR_ENOUGH.format(enough=wording.enough, **words) if len(wording.units) > 1 else ""
    last = SIGNED.format(**words) if once else "m.reading"
    statement = STATEMENT.format(visible=visible, or_enough=or_enough, last=last, **words)
    parameters |= wording.parameters | {
        "vector": f"[{','.join(f'{number:.6f}' for number in meaning_of(text))}]",
        "candidates": CANDIDATES,
        "ranked": RANKED,
        "few": FEW,
        "near_enough": NEAR_ENOUGH if once else WORTH_READING,
        "smoothing": SMOOTHING,
        "each": 1 if once else limit,
        "limit": limit,
        "marked": MARKED_CHARACTERS,
        "signs": SIGNS,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _named(queryset: QuerySet) -> tuple[str, dict]:
    """Its SQL with parameters that have names, to stand inside a statement that has others."""
    sql, parameters = queryset.query.sql_with_params()
    named = {f"visible_{i}": value for i, value in enumerate(parameters)}
    names = iter(named)
    return PLACES.sub(lambda place: f"%({next(names)})s" if place[0] == "%s" else place[0], sql), named
