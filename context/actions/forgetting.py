"""What this app keeps of people: found for their own copy, and forgotten."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from context.actions.facts import rebuild_profile_facts
from context.models import Fact, ImportRun, Note, ReviewLine, Segment, SegmentVersion, Side, SurveyResponse, Verdict
from partners.models import Evidence
from partners.personal_data import ERASED, Person, forget_in, register_eraser


def register() -> None:
    register_eraser("facts", _find_facts, _erase_facts, title=_("Facts about the person"))
    register_eraser("verdicts", _find_verdicts, _erase_verdicts, title=_("Verdicts on facts"))
    register_eraser("survey answers", _find_answers, _erase_answers, title=_("Answers to surveys"))
    register_eraser("notes", _find_notes, _erase_notes, title=_("Notes of calls and visits"))
    register_eraser("review comments", lambda person: [], _erase_reviews)
    register_eraser("segments", lambda person: [], _erase_rules)
    register_eraser("imports", lambda person: [], _erase_imports)


def _find_notes(person: Person) -> Iterator[dict]:
    """What managers wrote for themselves is named without its text: it speaks of others, too."""
    for note in Note.objects.filter(contacts__in=person.contact_ids).distinct():
        yield {"kind": note.get_kind_display(), "when": note.happened_at, "text": note.text if note.is_shared else ""}


def _erase_notes(person: Person) -> int:
    """Files of a note in which they took part go with them; the history of the row loses the name, too."""
    notes = Note.objects.filter(partner__in=person.partner_ids)
    history = apps.get_model("context", "NoteEvent").objects.filter(partner__in=person.partner_ids)
    changed = forget_in(person, notes, "text") + forget_in(person, history, "text")
    for row in Evidence.objects.filter(notes__contacts__in=person.contact_ids).distinct():
        row.file.delete(save=False)
        row.file, row.name, row.size, row.sha256 = "", ERASED, 0, ""
        row.save()
        changed += 1
    return changed + forget_in(person, history, "text")


def _find_facts(person: Person) -> Iterator[dict]:
    """Those that partners may see: this is for the person's eyes."""
    rows = Fact.objects.filter(contact__in=person.contact_ids).exclude(data_point__seen_by=Side.MANAGERS)
    rows = rows.select_related("data_point")
    for fact in rows:
        yield {"about": fact.data_point.label, "value": fact.value, "source": fact.source, "observed": fact.observed_at}


def _erase_facts(person: Person) -> int:
    """Facts stay as lines of the ledger; those about the person lose their value, others lose the name in them."""
    about = Fact.objects.filter(contact__in=person.contact_ids)
    for row in Evidence.objects.filter(facts__in=about).distinct():
        row.file.delete(save=False)
        row.file, row.name, row.size, row.sha256 = "", ERASED, 0, ""
        row.save()
    changed = about.update(value=ERASED, source=ERASED, evidence="")
    changed += forget_in(person, Fact.objects.filter(partner__in=person.partner_ids), "value", "source", "evidence")
    rebuild_profile_facts(person.partner_ids)
    return changed


def _find_verdicts(person: Person) -> Iterator[dict]:
    for row in Verdict.objects.filter(by__in=[user.pk for user in person.users]).exclude(comment=""):
        yield {"verdict": row.get_kind_display(), "comment": row.comment, "when": row.at}


def _erase_verdicts(person: Person) -> int:
    own = Verdict.objects.filter(by__in=[user.pk for user in person.users]).exclude(comment="").update(comment="")
    there = Verdict.objects.filter(Q(fact__partner__in=person.partner_ids) | Q(fact=None))
    return own + forget_in(person, there, "comment")


def _find_answers(person: Person) -> Iterator[dict]:
    """What the person has handed in, for their organisation."""
    for row in SurveyResponse.objects.filter(contact__in=person.contact_ids).select_related("survey"):
        questions = {question.key: question.text for question in row.survey.questions.select_related("data_point")}
        for key, value in row.answers.items():
            yield {"survey": row.survey.title, "question": questions.get(key, key), "answer": value, "when": row.submitted_at}


def _erase_answers(person: Person) -> int:
    """The answers are the organisation's and stay; who gave them, and names in them, do not."""
    given = SurveyResponse.objects.filter(contact__in=person.contact_ids).update(contact=None)
    return given + forget_in(person, SurveyResponse.objects.filter(partner__in=person.partner_ids), "answers")


def _erase_reviews(person: Person) -> int:
    lines = ReviewLine.objects.filter(review__partner__in=person.partner_ids)
    values = ("partner_value", "manager_value", "agreed_value")
    return forget_in(person, lines, "partner_comment", "manager_comment", *values)


def _erase_rules(person: Person) -> int:
    return sum(
        forget_in(person, model.objects.all(), "rule", "contact_rule", *more)
        for model, more in ((Segment, ("name", "description")), (SegmentVersion, ()))
    )


def _erase_imports(person: Person) -> int:
    """Files that came in, and what was kept of their rows."""
    changed = forget_in(person, ImportRun.objects.all(), "preview", "problem", "file_name")
    done = ImportRun.objects.filter(status__in=[ImportRun.Status.DONE, ImportRun.Status.FAILED, ImportRun.Status.PREVIEWED])
    for run in done.exclude(Q(file="") | Q(file=None), Q(refused="") | Q(refused=None)):
        changed += _drop_files(run, person)
    return changed


def _drop_files(run: ImportRun, person: Person) -> int:
    dropped = [name for name in ("file", "refused") if getattr(run, name) and _may_name(getattr(run, name), person)]
    for name in dropped:
        getattr(run, name).delete(save=False)
        setattr(run, name, None)
    if dropped:
        run.save(update_fields=dropped)
    return len(dropped)


def _may_name(file, person: Person) -> bool:
    """A workbook is packed and cannot be searched by its bytes: it may name anybody."""
    if not file.storage.exists(file.name):
        return True
    if not file.name.lower().endswith((".csv", ".json", ".yml", ".yaml", ".txt", ".tsv")):
        return True
    with file.storage.open(file.name) as content:
        said = content.read().decode(errors="replace").casefold()
    return any(word.casefold() in said for word in (*person.names, *person.addresses))
