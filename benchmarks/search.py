"""What a search costs: one box over as many texts as a tenth of the people, ten paragraphs each."""

import itertools
import random

import numpy as np
from django.db import connection
from django.db.models import F
from django.db.models.functions import Mod
from uuid6 import uuid7

from accounts.models import User
from benchmarks.figures import Figure, p95, seconds
from search.meaning import meaning_of
from search.models import DIMENSIONS, Document, Meaning, Passage, Word
from search.queries.finding import find, find_passages
from search.sources import Source, register_source

ASKED, PARAGRAPHS, WORDS_A_PARAGRAPH, BATCH = 10, 10, 45, 2_000
ENDINGS = ("ware", "ing", "ment", "able", "wise", "kit", "hub", "er")
NEAR = "CREATE INDEX search_meaning_near ON search_meaning USING hnsw (vector halfvec_ip_ops) WITH (m=16, ef_construction=64)"
QUESTIONS = (
    "how do I register a deal",
    "price list",
    "discount for schools in the north",
    "certificat",
    "harbour renewal fee 2030",
    "what happens when a customer cancels",
    "training",
    "support contract for hospitals and banks",
    "rebait",
    "win against the competition",
)
SAID = """
    price list discount deal register harbour renewal fee customer cancel training support contract hospital bank rebate
    school partner order licence certificate exam competition margin quarter region north invoice delivery version
""".split()  # noqa: SIM905 - thirty words that partners are told, each in a seventh of the paragraphs


def search(_programme, size: int) -> Figure:
    return _asked(lambda user, text: find(user, text), size)


def passages(_programme, size: int) -> Figure:
    return _asked(lambda user, text: find_passages(user, text), size)


def _made_up(chance: random.Random) -> list[str]:
    """Two thousand beginnings of words that nobody else says."""
    return ["".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _n in range(3)) for _m in range(2000)]


def _asked(ask, size: int) -> Figure:
    written(size)
    user, _made = User.objects.get_or_create(email="searcher@bench.example")
    assert find(user, QUESTIONS[0]).passages, "it must find what is there"
    ours = p95([seconds(lambda text=text: ask(user, text)) for text in QUESTIONS for _n in range(ASKED)])
    return Figure(ours, "s", 0.15, "what the box may take")


def _visible(_user):
    """Nine of ten, asked of rows as a noun's app does."""
    return Document.objects.filter(kind="bench").alias(left=Mod(F("pk"), 10)).exclude(left=0).values("public_id")


def written(size: int) -> None:
    """For so many people, with their rights."""
    register_source(Source("bench", "Bench", _visible))
    _write(max(size // 10, 10))


def _write(documents: int) -> None:
    if Document.objects.filter(kind="bench").count() == documents:
        return
    Document.objects.filter(kind="bench").delete()
    chance, numbers = random.Random(7), np.random.default_rng(7)  # noqa: S311 - made up, and the same each time
    rare = [f"{first}{last}" for first, last in itertools.product(_made_up(chance), ENDINGS)]
    spoken = [*SAID, *rare]
    weights = [0.0036] * len(SAID) + [0.13 / (n + 20) for n in range(len(rare))]
    near = np.array([meaning_of(question) for question in QUESTIONS])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS search_meaning_near")
        cursor.execute("SET maintenance_work_mem = '512MB'")
    for start in range(0, documents, BATCH // PARAGRAPHS):
        batch = Document.objects.bulk_create(
            Document(kind="bench", public_id=uuid7(), title=" ".join(chance.choices(spoken, weights, k=5)), address="/")
            for _n in range(min(BATCH // PARAGRAPHS, documents - start))
        )
        rows = Passage.objects.bulk_create(
            Passage(document=document, number=n, title=document.title, configuration="english",
                    text=" ".join(chance.choices(spoken, weights, k=WORDS_A_PARAGRAPH)))
            for document in batch for n in range(1, PARAGRAPHS + 1)
        )  # fmt: skip
        vectors = (
            numbers.standard_normal((len(rows), DIMENSIONS)) / np.sqrt(DIMENSIONS) + near[numbers.integers(0, len(near), len(rows))]
        )
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        Meaning.objects.bulk_create(
            Meaning(passage=row, document_id=row.document_id, vector=vector.tolist(), reading=_reading(row, numbers))
            for row, vector in zip(rows, vectors, strict=True)
        )
    Word.objects.bulk_create((Word(word=word) for word in spoken), ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(NEAR)
        cursor.execute("VACUUM ANALYZE search_document, search_passage, search_meaning, search_word")


def _reading(passage: Passage, numbers: np.random.Generator) -> bytes:
    """As long as the model's own, which would take an hour to make for all of them."""
    words = passage.title.count(" ") + passage.text.count(" ") + 2
    return numbers.integers(-127, 128, words * DIMENSIONS, dtype=np.int8).tobytes()


MEASURES = {"search_seconds": search, "search_passages_seconds": passages}
