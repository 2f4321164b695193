"""Mails about meetings: queued by one statement for any number of people, handed over a window at a time.

A row is committed as sending before its mail leaves. What a crash leaves so is in doubt, and a person decides."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.languages import words_for
from activity.notice_kinds import NoticeKind, register_notices
from activity.notice_names import NoticeName
from collaboration.models import GO_AT_ONCE, Invitee, Meeting, MeetingMail, MeetingState
from collaboration.rendering.meeting_mails import meeting_mail
from communications.actions.attention import take_attention
from communications.actions.limits import learn_from, take_allowances
from communications.actions.notice_kinds import stops
from communications.channels.contract import Mail, NobodyAsks
from communications.channels.mail import mail_channel
from communications.channels.outcomes import Outcome
from communications.models import DeliveryState, Reason, Suppression, Topic
from communications.queries.attention import Reader, attention_policy, person_of, readers_of
from communications.rendering.signing import signed

log = structlog.get_logger(__name__)

TOPIC = "meetings"
WINDOW = 100
TRIES = 5
TRY_AGAIN_AFTER = timedelta(minutes=10)
ROOM_IS_ASKED_AGAIN_AFTER = timedelta(hours=1)
ABANDONED_AFTER = timedelta(minutes=15)
TOO_LATE = Reason.EXPIRED.value

# One mail to an address, also where one person is invited as the contact of two partners.
_QUEUE = """
    INSERT INTO collaboration_meetingmail (invitee_id, kind, sequence, state, reason, attempts, due_at, settled_at)
    SELECT id, %s, %s, CASE WHEN reason = '' THEN 'queued' ELSE 'suppressed' END, reason, 0, %s,
           CASE WHEN reason = '' THEN NULL ELSE %s END
    FROM (SELECT asked.id,
              CASE WHEN asked.address = '' THEN %s
                   WHEN asked.nth > 1 THEN %s
                   WHEN suppression.id IS NOT NULL THEN %s
                   WHEN preference.id IS NOT NULL AND %s THEN %s
                   ELSE '' END AS reason
          FROM (SELECT people.id, people.address, row_number() OVER (PARTITION BY people.address ORDER BY people.id) AS nth
                FROM ({people}) AS people) AS asked
          LEFT JOIN communications_suppression AS suppression ON suppression.address = asked.address
          LEFT JOIN communications_topicpreference AS preference
              ON preference.address = asked.address AND preference.topic_id = %s
              AND preference.channel = 'email' AND NOT preference.is_wanted) AS judged
    ON CONFLICT DO NOTHING
"""


def register() -> None:
    register_notices(
        NoticeKind(
            "meeting", MeetingMail.objects.all, address="invitee__address", sent_at="settled_at", taken="delivered",
            in_doubt=("in_doubt",), stop=stops(meetings_topic),
        )
    )  # fmt: skip


def meetings_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Meetings", "description": "Invitations to meetings and webinars, reminders and minutes."}
    return Topic.objects.get_or_create(key=TOPIC, defaults=defaults)[0]


def queue_mails(meeting: Meeting, kind: MeetingMail.Kind, invitees: QuerySet[Invitee]) -> int:
    """How many will be tried. Whoever wants no mails about meetings is not invited to those of a segment, not reminded, and gets
    no minutes; what they said yes to still tells them when it changes."""
    now = timezone.now()
    people, parameters = invitees.order_by().values("id", "address").query.sql_with_params()
    may_be_refused = kind not in GO_AT_ONCE or (kind == MeetingMail.Kind.INVITATION and meeting.segment_id is not None)
    reasons = [Reason.NO_ADDRESS, Reason.SAME_ADDRESS, Reason.BOUNCED, may_be_refused, Reason.UNSUBSCRIBED]
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE.format(people=people), [kind, meeting.sequence, now, now, *reasons, *parameters, meetings_topic().pk])
        return cursor.rowcount


def drop_queued(meeting: Meeting) -> None:
    """What has not left need not leave any more, now that it is off."""
    rows = MeetingMail.objects.filter(invitee__meeting=meeting, state=MeetingMail.State.QUEUED)
    rows = rows.exclude(kind=MeetingMail.Kind.CANCELLATION)
    rows.update(state=MeetingMail.State.SUPPRESSED, reason=TOO_LATE, settled_at=timezone.now())


def send_meeting_mails(*, at_most: int = 2000) -> int:
    """Hand over what is due. Returns how many were taken; workers that run at once take different ones."""
    done = 0
    with mail_channel() as channel:
        while done < at_most and (mails := _claim()):
            ready = {mail.pk: mail for mail in mails}
            for pk, outcome in channel.hand_over(_messages(mails), NobodyAsks()):
                _settle(ready[pk], outcome)
                learn_from([(ready[pk].invitee.address, outcome)])
            done += len(mails)
    return done


def settle_abandoned_mails() -> int:
    """What was on the way when its worker died."""
    lost = MeetingMail.objects.filter(state=MeetingMail.State.SENDING, settled_at__lt=timezone.now() - ABANDONED_AFTER)
    return lost.update(state=MeetingMail.State.IN_DOUBT, reason="", settled_at=timezone.now())


@transaction.atomic
def send_again(meeting: Meeting, *, by) -> int:
    """A person says that what is in doubt, or has failed, goes once more."""
    states = (MeetingMail.State.IN_DOUBT, MeetingMail.State.FAILED)
    rows = MeetingMail.objects.filter(invitee__meeting=meeting, state__in=states)
    return rows.update(state=MeetingMail.State.QUEUED, reason="", attempts=0, due_at=timezone.now(), settled_at=None)


@transaction.atomic
def _claim() -> list[MeetingMail]:
    rows = MeetingMail.objects.filter(state=MeetingMail.State.QUEUED, due_at__lte=timezone.now())
    mails = list(
        rows.select_for_update(skip_locked=True, of=["self"])
        .select_related(
            "invitee__meeting__programme", "invitee__meeting__host", "invitee__contact__user", "invitee__contact__partner"
        )
        .order_by("due_at", "pk")[:WINDOW]
    )
    MeetingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=MeetingMail.State.SENDING, settled_at=timezone.now()
    )
    return mails


def _messages(mails: list[MeetingMail]) -> Iterator[Mail]:
    topic = meetings_topic()
    for mail in _with_room(_allowed([mail for mail in mails if _is_still_wanted(mail)])):
        try:
            with words_for(mail.invitee.contact.language):
                message = meeting_mail(mail, topic)
        except Exception:  # one that cannot be written does not keep the others
            log.exception("meeting_mail_not_written", mail=mail.pk)
            _end(mail, MeetingMail.State.FAILED, _("it could not be written"))
            continue
        sender = NoticeName("meeting", mail.pk).return_address(mail.invitee.meeting.programme.sender_email)
        yield Mail(mail.pk, sender, mail.invitee.address, signed(message))


def _is_still_wanted(mail: MeetingMail) -> bool:
    """Asked once more when it is about to leave: it may have been called off, have begun, or be somebody's who has left."""
    meeting, kind = mail.invitee.meeting, mail.kind
    is_off = meeting.state == MeetingState.CANCELLED and kind != MeetingMail.Kind.CANCELLATION
    begins_no_more = kind == MeetingMail.Kind.REMINDER and meeting.starts_at <= timezone.now()
    if is_off or begins_no_more or not mail.invitee.address or mail.invitee.contact.left_on:
        _end(mail, MeetingMail.State.SUPPRESSED, TOO_LATE)
        return False
    return True


