"""Moderation, as in discussions: who moderates hides with a reason that the writer reads, and nothing is ever lost."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Refused
from enablement.actions.indexing_ideas import index_idea
from enablement.models import Idea, IdeaPost, IdeaReport
from partners.actions.checks import check_line
from partners.models import Contact

REASON_MAX_CHARACTERS = 300


@transaction.atomic
def report_idea(idea: Idea, *, contact: Contact, reason: str, post: IdeaPost | None = None) -> IdeaReport:
    """The idea itself, or one word on it. It stays until a manager has looked; reported again it is the same report, open anew."""
    reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    if (post or idea).contact_id == contact.pk:
        raise Refused(_("It is your own."))
    what = {"post": post, "idea": None} if post else {"idea": idea, "post": None}
    fresh = {"reason": reason, "at": timezone.now(), "settled_at": None}
    return IdeaReport.objects.update_or_create(**what, contact=contact, defaults=fresh)[0]


@transaction.atomic
def hide(thing: Idea | IdeaPost, *, by: User, reason: str) -> None:
    """An idea or a word on one: nobody but its writer and managers reads it any more. Votes for a hidden idea are given back."""
    reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    rows = type(thing)._default_manager.filter(pk=thing.pk, hidden_at=None)
    if not rows.update(hidden_at=timezone.now(), hidden_by=by, hidden_reason=reason):
        raise Refused(_("It is hidden already."))
    if isinstance(thing, Idea):
        thing.backers.filter(is_spent=True).update(is_spent=False)
    _settle(thing)
    _note("idea.hidden", _("%(who)s hid something in “%(title)s”"), thing, by=by)
    _seen_anew(thing)


@transaction.atomic
def show(thing: Idea | IdeaPost, *, by: User) -> None:
    type(thing)._default_manager.filter(pk=thing.pk).update(hidden_at=None, hidden_by=None, hidden_reason="")
    _note("idea.shown", _("%(who)s showed something in “%(title)s” again"), thing, by=by)
    _seen_anew(thing)


@transaction.atomic
def leave(thing: Idea | IdeaPost, *, by: User) -> None:
    """What was reported is fine."""
    _settle(thing)
    _note("idea.looked_at", _("%(who)s looked at a report in “%(title)s”"), thing, by=by)


def _seen_anew(thing: Idea | IdeaPost) -> None:
    thing.refresh_from_db()
    if isinstance(thing, Idea):
        index_idea(thing)


def _settle(thing: Idea | IdeaPost) -> None:
    thing.reports.filter(settled_at=None).update(settled_at=timezone.now())


def _note(verb: str, sentence: str, thing: Idea | IdeaPost, *, by: User) -> None:
    idea = thing if isinstance(thing, Idea) else thing.idea
    record_activity(verb, sentence % {"who": by, "title": idea}, by=by, partner_id=thing.partner_id, subject=idea)
