"""Telling the index of search what there is to read: announcements that have gone out, questions that were answered, and answers
that are kept. Who may see which is asked when somebody looks (communications/queries/search_sources.py)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import Truncator

from communications.models import Announcement, AnnouncementVersion, KnownAnswer, Question
from communications.rendering.merge_fields import with_labels
from communications.rendering.paragraphs import GAP, paragraphs_of, without_fields
from search.actions.indexing import Paragraph, forget_document, index_document

ANNOUNCEMENT, QUESTION, KNOWN_ANSWER = "announcement", "question", "known_answer"


def index_announcement(announcement: Announcement) -> None:
    """The version that was approved, in all its languages; one that is over is forgotten."""
    version = announcement.versions.filter(number=announcement.approved_version).first()
    if version is None or announcement.is_over:
        forget_document(ANNOUNCEMENT, announcement.public_id)
        return
    index_document(
        ANNOUNCEMENT, announcement.public_id, title=with_labels(version.in_language(version.language).title),
        address=reverse("communications:announcement", args=[announcement.public_id]), paragraphs=list(_paragraphs(version)),
        language=version.language, expires_at=announcement.expires_at, review_on=announcement.review_on,
    )  # fmt: skip


def index_question(question: Question) -> None:
    answers = list(question.answers.all())
    if not answers:
        return
    index_document(
        QUESTION, question.public_id, title=Truncator(question.text).chars(120),
        address=reverse("communications:announcement", args=[question.announcement.public_id]) + "#questions",
        paragraphs=[Paragraph("", text) for text in (question.text, *(answer.text for answer in answers))],
        language=question.announcement.language, expires_at=question.announcement.expires_at,
    )  # fmt: skip


def index_known_answer(row: KnownAnswer) -> None:
    index_document(
        KNOWN_ANSWER, row.public_id, title=row.question, address=reverse("communications:known_answer", args=[row.public_id]),
        paragraphs=list(paragraphs_of(row.answer)),
    )  # fmt: skip


def index_all_announcements() -> int:
    rows = Announcement.objects.filter(approved_version__isnull=False, frozen_at__isnull=False)
    return _each(rows.prefetch_related("versions"), index_announcement)


def index_all_questions() -> int:
    return _each(
        Question.objects.exclude(answered_at=None).select_related("announcement").prefetch_related("answers"), index_question
    )


def index_all_known_answers() -> int:
    return _each(KnownAnswer.objects.all(), index_known_answer)


def _each(rows, index) -> int:
    count = 0
    for row in rows.iterator(chunk_size=500):
        index(row)
        count += 1
    return count


def _paragraphs(version: AnnouncementVersion) -> Iterator[Paragraph]:
    for language in version.languages:
        told = version.in_language(language)
        heading = "" if language == version.language else with_labels(told.title)
        if told.call_to_action:
            yield Paragraph(heading, without_fields(told.call_to_action), language)
        yield from (each for each in paragraphs_of(told.body, language, heading) if not _is_greeting(each.text))


def _is_greeting(text: str) -> bool:
    """“Hello …,” says nothing to anybody who looks for something."""
    return GAP in text and len(text.split()) < 5
