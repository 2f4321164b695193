"""What has gone out is looked at again: still right, retired, or replaced by another."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.indexing import index_announcement
from communications.actions.webhook_deliveries import end_webhooks
from communications.models import Announcement, Delivery
from communications.models.freshness import LONGEST, SHORTEST, Kept


def check_care(kept: Kept) -> None:
    """Raises `Invalid` with the field at fault."""
    if not SHORTEST <= kept.review_every <= LONGEST:
        raise Invalid(_("Choose from %(least)d to %(most)d days.") % {"least": SHORTEST, "most": LONGEST}, field="review_every")
    if kept.owner and not kept.owner.is_staff:
        raise Invalid(_("The owner is one of the managers."), field="owner")


def next_review(kept: Kept, today: date | None = None) -> date:
    return (today or timezone.localdate()) + timedelta(days=kept.review_every)


@transaction.atomic
def renew_announcement(announcement: Announcement, *, by: User) -> date:
    """It is still right: it is looked at again after its interval. Returns that day."""
    current = _live(announcement)
    current.review_on = next_review(current)
    current.save(update_fields=["review_on"])
    index_announcement(current)
    record_activity("announcement.renewed", f"“{current}” is still right; next review {current.review_on}", by=by, subject=current)
    announcement.refresh_from_db()
    return current.review_on


@transaction.atomic
def care_for_announcement(
    announcement: Announcement, *, by: User, owner: User | None, review_on: date | None, review_every: int
) -> None:
    """Another owner, another day, another interval; the words stay approved."""
    current = _live(announcement)
    current.owner, current.review_on, current.review_every = owner, review_on, review_every
    check_care(current)
    current.save(update_fields=["owner", "review_on", "review_every"])
    index_announcement(current)
    record_activity("announcement.cared_for", f"“{current}”: {owner or current.author} answers for it", by=by, subject=current)
    announcement.refresh_from_db()


@transaction.atomic
def retire_announcement(announcement: Announcement, *, by: User, reason: str = "", successor: Announcement | None = None) -> None:
    """From this moment on nobody is shown it or sent it; its old address says so, and names its successor."""
    current = _live(announcement)
    _check_successor(current, successor)
    now = timezone.now()
    current.retired_at, current.retired_by, current.retired_because = now, by, reason.strip()[:300]
    current.successor, current.expires_at, current.stays_open = successor, now, False
    current.save(
        update_fields=["retired_at", "retired_by", "retired_because", "successor", "expires_at", "stays_open", "review_on"]
    )
    index_announcement(current)
    end_webhooks(current)
    sentence = f"“{current}” is retired" + (f", replaced by “{successor}”" if successor else "")
    record_activity("announcement.retired", sentence, by=by, subject=current, data={"reason": current.retired_because})
    announcement.refresh_from_db()


@transaction.atomic
def name_successor(announcement: Announcement, successor: Announcement, *, by: User) -> None:
    """What is over already leads to another from now on."""
    current = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if not current.is_over:
        raise Refused(_("“%(title)s” is not over. Retire it, and say what replaces it.") % {"title": current}, code="not_over")
    _check_successor(current, successor)
    current.successor = successor
    current.save(update_fields=["successor"])
    record_activity("announcement.succeeded", f"“{current}” leads to “{successor}”", by=by, subject=current)
    announcement.refresh_from_db()


def _live(announcement: Announcement) -> Announcement:
    current = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
    if current.frozen_at is None:
        raise Refused(_("“%(title)s” has not gone out yet. Change it or cancel it.") % {"title": current}, code="not_live")
    if current.is_over:
        raise Refused(_("“%(title)s” is over already: nobody is shown it any more.") % {"title": current}, code="is_over")
    return current


def _check_successor(current: Announcement, successor: Announcement | None) -> None:
    if successor is None:
        return
    if successor.pk == current.pk:
        raise Invalid(_("It cannot replace itself. Choose another."), field="successor")
    if successor.frozen_at is None or successor.is_over:
        raise Invalid(
            _("“%(title)s” is not out just now. Name one that has gone out and is not over.") % {"title": successor},
            field="successor",
        )
    got_both = Delivery.objects.filter(announcement_id=successor.pk, contact_id__in=_got(current))
    if not got_both.exists():
        sentence = _("Nobody who got “%(old)s” has got “%(new)s”, so its old address would lead nobody there. Name another.")
        raise Invalid(sentence % {"old": current, "new": successor}, code="successor_not_seen", field="successor")


def _got(announcement: Announcement) -> QuerySet:
    return Delivery.objects.filter(announcement_id=announcement.pk).values("contact_id")
