"""An idea's life: proposed, moved on with a word to those who follow it, merged with its double, settled.

Whoever proposes is the contact of a partner, or `by`, one of ours."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.actions.tasks import finish_task
from activity.form_keys import made_once, says
from activity.models import Task
from activity.refusals import Invalid, NotAllowed, Refused
from communications.models import Names
from communications.queries.forums import names_shown
from context.models import Segment
from enablement.actions.indexing_ideas import index_idea
from enablement.actions.votes import give_votes_back, move_votes
from enablement.models import IDEA_MAY_BECOME, Idea, IdeaFollow, IdeaMove, IdeaPost, IdeaStatus
from enablement.queries.idea_policies import policy_of
from partners.actions.checks import check_line, check_text
from partners.models import Contact, Programme

TITLE_MAX_CHARACTERS = 160
TEXT_MAX_CHARACTERS = 4000
HURT_MAX_CHARACTERS = 2000
REASON_MAX_CHARACTERS = 2000


@transaction.atomic
def propose_idea(
    programme: Programme,
    *,
    title: str,
    problem: str,
    proposal: str,
    hurt: str = "",
    may_be_named: bool = False,
    contact: Contact | None = None,
    by: User | None = None,
    key: UUID | None = None,
) -> Idea:
    """Whoever may see ideas of the programme sees it at once; the proposer follows it. A second time with the same `key` and words
    it is the first one."""
    words = {"programme": programme, **_words(title, problem, proposal, hurt), "may_be_named": may_be_named}
    rows = Idea.objects.filter(contact=contact, by=by if contact is None else None)
    return made_once(rows, key, partial(_propose, words, contact, by), is_same=says(words))


def _propose(words: dict, contact: Contact | None, by: User | None, **fields) -> Idea:
    programme, now = words["programme"], timezone.now()
    idea = Idea.objects.create(
        **words,
        **fields,
        contact=contact,
        partner_id=contact.partner_id if contact else None,
        by=by if contact is None else None,
        names=names_shown(programme) if contact else Names.PERSON,
        proposed_at=now,
        status_at=now,
        promised_by=_promise(programme, IdeaStatus.NEW, now),
    )
    IdeaMove.objects.create(idea=idea, status=IdeaStatus.NEW, by=by, at=now)
    if contact:
        IdeaFollow.objects.create(idea=idea, contact=contact, told_at=now)
    index_idea(idea)
    _note("idea.proposed", _("%(who)s proposed “%(title)s”"), idea, contact=contact, by=by)
    return idea


@transaction.atomic
def change_idea(idea: Idea, *, contact: Contact, title: str, problem: str, proposal: str, hurt: str, may_be_named: bool) -> Idea:
    """By who proposed it, until we have looked at it: afterwards others have backed what it says. Whether they are named they may
    decide for as long as they want."""
    current = _locked(idea)
    if current.contact_id != contact.pk:
        raise NotAllowed(_("Only who proposed an idea can change it."))
    words = _words(title, problem, proposal, hurt)
    is_changed = any(getattr(current, name) != value for name, value in words.items())
    if is_changed and (current.status != IdeaStatus.NEW or current.merged_into_id):
        raise Refused(_("We have taken it up already, and others have backed these words. Add what is new below the idea."))
    for name, value in words.items():
        setattr(current, name, value)
    current.may_be_named = may_be_named
    current.save(update_fields=[*words, "may_be_named"])
    if is_changed:
        index_idea(current)
        _note("idea.changed", _("%(who)s changed “%(title)s”"), current, contact=contact)
    return current


@transaction.atomic
def move_idea(idea: Idea, status: str, *, by: User, reason: str = "") -> Idea:
    """To another status, by when the next word is promised as the policy says. Whoever follows is told, with the reason."""
    current = _locked(idea)
    reason = check_text(reason, "reason", longest=REASON_MAX_CHARACTERS)
    _check_step(current, status, reason)
    now = timezone.now()
    current.status, current.status_at, current.reason, current.late_told_at = status, now, reason, None
    current.promised_by = _promise(current.programme, status, now)
    current.save(update_fields=["status", "status_at", "reason", "late_told_at", "promised_by"])
    IdeaMove.objects.create(idea=current, status=status, reason=reason, by=by, at=now)
    if current.is_settled:
        give_votes_back(current)
    _finish_tasks(current, by=by)
    words = _("“%(title)s” is %(status)s") % {"title": current, "status": current.get_status_display()}
    record_activity("idea.moved", words, by=by, partner_id=current.partner_id, subject=current, data={"reason": reason[:300]})
    return current


@transaction.atomic
def merge_ideas(double: Idea, idea: Idea, *, by: User) -> Idea:
    """`double` says the same as `idea`: its votes, each person's once, its words, its evidence and its followers move there, and
    whoever proposed it stays named with it."""
    if double.pk == idea.pk:
        raise Invalid(_("An idea is no double of itself; choose the other one."), field="into")
    rows = {row.pk: row for row in Idea.objects.select_for_update().filter(pk__in=[double.pk, idea.pk]).order_by("pk")}
    double, idea = rows[double.pk], rows[idea.pk]
    if double.programme_id != idea.programme_id:
        raise Invalid(_("These are ideas of two programmes, whose people do not see each other."), field="into")
    if double.merged_into_id or idea.merged_into_id:
        raise Refused(_("“%(title)s” was merged already.") % {"title": double if double.merged_into_id else idea})
    if double.hidden_at or idea.hidden_at:
        raise Refused(_("A hidden idea is not merged; show it again first."))
    _check_same_readers(double, idea)
    move_votes(double, idea)
    IdeaPost.objects.filter(idea=double).update(idea=idea)
    already = IdeaFollow.objects.filter(idea=idea).values("contact")
    IdeaFollow.objects.filter(idea=double, contact__in=already).delete()
    IdeaFollow.objects.filter(idea=double).update(idea=idea, told_at=timezone.now())
    told = _("“%(title)s” says the same and was merged with it.") % {"title": double}
    IdeaMove.objects.create(idea=idea, status=idea.status, reason=told, by=by)
    Idea.objects.filter(merged_into=double).update(merged_into=idea)
    Idea.objects.filter(pk=double.pk).update(merged_into=idea, promised_by=None)
    _finish_tasks(double, by=by)
    _note("idea.merged", _("%(who)s merged “%(title)s” into “%(into)s”"), double, by=by, into=idea)
    double.refresh_from_db()
    index_idea(double)
    return idea


@transaction.atomic
def assign_idea(idea: Idea, *, by: User, owner: User | None, segment: Segment | None) -> Idea:
    """In whose hands it is, and for the people of which segment. A narrower circle holds for the votes that were given, too."""
    current = _locked(idea)
    if owner is not None and not (owner.is_active and owner.is_staff and owner.has_perm("enablement.change_idea")):
        raise Invalid(_("%(name)s cannot answer ideas; choose a manager who may.") % {"name": owner}, field="owner")
    current.owner, current.segment = owner, segment
    current.save(update_fields=["owner", "segment"])
    _open_tasks(current).update(owner=owner)
    _note("idea.assigned", _("%(who)s assigned “%(title)s”"), current, by=by)
    return current


@transaction.atomic
def follow_idea(idea: Idea, *, contact: Contact) -> IdeaFollow:
    return IdeaFollow.objects.get_or_create(idea=idea, contact=contact)[0]


def unfollow_idea(idea: Idea, *, contact: Contact) -> None:
    IdeaFollow.objects.filter(idea=idea, contact=contact).delete()


def _check_step(idea: Idea, status: str, reason: str) -> None:
    if status not in IdeaStatus.values:
        raise Invalid(_("“%(status)s” is no status of an idea.") % {"status": status}, field="status")
    if idea.merged_into_id:
        raise Refused(_("This idea was merged into “%(title)s”; move that one.") % {"title": idea.merged_into})
    if status not in IDEA_MAY_BECOME[IdeaStatus(idea.status)]:
        words = {"now": idea.get_status_display(), "then": IdeaStatus(status).label}
        raise Refused(_("An idea that is %(now)s does not become %(then)s; look at the page again.") % words, field="status")
    if status == IdeaStatus.DECLINED and not reason:
        raise Invalid(_("Say why it is declined: whoever proposed and backed it reads the reason."), field="reason")


def _check_same_readers(double: Idea, idea: Idea) -> None:
    """Nobody shall lose what they backed, and nobody read what was not for them."""
    if double.segment_id != idea.segment_id:
        sentence = _(
            "The two are for different people. Give both the same segment first, so that nobody reads what was not for them."
        )
        raise Refused(sentence)


def _promise(programme: Programme, status: str, now: datetime) -> datetime | None:
    days = policy_of(programme).days_for(status)
    return None if days is None else now + timedelta(days=days)


def _open_tasks(idea: Idea):
    return Task.objects.open().filter(source_type=Idea._meta.label_lower, source_id=idea.pk)


def _finish_tasks(idea: Idea, *, by: User) -> None:
    for task in _open_tasks(idea):
        finish_task(task, by=by)


def _words(title: str, problem: str, proposal: str, hurt: str) -> dict[str, str]:
    return {
        "title": check_line(title, "title", required=True, longest=TITLE_MAX_CHARACTERS),
        "problem": _needed(problem, "problem", _("Say which problem it solves.")),
        "proposal": _needed(proposal, "proposal", _("Say what you propose.")),
        "hurt": check_text(hurt, "hurt", longest=HURT_MAX_CHARACTERS),
    }


def _needed(text: str, field: str, sentence: str) -> str:
    text = check_text(text, field, longest=TEXT_MAX_CHARACTERS)
    if not text:
        raise Invalid(sentence, field=field)
    return text


def _locked(idea: Idea) -> Idea:
    return Idea.objects.select_for_update(of=("self",)).select_related("programme", "merged_into").get(pk=idea.pk)


def _note(verb: str, sentence: str, idea: Idea, *, contact=None, by=None, **words) -> None:
    words |= {"who": by or contact, "title": idea}
    by = by or (contact.user if contact else None)
    record_activity(verb, sentence % words, by=by, partner_id=idea.partner_id, subject=idea)
