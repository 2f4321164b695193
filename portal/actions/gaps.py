"""What the assistant could not answer comes to those who own the content."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.actions.tasks import create_task
from activity.refusals import Refused
from partners.models import Contact, Programme
from portal.assistant.answers import Cited
from portal.assistant.words import stem, telling, words_in
from portal.models import AskedQuestion, KnowledgeGap
from portal.queries.owners import owner_of, programme_admin

STAYS_UNANSWERED = timedelta(days=2)
DUE_IN = timedelta(days=14)
AT_ONCE = 50
GIST = KnowledgeGap._meta.get_field("gist").max_length


def gist_of(text: str) -> str:
    """The same for two who ask the same in nearly the same words."""
    words = words_in(text)
    return " ".join(sorted({stem(words[place]) for place in telling(words)}))[:GIST]


def note_gap(question: AskedQuestion, nearest: Cited | None, *, is_useless: bool = False) -> KnowledgeGap | None:
    """Counted by what it says; who asked stays with the question. Of somebody in no programme there is nobody to tell."""
    programme = _programme_of(question.contact)
    if programme is None:
        return None
    gap, _made = KnowledgeGap.objects.get_or_create(
        programme=programme, gist=gist_of(question.text), closed_at=None, defaults={"text": question.text[:300]}
    )
    counted = {"useless": F("useless") + 1} if is_useless else {"times": F("times") + 1}
    named = {"nearest_kind": nearest.kind, "nearest_id": nearest.public_id, "nearest_title": nearest.document} if nearest else {}
    KnowledgeGap.objects.filter(pk=gap.pk).update(last_at=timezone.now(), **counted, **named)
    AskedQuestion.objects.filter(pk=question.pk).update(gap=gap)
    return gap


def ask_owners() -> int:
    """A task for each that has stayed unanswered for two days; how many were made."""
    due = KnowledgeGap.objects.open().filter(task_id=None, first_at__lte=timezone.now() - STAYS_UNANSWERED).order_by("pk")
    return sum(_ask_owner(pk) for pk in due.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _ask_owner(pk: int) -> bool:
    gap = KnowledgeGap.objects.select_for_update().filter(pk=pk, task_id=None, closed_at=None).first()
    if gap is None:
        return False
    owner = owner_of(gap.nearest_kind, gap.nearest_id) or programme_admin()
    detail = _("Partners asked this and the assistant found no answer: “%(question)s”") % {"question": gap.text}
    if gap.nearest_title:
        detail += "\n" + _("Nearest to it is “%(title)s”.") % {"title": gap.nearest_title}
    title = _("Answer what partners ask: “%(question)s”") % {"question": gap.text[:120]}
    task = create_task(title[:200], by=None, owner=owner, due_on=timezone.localdate() + DUE_IN, detail=detail, source=gap)
    gap.task_id = task.pk
    gap.save(update_fields=["task_id"])
    return True


@transaction.atomic
def close_gap(gap: KnowledgeGap, *, by: User) -> None:
    """It is answered now, or need not be. Asked again and not answered, it is a new one."""
    closed = KnowledgeGap.objects.open().filter(pk=gap.pk).update(closed_at=timezone.now(), closed_by=by)
    if not closed:
        raise Refused(_("“%(question)s” is closed already.") % {"question": gap})
    record_activity("knowledge_gap.closed", _("%(who)s closed an unanswered question") % {"who": by}, by=by, subject=gap)


def _programme_of(contact: Contact) -> Programme | None:
    place = contact.partner.enrolments.current().select_related("programme").order_by("-is_primary", "pk").first()
    return place.programme if place else None
