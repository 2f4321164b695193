"""What is said in a crisis: each message is an announcement of its own, in the usual ledger of deliveries, overtaking all others.

Nobody is asked to approve it on that day. Whoever approved the protocol approved its words, and that the one who leads may add to
them; what went out, with whose words, is in the history of the announcement."""

from datetime import timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.refusals import Invalid
from communications.actions.announcements import approve_in_advance, create_announcement, schedule_announcement
from communications.actions.crisis_words import Words, check_as_announcement, clean_words
from communications.actions.topics import crisis_topic
from communications.languages import own_name
from communications.models import Announcement, Crisis, CrisisAlarm, CrisisMessage, Kind, Says
from communications.queries.crisis_people import CALLED, CONCERNED, SILENT
from communications.queries.protocols import with_ways
from communications.rendering.crises import announced
from partners.models import Contact

_CALL = """
    INSERT INTO communications_crisisperson
        (crisis_id, contact_id, called_by_id, by_mail, by_portal, called_at, acknowledged_how)
    SELECT %s, found.id, %s, found.by_mail = 1, found.by_portal = 1, %s, '' FROM ({people}) AS found (id, by_mail, by_portal)
    ON CONFLICT DO NOTHING
"""


def call_people(message: CrisisMessage, people: QuerySet[Contact]) -> int:
    """Write down who is concerned from now on, in one statement. Returns how many are new."""
    found = with_ways(people, message.crisis.version.channels, is_drill=message.crisis.is_drill)
    try:
        sql, parameters = found.order_by().values_list("pk", "by_mail", "by_portal").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_CALL.format(people=sql), [message.crisis_id, message.pk, timezone.now(), *parameters])
        return cursor.rowcount


def say_alarm(message: CrisisMessage, *, by: User, words: Words) -> Announcement:
    """To those whom this message called."""
    return _announce(message, words, _asked(CALLED, message.public_id), by=by, asks=True)


def say_again(crisis: Crisis, alarm: CrisisAlarm) -> CrisisMessage:
    """The alarm once more, to those who have not acknowledged when it is sent."""
    message = CrisisMessage.objects.create(crisis=crisis, says=Says.CALL, alarm=alarm)
    _announce(message, crisis.version.words(Says.ALARM), _asked(SILENT, crisis.public_id), by=None, asks=True)
    return message


def say_to_all(crisis: Crisis, says: Says, *, by: User, words: Words, **fields) -> CrisisMessage:
    """An update or the all-clear, to everybody who was called."""
    message = CrisisMessage.objects.create(crisis=crisis, says=says, by=by, **fields)
    _announce(message, words, _asked(CONCERNED, crisis.public_id), by=by, asks=False)
    return message


def was_just_said(crisis: Crisis, says: Says, words: Words) -> bool:
    last = crisis.messages.filter(says=says, at__gt=timezone.now() - timedelta(minutes=1)).last()
    return last is not None and says_the_same(last, words)


def says_the_same(message: CrisisMessage, words: Words) -> bool:
    told = _told(message.crisis, words)
    return told == {name: getattr(message.announcement, name) for name in told}


def checked_words(crisis: Crisis, words: Words) -> Words:
    """What somebody wrote in the middle of it, whole in each of its languages, and in that which all others fall back on."""
    own = crisis.version.language
    if own not in words:
        told = {"language": own_name(own), "code": own}
        raise Invalid(
            _("Write it in the language of the protocol too, %(language)s (%(code)s): who has no text of their own reads that one. "
              "Nothing was sent.") % told, code="language_missing", field=f"title_{own}",
        )  # fmt: skip
    cleaned = clean_words(words)
    check_as_announcement(crisis.protocol, cleaned, own)
    return cleaned


def place_of(crisis: Crisis) -> str:
    return " · ".join(f"{site.name}, {site.city}" if site.city else site.name for site in crisis.sites.all())[:300]


def _announce(message: CrisisMessage, words: Words, contact_rule: dict, *, by: User | None, asks: bool) -> Announcement:
    crisis, version = message.crisis, message.crisis.version
    is_verbatim = words == version.texts.get(message.says, version.texts[Says.ALARM])
    author = (version.submitted_by if is_verbatim else by) or by or crisis.started_by
    announcement = create_announcement(
        by=author, segment=crisis.protocol.segment, programme=crisis.programme, topic=crisis_topic(), kind=Kind.CRISIS,
        channels=version.channels, requires_acknowledgement=asks, owner=crisis.started_by, **_told(crisis, words),
    )  # fmt: skip
    approve_in_advance(
        announcement, contact_rule=contact_rule, audience=str(crisis), submitted_by=author,
        approved_by=[approval.by for approval in version.approvals.select_related("by")],
        asks_another=is_verbatim and version.asks_another, reason=_reason(version, by, is_verbatim=is_verbatim),
    )  # fmt: skip
    schedule_announcement(announcement, by=by or author)
    message.announcement = announcement
    message.save(update_fields=["announcement"])
    return announcement


def _told(crisis: Crisis, words: Words) -> dict:
    return announced(words, crisis.version.language, is_drill=crisis.is_drill, place=place_of(crisis))


def _reason(version, by: User | None, *, is_verbatim: bool) -> str:
    if is_verbatim:
        return _("approved in advance, word for word, with the crisis protocol “%(protocol)s”") % {"protocol": version}
    return _("words of %(who)s, as the crisis protocol “%(protocol)s” lets whoever leads") % {"who": by, "protocol": version}


def _asked(field: str, value) -> dict:
    return {"all": [{"field": field, "op": "eq", "value": str(value)}]}
