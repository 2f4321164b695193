"""A person is forgotten: asked for by the person, decided by a manager, done in the background, in one transaction, everywhere."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.actions.tasks import create_task, finish_task
from activity.models import Task
from activity.refusals import NotAllowed, Refused
from partners.models import Contact, Erasure
from partners.personal_data import Person, erasers, person_of

log = structlog.get_logger(__name__)


@transaction.atomic
def ask_for_erasure(contact: Contact, *, by) -> Erasure:
    """The request waits as a task for the manager who is responsible."""
    contact = Contact.objects.select_for_update(of=["self"]).select_related("partner").get(pk=contact.pk)
    if contact.erasures.filter(state=Erasure.State.ASKED).exists():
        raise Refused(_("You have asked for this already; your partner manager has it as a task."), code="asked")
    erasure = Erasure.objects.create(partner=contact.partner, contact=contact, asked_by=by)
    enrolment = contact.partner.enrolments.current().filter(manager__is_active=True).order_by("-is_primary", "pk").first()
    create_task(
        _("Erase a person's data at %(partner)s") % {"partner": contact.partner},
        by=by,
        partner_id=contact.partner_id,
        owner=enrolment.manager if enrolment else None,
        due_on=timezone.localdate() + timedelta(days=14),
        source=erasure,
    )
    _tell("erasure.asked", _("Somebody at %(partner)s asked to be forgotten"), erasure, by=by)
    return erasure


@transaction.atomic
def start_erasure(contact: Contact, *, by) -> Erasure:
    """Decided; `carry_out_erasure` does it in the background."""
    _permit(by)
    contact = Contact.objects.select_for_update(of=["self"]).select_related("partner").get(pk=contact.pk)
    if contact.erasures.filter(state=Erasure.State.DONE).exists():
        raise Refused(_("This person has been erased already."), code="erased")
    if contact.erasures.filter(state=Erasure.State.RUNNING).exists():
        raise Refused(_("This person is being erased already."), code="running")
    waiting = contact.erasures.filter(state__in=(Erasure.State.ASKED, Erasure.State.FAILED)).order_by("-state", "pk").first()
    erasure = waiting or Erasure(partner=contact.partner, contact=contact)
    erasure.state, erasure.started_at, erasure.decided_by, erasure.problem = Erasure.State.RUNNING, timezone.now(), by, ""
    erasure.save()
    return erasure


def carry_out_erasure(erasure: Erasure) -> Erasure:
    """Forget the person in every app: names, addresses, texts that name them. Rows stay without them, so that sums hold. All of it
    or, where anything fails, nothing."""
    try:
        _carry_out(erasure)
    except Exception:
        log.exception("An erasure failed", erasure=erasure.pk)
        problem = _("Something went wrong on our side, and nothing was erased. Try again; tell us if it stays.")
        Erasure.objects.filter(pk=erasure.pk, state=Erasure.State.RUNNING).update(state=Erasure.State.FAILED, problem=problem)
    erasure.refresh_from_db()
    return erasure


@transaction.atomic
def _carry_out(erasure: Erasure) -> None:
    """Of two workers the second finds the row held, or done."""
    waiting = Erasure.objects.select_for_update(of=["self"], skip_locked=True).select_related("partner", "decided_by")
    found = waiting.filter(pk=erasure.pk, state=Erasure.State.RUNNING).first()
    if found is None:
        return
    contact = Contact.objects.select_related("user", "partner").get(pk=found.contact_id)
    found.counts = erase_everywhere(person_of(contact))
    found.state, found.decided_at = Erasure.State.DONE, timezone.now()
    found.save()
    for task in Task.objects.open().filter(source_type=Erasure._meta.label_lower, source_id=found.pk):
        finish_task(task, by=found.decided_by)
    _tell("erasure.done", _("A person at %(partner)s was erased"), found, by=found.decided_by)


@transaction.atomic
def decline_erasure(erasure: Erasure, *, by, reason: str) -> Erasure:
    """Where a law asks to keep it; the person is told why."""
    _permit(by)
    erasure = Erasure.objects.select_for_update(of=["self"]).select_related("partner").get(pk=erasure.pk)
    if erasure.state != Erasure.State.ASKED:
        raise Refused(_("This request was decided already."), code="decided")
    if not reason.strip():
        raise Refused(_("Say why: the person reads it."), code="no_reason", field="reason")
    erasure.state, erasure.decided_at, erasure.decided_by = Erasure.State.DECLINED, timezone.now(), by
    erasure.reason = reason.strip()[:300]
    erasure.save()
    for task in Task.objects.open().filter(source_type=Erasure._meta.label_lower, source_id=erasure.pk):
        finish_task(task, by=by)
    _tell("erasure.declined", _("The request of somebody at %(partner)s to be forgotten was declined"), erasure, by=by)
    return erasure


def erase_everywhere(person: Person) -> dict[str, int]:
    """How many rows of each kind were changed."""
    return {eraser.label: count for eraser in erasers() if (count := eraser.erase(person))}


def _permit(by) -> None:
    if not by.has_perm("partners.erase_person"):
        raise NotAllowed(_("You may not erase people; a programme admin can."))


def _tell(verb: str, sentence: str, erasure: Erasure, *, by) -> None:
    record_activity(verb, sentence % {"partner": erasure.partner}, by=by, partner_id=erasure.partner_id, subject=erasure)
