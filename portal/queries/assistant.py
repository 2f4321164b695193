"""Answers to what somebody asks, from what they may see at this moment and what is theirs."""

from dataclasses import replace

from partners.models import Contact
from portal.assistant.answers import Answer, Cited, as_shown, without
from portal.assistant.choosing import Weighed, weighed
from portal.assistant.extracting import extracted
from portal.assistant.phrasing import kept_of, messages_for
from portal.assistant.theirs import is_beyond_texts
from portal.channels.language_model import ModelAwayError, completion, is_configured
from portal.models import AskedQuestion
from portal.queries.own_questions import own_answer
from search.meaning import Read
from search.queries.finding import find_passages, where_they_stand
from search.questions import read_question
from search.sources import documents_for

PASSAGES = 24  # that are looked at
SOURCES = 3  # paragraphs that are named
NOT_FAR = -1.5  # a paragraph behind the one that answers is named where its weight is no lower


def answer_for(user, question: str, *, contact: Contact | None) -> Answer:
    """`contact` is whom the person acts for; without, nothing is told about own things."""
    asked = read_question(question)
    if not asked:
        return Answer()
    own, page = own_answer(asked.text, contact, reader=user) if contact else ([], None)
    read, rows = weighed(asked.text, find_passages(user, asked.text, limit=PASSAGES))
    if own:
        # What a text says beside it is named, in case it was meant; it is not quoted.
        further = [cited_of(row) for row in rows[: SOURCES - 1] if row.weight > 0]
        return Answer(tuple(own), (page, *further))
    if not rows or rows[0].weight <= 0 or is_beyond_texts(asked.text, rows[0].read.text):
        return Answer(nearest=cited_of(rows[0]) if rows else None)
    return _from_texts(read, [row for row in rows[:SOURCES] if row.weight > NOT_FAR])


def _from_texts(asked: Read, rows: list[Weighed]) -> Answer:
    sources = tuple(cited_of(row) for row in rows)
    answer = Answer(extracted(asked, rows), sources)
    if not is_configured():
        return answer
    try:
        said = kept_of(completion(messages_for(asked.text, rows)), rows)
    except ModelAwayError:
        return replace(answer, notes=("model_away",))
    return replace(answer, said=said) if said else answer


def cited_of(row: Weighed) -> Cited:
    found, document = row.found, row.found.document
    return Cited(
        document.title, document.address, document.file_name, found.number, found.heading, document.kind,
        str(document.public_id), found.digest,
    )  # fmt: skip


def shown_to(user, question: AskedQuestion) -> Answer:
    """What was shown, without what has expired meanwhile, waits for its review, is no longer this person's to see or says something
    else now. A paragraph that only moved is named where it stands."""
    answer = as_shown(question.shown)
    named = [cited for cited in (*answer.sources, answer.nearest) if cited and not cited.is_own]
    if not named:
        return answer
    quotable = documents_for(user, answers=True).quotable().filter(public_id__in={cited.public_id for cited in named})
    there = {(kind, str(public_id)): pk for kind, public_id, pk in quotable.values_list("kind", "public_id", "pk")}
    stand = where_they_stand(there.values(), {cited.digest for cited in named})
    numbers = {cited: stand.get((there.get((cited.kind, cited.public_id)), cited.digest)) for cited in named}
    gone = {number for number, cited in enumerate(answer.sources, start=1) if cited in numbers and numbers[cited] is None}
    has_changed = any(number in gone and (cited.kind, cited.public_id) in there for number, cited in answer.used)
    sources = tuple(replace(cited, paragraph=numbers.get(cited)) for cited in answer.sources)
    nearest = answer.nearest if answer.nearest and (answer.nearest.kind, answer.nearest.public_id) in there else None
    notes = (*answer.notes, "changed") if has_changed else answer.notes
    return replace(without(replace(answer, sources=sources), gone), nearest=nearest, notes=notes)