def _allowed(mails: list[MeetingMail]) -> list[MeetingMail]:
    """Without those whose turn has not come, by the limits of the server and of their domains."""
    holds = take_allowances({mail.pk: mail.invitee.address for mail in mails})
    for pk, hold in holds.items():
        _put_off([pk], hold.until)
    return [mail for mail in mails if mail.pk not in holds]


def _with_room(mails: list[MeetingMail]) -> list[MeetingMail]:
    """Those that may interrupt now; the others wait. A few statements for the whole window."""
    policy = attention_policy()
    at_once = [mail for mail in mails if mail.kind in GO_AT_ONCE]
    take_attention([person_of(mail.invitee.contact) for mail in at_once], policy, passes=True)
    asking = [mail for mail in mails if mail.kind not in GO_AT_ONCE]
    awake = {mail.pk: reader.person for mail, reader in _readers(asking) if not _waits_for_morning(mail, reader)}
    room = take_attention(awake.values(), policy)
    full = [pk for pk, person in awake.items() if person not in room]
    _put_off(full, timezone.now() + ROOM_IS_ASKED_AGAIN_AFTER)
    return at_once + [mail for mail in asking if mail.pk in awake and mail.pk not in full]


def _readers(mails: list[MeetingMail]) -> Iterator[tuple[MeetingMail, Reader]]:
    """One query for each programme among them."""
    for programme in {mail.invitee.meeting.programme for mail in mails}:
        own = [mail for mail in mails if mail.invitee.meeting.programme_id == programme.pk]
        readers = readers_of([mail.invitee.contact_id for mail in own], programme)
        yield from ((mail, readers[mail.invitee.contact_id]) for mail in own)


def _waits_for_morning(mail: MeetingMail, reader: Reader) -> bool:
    until = reader.end_of_quiet(timezone.now())
    if until:
        _put_off([mail.pk], until)
    return bool(until)


def _put_off(pks: list[int], until: datetime) -> None:
    MeetingMail.objects.filter(pk__in=pks).update(state=MeetingMail.State.QUEUED, due_at=until, settled_at=None)


def _settle(mail: MeetingMail, outcome: Outcome) -> None:
    if outcome.state == DeliveryState.DEFERRED and mail.attempts + 1 < TRIES:
        MeetingMail.objects.filter(pk=mail.pk).update(
            state=MeetingMail.State.QUEUED, attempts=mail.attempts + 1, reason=outcome.reason[:300], settled_at=None,
            due_at=outcome.until or timezone.now() + TRY_AGAIN_AFTER * (mail.attempts + 1),
        )  # fmt: skip
        return
    states = {DeliveryState.DELIVERED: MeetingMail.State.DELIVERED, DeliveryState.IN_DOUBT: MeetingMail.State.IN_DOUBT}
    _end(mail, states.get(outcome.state, MeetingMail.State.FAILED), outcome.reason)
    if outcome.refuses_address:
        Suppression.objects.get_or_create(address=mail.invitee.address, defaults={"reason": outcome.reason[:300]})


def _end(mail: MeetingMail, state: MeetingMail.State, reason: str) -> None:
    MeetingMail.objects.filter(pk=mail.pk).update(state=state, reason=reason[:300], settled_at=timezone.now())
