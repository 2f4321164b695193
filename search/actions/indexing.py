"""Telling the index: what there is to be found, what is no longer, and what its paragraphs mean."""

import datetime
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from search.languages import configuration_of
from search.meaning import meaning_of, read, whole
from search.models import Document, Meaning, Passage

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
EMBEDDED_AT_ONCE = 16  # rows are locked while the model reads: whoever writes one of them waits for so many
MOST_CHARACTERS = 20_000  # of one paragraph; nobody writes a longer one, but a file may hold one
# Of what stands in these passages; numbers and addresses are no words to guess.
LEARN = """
INSERT INTO search_word (word)
SELECT DISTINCT lexeme FROM search_passage p,
    unnest(to_tsvector('simple', lower((p.title || ' ' || p.heading || ' ' || p.text) COLLATE "pg_c_utf8")))
WHERE p.id = ANY(%s) AND length(lexeme) BETWEEN 4 AND 40 AND lexeme !~ '[0-9[:punct:]]' ORDER BY lexeme
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Paragraph:
    """In the language of its document, where it does not say another."""

    heading: str
    text: str
    language: str = ""


@transaction.atomic
def index_document(
    kind: str, public_id: uuid.UUID, *, title: str, address: str, paragraphs: Sequence[Paragraph], language: str = "en",
    file_name: str = "", expires_at: datetime.datetime | None = None, review_on: datetime.date | None = None,
) -> Document:  # fmt: skip
    """As it is now; said twice it changes nothing. Paragraphs are numbered from 1; one without text keeps its number and is not
    found. A document of no text is found by its title."""
    document, _created = Document.objects.update_or_create(
        kind=kind,
        public_id=public_id,
        defaults={
            "title": _line(title),
            "address": address,
            "file_name": _line(file_name)[:255],
            "language": language,
            "expires_at": expires_at,
            "review_on": review_on,
            "indexed_at": timezone.now(),
        },
    )
    _write_passages(document, list(paragraphs))
    return document


def forget_document(kind: str, public_id: uuid.UUID) -> None:
    Document.objects.filter(kind=kind, public_id=public_id).delete()


def embed_waiting(limit: int = EMBEDDED_AT_ONCE) -> int:
    """Give up to so many passages their meaning, and learn their words; how many there were. Two at work take different ones,
    and one that was rewritten meanwhile is taken again."""
    done = 0
    while done < limit:
        with transaction.atomic():
            waiting = Meaning.objects.filter(reading=None).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
            batch = list(waiting.select_related("passage")[: min(EMBEDDED_AT_ONCE, limit - done)])
            if not batch:
                return done
            for meaning in batch:
                text = whole(meaning.passage.title, meaning.passage.heading, meaning.passage.text)
                meaning.vector, meaning.reading = meaning_of(text), read(text).kept
            Meaning.objects.bulk_update(batch, ["vector", "reading"])
            learn_words([meaning.pk for meaning in batch])
        done += len(batch)
    return done


def learn_words(passages: Sequence[int]) -> None:
    """Of these passages, for guessing what somebody meant."""
    with connection.cursor() as cursor:
        cursor.execute(LEARN, [list(passages)])


def _write_passages(document: Document, paragraphs: list[Paragraph]) -> None:
    """Rows that say the same stay, with their meaning."""
    wanted = {
        number: (
            document.title,
            _line(paragraph.heading),
            _text(paragraph),
            configuration_of(paragraph.language or document.language),
        )
        for number, paragraph in enumerate(paragraphs, start=1)
        if _text(paragraph)
    } or {1: (document.title, "", document.title, configuration_of(document.language))}
    there = {
        number: tuple(said)
        for number, *said in document.passages.values_list("number", "title", "heading", "text", "configuration")
    }
    document.passages.filter(number__in=[number for number, said in there.items() if wanted.get(number) != said]).delete()
    written = Passage.objects.bulk_create(
        Passage(document=document, number=number, title=title, heading=heading, text=text, configuration=configuration)
        for number, (title, heading, text, configuration) in wanted.items()
        if there.get(number) != (title, heading, text, configuration)
    )
    Meaning.objects.bulk_create(Meaning(passage=passage, document=document) for passage in written)


def _text(paragraph: Paragraph) -> str:
    return _clean(paragraph.text)[:MOST_CHARACTERS]


def _line(text: str) -> str:
    return " ".join(_clean(text).split())[:300]


def _clean(text: str) -> str:
    return CONTROL.sub(" ", str(text)).strip()
