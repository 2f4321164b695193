"""The life of an announcement, in the order it is lived."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.cancelling import cancel_waiting, chunk_the_rest
from communications.actions.content_checks import check_content, check_not_expired, check_planned_day, check_ready
from communications.actions.freshness import next_review
from communications.actions.indexing import index_announcement
from communications.actions.versions import keep_version
from communications.actions.webhook_deliveries import follow_announcement, has_untried
from communications.local_time import AHEAD_AT_MOST, zone_named
from communications.models import (
    MAY_BECOME,
    PENDING,
    Announcement,
    AnnouncementTransition,
    AnnouncementVersion,
    Approval,
    Delivery,
    State,
    Topic,
)
from communications.queries.approvals import another_must_approve, approvals_missing, policy_for, why_not_approve
from communications.queries.attention import attention_policy, passes_limits
from communications.queries.audience import audience_of
from communications.queries.statements import named_by
from communications.queries.why import why_of
from context.models import Segment
from context.rules import frozen_rules
from partners.actions.programmes import default_programme
from partners.models import Programme

EDITABLE = ("title", "body", "kind", "segment", "channels", "topic", "requires_acknowledgement", "acknowledge_by",
            "call_to_action", "expires_at", "stays_open", "programme", "priority", "best_time_hours",
            "variant_title", "variant_body", "test_percent", "test_hours", "test_by",
            "language", "details", "translations", "owner", "review_on", "review_every",
            "objective", "theme", "wanted_action", "stages", "planned_on", "by_journey")  # fmt: skip
LATE_BY = timedelta(minutes=1)


@transaction.atomic
def create_announcement(
    *, by: User, title: str, body: str, segment: Segment, programme: Programme | None = None, **fields
) -> Announcement:
    """Begin a draft. What is left out gets the programme's and the model's defaults; see `EDITABLE` for the fields."""
    topic = fields.pop("topic", None) or default_topic()
    announcement = Announcement(
        title=title, body=body, segment=segment, programme=programme or default_programme(), topic=topic, author=by,
        writers=[by.pk],
        **{name: value for name, value in fields.items() if value is not None},
    )  # fmt: skip
    check_content(announcement)
    check_planned_day(announcement)
    announcement.save()
    record_activity("announcement.created", f"“{announcement}” was begun", by=by, subject=announcement)
    return announcement


def default_topic() -> Topic:
    topic = Topic.objects.order_by("-is_default", "pk").first()
    return topic or Topic.objects.create(key="general", name="General", is_default=True)


@transaction.atomic
def change_announcement(announcement: Announcement, *, by: User, **fields) -> Announcement:
    """Change the text or where it goes. What was submitted or approved becomes a draft again: an approval is for words seen."""
    current = _locked(announcement)
    if not current.is_editable:
        raise Refused(
            _("“%(title)s” is %(state)s and can no longer be changed. Take it back first, or write a new one.")
            % {"title": current, "state": current.get_state_display()}
        )
    planned_before = current.planned_on
    for name, value in fields.items():
        if name not in EDITABLE:
            raise Invalid(_("An announcement has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(current, name, value)
    check_content(current)
    if current.planned_on != planned_before:
        check_planned_day(current)
    if current.state != State.DRAFT:
        _move(current, State.DRAFT, by=by, reason=_("changed"), approved_version=None, approved_by=None)
    current.updated_at = timezone.now()
    current.writers = sorted({*current.writers, by.pk})
    current.save(update_fields=[*fields, "updated_at", "writers"])
    return _refreshed(announcement)


@transaction.atomic
def submit_announcement(announcement: Announcement, *, by: User) -> AnnouncementVersion:
    """Freeze the words as a version and ask for approval of it."""
    current = _locked(announcement)
    if not current.may_become(State.SUBMITTED):
        raise _may_not(current, State.SUBMITTED.label)
    check_ready(current)
    list(named_by(current).select_for_update(no_key=True))  # what they say does not change until it is written down here
    review_on, people = _review_of(current), audience_of(current).count()
    rule, contact_rule = frozen_rules(current.segment.rule, current.segment.contact_rule)
    version = keep_version(
        current, segment_name=current.segment.name, rule=rule, contact_rule=contact_rule, submitted_by=by,
        why=why_of(rule, contact_rule), asks_another=another_must_approve(current, people),
        approve_by=policy_for(current.kind, people).deadline_from(timezone.now()),
    )  # fmt: skip
    _move(current, State.SUBMITTED, by=by, version=version.number, approved_version=None, approved_by=None, review_on=review_on)
    _refreshed(announcement)
    return version


def _review_of(announcement: Announcement) -> date:
    """When it is looked at again, where nobody has said another day."""
    if announcement.review_on and announcement.review_on <= timezone.localdate():
        raise Invalid(_("The day of the next review has passed. Choose a later one, or none."), field="review_on")
    return announcement.review_on or next_review(announcement)


@transaction.atomic
def return_announcement(announcement: Announcement, *, by: User, reason: str) -> None:
    """Send it back to its author."""
    if not reason.strip():
        raise Invalid(_("Say why, so that the author knows what to change."), field="reason")
    _move(_locked(announcement), State.DRAFT, by=by, reason=reason, approved_version=None, approved_by=None)
    _refreshed(announcement)


def take_back_announcement(announcement: Announcement, *, by: User | None, reason: str) -> None:
    """What was submitted and is not out yet becomes a draft again, because what it says has changed. `announcement` is locked."""
    if announcement.state == State.PAUSED and announcement.frozen_at is None:
        _move(announcement, State.SCHEDULED, by=by, reason=reason)
    if announcement.state == State.SCHEDULED:
        _move(announcement, State.APPROVED, by=by, reason=reason, send_at=None)
    _move(announcement, State.DRAFT, by=by, reason=reason, approved_version=None, approved_by=None)


@transaction.atomic
def approve_announcement(announcement: Announcement, *, by: User, version: int) -> None:
    """Approve the version that was seen, and no other."""
    current = _locked(announcement)
    if current.version and version != current.version:
        raise Refused(
            _("Version %(seen)s is not the one submitted; version %(now)s is. Look at it, then approve that.")
            % {"seen": version, "now": current.version},
            code="version_not_current",
            field="version",
        )
    _check_unapproved(current)
    check_not_expired(current)
    submitted = current.versions.filter(number=version).first()
    if submitted is None:  # nothing was ever submitted
        raise _may_not(current, State.APPROVED.label)
    people = audience_of(current).count()
    if why_not := why_not_approve(current, submitted, by, people):
        raise NotAllowed(why_not, code="needs_another_person")
    _note_approval(current, submitted, by, people)
    if missing := approvals_missing(current, submitted, people):
        record_activity("announcement.partly_approved", f"{by} approved “{current}”, version {version}; {missing} more needed",
                        by=by, subject=current, data={"version": version})  # fmt: skip
        _refreshed(announcement)
        return
    _move(current, State.APPROVED, by=by, approved_version=version, approved_by=by)
    _note_bypass(current, version, by=by)
    _refreshed(announcement)


@transaction.atomic
def approve_in_advance(
    announcement: Announcement, *, contact_rule: dict, audience: str, submitted_by: User | None, approved_by: list[User | None],
    asks_another: bool, reason: str,
) -> AnnouncementVersion:  # fmt: skip
    """For what cannot wait, such as a message of a crisis, whose protocol was approved before; `reason` says so in its history.
    With `asks_another` the database holds these approvals against who wrote the words, as it does any other."""
    current = _locked(announcement)
    version = keep_version(
        current, segment_name=audience[:200], rule={"all": []}, contact_rule=contact_rule, submitted_by=submitted_by, why=[],
        asks_another=asks_another,
    )  # fmt: skip
    _move(current, State.SUBMITTED, by=submitted_by, version=version.number, reason=reason, review_on=next_review(current))
    for user in approved_by:
        Approval.objects.create(announcement=current, version=version.number, by=user)
    _move(current, State.APPROVED, by=approved_by[0], reason=reason, approved_version=version.number, approved_by=approved_by[0])
    _note_bypass(current, version.number, by=approved_by[0])
    _refreshed(announcement)
    return version


def _note_bypass(announcement: Announcement, version: int, *, by: User | None) -> None:
    if passes_limits(announcement, attention_policy()):
        record_activity(
            "announcement.bypass_approved", f"“{announcement}” may pass everybody's budget and quiet hours", by=by,
            subject=announcement, data={"version": version, "priority": announcement.weight.value},
        )  # fmt: skip


def _check_unapproved(announcement: Announcement) -> None:
    """Two at once: the second is told that the first was quicker."""
    if announcement.state == State.APPROVED:
        raise Refused(
            _("%(who)s approved version %(n)d just before. Nothing is left to do.")
            % {"who": announcement.approved_by or _("Somebody"), "n": announcement.approved_version},
            code="approved_already",
        )
    if not announcement.may_become(State.APPROVED) or announcement.state != State.SUBMITTED:
        raise _may_not(announcement, State.APPROVED.label)


def _note_approval(announcement: Announcement, version: AnnouncementVersion, by: User, people: int) -> None:
    """What the policy asks now is written beside the version first: the database holds the approval against it."""
    version.asks_another = another_must_approve(announcement, people)
    version.save(update_fields=["asks_another"])
    Approval.objects.create(announcement=announcement, version=version.number, by=by)


@transaction.atomic
def schedule_announcement(announcement: Announcement, *, by: User, send_at: datetime | None = None, time_zone: str = "") -> None:
    """Say when it goes out; without a time, now. `send_at` must be aware; `time_zone` is only how it will be shown."""
    now = timezone.now()
    current = _locked(announcement)
    if send_at is not None and send_at.tzinfo is None:
        raise Invalid(_("Add the offset or the time zone to “send at”, as in 2030-05-01T09:00:00+02:00."), field="send_at")
    if send_at is not None and send_at < now - LATE_BY:
        raise Invalid(
            _("That time has passed. Choose a later one, or leave it out to send now."), code="in_the_past", field="send_at"
        )
    if send_at is not None and send_at > now + AHEAD_AT_MOST:
        raise Invalid(_("That is more than a hundred years ahead. Choose a nearer time."), field="send_at")
    if current.expires_at and current.expires_at <= (send_at or now):
        raise Invalid(_("It would have expired before it is sent. Move one of the two times."), field="send_at")
    if time_zone:
        zone_named(time_zone)
    _move(current, State.SCHEDULED, by=by, send_at=send_at or now, time_zone=time_zone or by.time_zone)
    _refreshed(announcement)


@transaction.atomic
def unschedule_announcement(announcement: Announcement, *, by: User) -> None:
    """Take it off the timetable; it stays approved."""
    _move(_locked(announcement), State.APPROVED, by=by, send_at=None)
    _refreshed(announcement)


@transaction.atomic
def release_announcement(announcement: Announcement) -> bool:
    """Begin to send what is due. False when somebody else has done it, or it was paused or cancelled meanwhile."""
    due = Announcement.objects.select_for_update().due().filter(pk=announcement.pk).first()
    if due is None:
        return False
    _move(due, State.SENDING, by=None)
    index_announcement(due)
    return True


@transaction.atomic
def pause_announcement(announcement: Announcement, *, by: User) -> None:
    """Stop before the next window of messages."""
    _move(_locked(announcement), State.PAUSED, by=by)
    _refreshed(announcement)


@transaction.atomic
def hold_announcement(announcement: Announcement, reason: str) -> None:
    """Pause what cannot go on by itself, such as one whose rules speak of something deleted, so that nothing else waits for it."""
    _move(_locked(announcement), State.PAUSED, by=None, reason=reason)


@transaction.atomic
def resume_announcement(announcement: Announcement, *, by: User) -> None:
    """Go on where it was paused: still to be released, or in the middle of sending."""
    current = _locked(announcement)
    if current.state != State.PAUSED:
        raise _may_not(current, _("resumed"))
    was_released = current.frozen_at is not None
    _move(current, State.SENDING if was_released else State.SCHEDULED, by=by)
    current.chunks.filter(done_at=None).update(due_at=timezone.now(), failures=0)
    _refreshed(announcement)


def cancel_announcement(announcement: Announcement, *, by: User, reason: str = "") -> None:
    """End it. What has been delivered stays delivered; what is being handed over at this moment still settles itself.
    Workers see it at once, before each row that waits is written; of very many, some are written a little later."""
    with transaction.atomic():
        current = _locked(announcement)
        _move(current, State.CANCELLED, by=by, reason=reason, finished_at=timezone.now())
        chunk_the_rest(current)
    cancel_waiting(current)
    _refreshed(announcement)


@transaction.atomic
def finish_announcement(announcement: Announcement) -> bool:
    """Call it sent once nothing is pending any more."""
    current = Announcement.objects.select_for_update().filter(pk=announcement.pk, state=State.SENDING).first()
    if current is None or current.frozen_at is None:
        return False
    if Delivery.objects.filter(announcement_id=current.pk, state__in=PENDING).exists() or has_untried(current):
        return False
    _move(current, State.SENT, by=None, finished_at=timezone.now())
    return True


@transaction.atomic
def reopen_announcement(announcement: Announcement, *, by: User | None, reason: str) -> None:
    """Go on with what was sent: somebody joined later, or what was in doubt is resent. What is not sent yet goes on anyway."""
    current = _locked(announcement)
    if current.state == State.SENT:
        _move(current, State.SENDING, by=by, reason=reason, finished_at=None)


@transaction.atomic
def close_announcement(announcement: Announcement, *, by: User | None, reason: str = "") -> None:
    """From now on it is only for those who have it: whoever joins its segment later does not get it any more."""
    current = _locked(announcement)
    if not current.stays_open or current.frozen_at is None or current.state == State.CANCELLED:
        raise Refused(_("“%(title)s” is not open for those who join later.") % {"title": current}, code="not_open")
    Announcement.objects.filter(pk=current.pk).update(stays_open=False, updated_at=timezone.now())
    sentence = f"“{current}” is closed for those who join later" + (f": {reason}" if reason else "")
    record_activity("announcement.closed", sentence, by=by, subject=current)
    _refreshed(announcement)


def _move(announcement: Announcement, to: State, *, by: User | None, reason: str = "", **changes) -> None:
    """The only way to another state: a conditional UPDATE, and its row in the history. No row changed is a refusal."""
    came_from = announcement.state
    allowed = [state for state, targets in MAY_BECOME.items() if to in targets]
    moved = Announcement.objects.filter(pk=announcement.pk, state=came_from, state__in=allowed)
    if not moved.update(state=to, updated_at=timezone.now(), **changes):
        raise _may_not(announcement, State(to).label)
    AnnouncementTransition.objects.create(
        announcement=announcement, from_state=came_from, to_state=to, by=by, reason=reason[:300],
        version=changes.get("version", announcement.version),
    )  # fmt: skip
    record_activity(
        f"announcement.{to}", f"“{announcement}” is now {State(to).label}", by=by, subject=announcement, data={"from": came_from}
    )
    announcement.state = to
    follow_announcement(announcement, to)


def _may_not(announcement: Announcement, label: str) -> Refused:
    return Refused(
        _("“%(title)s” is %(state)s, so it cannot become %(to)s.")
        % {"title": announcement, "state": announcement.get_state_display(), "to": label},
        code="state_forbids",
    )


def _locked(announcement: Announcement) -> Announcement:
    return (
        Announcement.objects.select_for_update(of=("self",))
        .select_related("segment", "topic", "programme", "objective", "theme")
        .get(pk=announcement.pk)
    )


def _refreshed(announcement: Announcement) -> Announcement:
    announcement.refresh_from_db()
    return announcement
