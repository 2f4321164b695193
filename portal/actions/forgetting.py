"""What people asked: theirs to take along, gone when they are forgotten, and kept no longer than a rule allows."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from partners.personal_data import ERASED, Person, forget_in, register_eraser, rows_naming
from partners.retention import register_retention
from portal.assistant.answers import as_shown
from portal.models import AskedQuestion, KnowledgeGap


def register() -> None:
    register_eraser("questions to the assistant", _find, _erase, title=_("Questions to the assistant"))
    register_retention("asked_questions", _("Questions to the assistant"), lambda t: AskedQuestion.objects.filter(at__lt=t))
    register_retention(
        "knowledge_gaps",
        _("Unanswered questions, after they were last asked"),
        lambda t: KnowledgeGap.objects.filter(last_at__lt=t),
    )


def _find(person: Person) -> Iterator[dict]:
    for row in AskedQuestion.objects.filter(contact__in=person.contact_ids):
        yield {"asked": row.at, "question": row.text, "answer": as_shown(row.shown).text, "useful": row.is_useful}


def _erase(person: Person) -> int:
    """Their own go whole; what they and others asked may name them, so all of it is searched."""
    gone = AskedQuestion.objects.filter(contact__in=person.contact_ids).delete()[0]
    others = forget_in(person, AskedQuestion.objects.all(), "text", "shown")
    return gone + others + _erase_from_gaps(person)


def _erase_from_gaps(person: Person) -> int:
    """The gist has the same words in another order, so it goes whole; nobody can ask the same again."""
    named = list(rows_naming(person, KnowledgeGap.objects.all(), "text").values_list("pk", flat=True))
    for pk in named:
        KnowledgeGap.objects.filter(pk=pk).update(gist=f"{ERASED} {pk}")
    return forget_in(person, KnowledgeGap.objects.all(), "text", "nearest_title")
