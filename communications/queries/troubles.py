"""What stands in the way of sending just now, by rules with thresholds. An alarm is a trouble that was noticed and told."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.channels.hits import stream_length
from communications.models import (
    Announcement,
    CounterCheck,
    Delivery,
    DeliveryChunk,
    DeliveryState,
    MailboxTrouble,
    Rule,
    State,
)
from communications.queries.cadences import broken_cadences
from communications.queries.sending import Sending, sending_now

WAITS_AT_MOST = timedelta(minutes=5)
MAILBOX_AWAY_AT_LEAST = timedelta(minutes=3)
FAILURES_IN_A_ROW = 2
FAILED_OF_HUNDRED, FAILED_AT_LEAST = 10, 20
HITS_AT_MOST = 100_000
LOOKS_BACK = timedelta(days=1)


@dataclass(frozen=True)
class Trouble:
    rule: Rule
    subject: str
    sentence: str


def troubles_now(sending: Sending | None = None, *, hits: int | None = None) -> list[Trouble]:
    """Six queries, where `sending` and `hits` (the length of the stream) are known already."""
    sending = sending or sending_now()
    hits = stream_length() if hits is None else hits
    of_sending = [*_waiting(sending), *_failing_chunks(), *_in_doubt(), *_failures(), *_unread(hits), *_mailbox(), *_drifted()]
    return [*of_sending, *_broken_promises()]


def _waiting(sending: Sending) -> list[Trouble]:
    waits = timezone.now() - sending.oldest_due if sending.oldest_due else timedelta()
    if waits <= WAITS_AT_MOST:
        return []
    sentence = _("What should have gone out %(n)d minutes ago still waits: do the workers run?") % {
        "n": waits.total_seconds() // 60
    }
    return [Trouble(Rule.WAITS_LONG, "", sentence)]


def _failing_chunks() -> list[Trouble]:
    failing = DeliveryChunk.objects.filter(done_at=None, failures__gte=FAILURES_IN_A_ROW)
    rows = Announcement.objects.filter(pk__in=failing.values("announcement_id"), state__in=(State.SENDING, State.PAUSED))
    sentence = _("A part of “%(title)s” failed several times in a row: its history says why.")
    return [Trouble(Rule.CHUNK_FAILS, _subject(row), sentence % {"title": row}) for row in rows]


def _in_doubt() -> list[Trouble]:
    """By announcement, answered from the index of what is in doubt."""
    doubtful = Delivery.objects.filter(state=DeliveryState.IN_DOUBT).order_by()
    counts = dict(doubtful.values_list("announcement_id").annotate(Count("contact_id")))
    titles = Announcement.objects.in_bulk(counts) if counts else {}
    return [
        Trouble(Rule.IN_DOUBT, _subject(titles[pk]), ngettext(
            "%(n)s delivery of “%(title)s” is in doubt: resend or skip it.",
            "%(n)s deliveries of “%(title)s” are in doubt: resend or skip them.", count,
        ) % {"n": number_format(count, force_grouping=True), "title": titles[pk]})
        for pk, count in counts.items() if pk in titles
    ]  # fmt: skip


def _failures() -> list[Trouble]:
    """What has gone out within a day, and how much of it failed, mails only: the portal cannot fail."""
    lately = Announcement.objects.filter(frozen_at__gt=timezone.now() - LOOKS_BACK)
    rows = (
        lately.annotate(
            failed=Count("deliveries__contact_id", filter=Q(deliveries__state=DeliveryState.FAILED)),
            tried=Count("deliveries__contact_id", filter=Q(deliveries__state__in=(DeliveryState.FAILED, DeliveryState.DELIVERED))),
        )
        .filter(failed__gte=FAILED_AT_LEAST, failed__gt=F("tried") * FAILED_OF_HUNDRED / 100)
        .order_by("-pk")
    )
    sentence = _("%(failed)s of %(tried)s deliveries of “%(title)s” failed.")
    return [
        Trouble(Rule.MANY_FAIL, _subject(row), sentence % {"failed": row.failed, "tried": row.tried, "title": row}) for row in rows
    ]


def _unread(hits: int | None) -> list[Trouble]:
    if hits is None or hits <= HITS_AT_MOST:
        return []
    sentence = _("%(n)s opens and clicks wait to be counted.") % {"n": number_format(hits, force_grouping=True)}
    return [Trouble(Rule.HITS_UNREAD, "", sentence)]


def _mailbox() -> list[Trouble]:
    """One that was away for a moment is no trouble."""
    if settings.BOUNCE_MAILBOX is None:
        return []
    sentence = _("What comes back cannot be fetched since %(at)s UTC: %(said)s")
    rows = MailboxTrouble.objects.filter(since__lte=timezone.now() - MAILBOX_AWAY_AT_LEAST)
    return [Trouble(Rule.MAILBOX_AWAY, "", sentence % {"at": f"{row.since:%H:%M}", "said": row.said}) for row in rows]


def _drifted() -> list[Trouble]:
    """They were written anew when it was found; that it happened at all is for a person to know."""
    rows = CounterCheck.objects.filter(differences__gt=0, checked_at__gt=timezone.now() - LOOKS_BACK).select_related("announcement")
    sentence = _("%(n)d sums of “%(title)s” differed from its rows at %(at)s UTC and were counted anew.")
    return [
        Trouble(Rule.COUNTERS_DIFFERED, _subject(row.announcement),
                sentence % {"n": row.differences, "title": row.announcement, "at": f"{row.checked_at:%H:%M}"})
        for row in rows
    ]  # fmt: skip


def _broken_promises() -> list[Trouble]:
    """What was promised to a segment and not kept; who is to mend it has a task."""
    sentence = _("The cadence “%(name)s” is broken: with %(n)s partners nothing came in time.")
    return [
        Trouble(Rule.CADENCE_BROKEN, f"cadence:{cadence.pk}",
                sentence % {"name": cadence, "n": number_format(cadence.broken, force_grouping=True)})
        for cadence in broken_cadences()
    ]  # fmt: skip


def _subject(announcement: Announcement) -> str:
    return f"announcement:{announcement.pk}"
