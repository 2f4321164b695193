"""Hits, from the stream to the database: read a batch, judge who made them, write all that belongs to it in one transaction.

Hits are judged among those that the same person made shortly before, so a later one can change what an earlier one was taken
for: the second link in a second, the link that no person sees."""

import io
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from django.db import connection, transaction

from activity.columns import column
from communications.channels import hits, spool
from communications.models import Action, Actor, Announcement, StreamPosition
from communications.models.engagement import Signal
from communications.queries.hits import PAIRS, KeptHit, Recipient, handed_over_at, kept_around, kept_of, pairs_of, people_after
from communications.queries.scanners import named_networks
from communications.rendering.machines import judge
from communications.tracking_tokens import NOBODY

SECONDS_A_KICK = 20.0
ONE_READER = 727_001  # any number; the advisory lock of whoever writes or judges hits
_COLUMNS = "announcement_id, contact_id, channel, action, actor, signal, link, method, purpose, agent, network, occurred_at"
_JUDGED = """
    UPDATE communications_engagementevent AS event
    SET signal = judged.signal, actor = CASE judged.signal WHEN '' THEN 'human' ELSE 'machine' END
    FROM unnest(%s::bigint[], %s::text[]) AS judged (id, signal) WHERE event.id = judged.id
"""
# Who followed a link has opened, even where images are off. The earliest of each kind is kept; where one is that was earlier,
# its row is not even locked.
_TOUCHES = """
    INSERT INTO communications_touch AS kept (announcement_id, contact_id, action, actor, first_at)
    SELECT event.announcement_id, event.contact_id, done.action, event.actor, min(event.occurred_at) FROM {events},
         LATERAL (VALUES (event.action), (CASE event.action WHEN 'clicked' THEN 'opened' END)) AS done (action)
    WHERE done.action IN ('opened', 'clicked') AND NOT EXISTS (
        SELECT FROM communications_touch AS earlier
        WHERE (earlier.announcement_id, earlier.contact_id, earlier.action, earlier.actor)
            = (event.announcement_id, event.contact_id, done.action, event.actor) AND earlier.first_at <= event.occurred_at)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (announcement_id, contact_id, action, actor)
    DO UPDATE SET first_at = excluded.first_at WHERE excluded.first_at < kept.first_at
"""
_EVENTS = """
    unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
        AS event (announcement_id, contact_id, action, actor, occurred_at)
"""
_OF_PAIRS = f"""
    (SELECT event.* FROM {PAIRS} JOIN communications_engagementevent AS event USING (announcement_id, contact_id)) AS event
"""  # noqa: S608 - words of ours
_FORGET_TOUCHES = f"""
    DELETE FROM communications_touch AS touch USING {PAIRS}
    WHERE (touch.announcement_id, touch.contact_id) = (pair.announcement_id, pair.contact_id)
"""  # noqa: S608 - words of ours


def read_all_hits() -> int:
    """Until nothing waits, or the next kick comes. Returns how many hits were read."""
    began, read = time.monotonic(), 0
    while (batch := read_hits()) and time.monotonic() - began < SECONDS_A_KICK:
        read += batch
    return read + batch


@transaction.atomic
def read_hits() -> int:
    """Move a batch to the database, from a file where one waits, else from the stream. One reader at a time; what is written
    and how far it was read are one transaction, so a batch read twice is written once. Returns how many hits were read."""
    if not _is_only_reader():
        return 0
    return _read_file() or _read_stream()


def _is_only_reader() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_READER])
        return cursor.fetchone()[0]


def _read_file() -> int:
    """A file is removed once its last line stands in the database; its position goes with the next file or the next time."""
    spool.take()
    names = spool.taken()
    StreamPosition.objects.filter(stream__endswith=".taken").exclude(stream__in=names).delete()
    for name in names:
        row, _created = StreamPosition.objects.get_or_create(stream=name, defaults={"position": "0"})
        lines, end = spool.read_from(name, int(row.position), hits.BATCH)
        if lines:
            write_hits(hit for line in lines if (hit := hits.read(line)))
            StreamPosition.objects.filter(pk=name).update(position=end)
            return len(lines)
        spool.remove(name)
    return 0


def _read_stream() -> int:
    row, _created = StreamPosition.objects.get_or_create(stream=hits.STREAM)
    born = hits.born()
    is_known = row.born in ("", born)
    batch = hits.read_after(row.position if is_known else "0-0")
    if not batch:
        if is_known:
            hits.trim_through(row.position)  # whoever read it last may have died before
        return 0
    write_hits(hit for _key, hit in batch if hit)
    last = batch[-1][0]
    StreamPosition.objects.filter(pk=hits.STREAM).update(position=last, born=born)
    transaction.on_commit(lambda: hits.trim_through(last))
    return len(batch)


@dataclass
class _Judged:
    """New hits with their signal, and hits that are taken for something else than before."""

    new: list[tuple[hits.Hit, str]] = field(default_factory=list)
    changed: list[tuple[KeptHit, str]] = field(default_factory=list)


_New = tuple[hits.Hit, str, str]  # with its signal, and when as ISO 8601


def write_hits(batch: Iterable[hits.Hit]) -> None:
    """Hits, the first touches of people, and what was taken for something else before."""
    judged = _judge(list(batch))
    new = [(hit, signal, hit.occurred_at.isoformat()) for hit, signal in judged.new]
    _copy(new)
    _touch(new)
    _change_signals(judged.changed)


def _judge(batch: list[hits.Hit]) -> _Judged:
    """Each among the hits of the same person on the same announcement, in the order in which they were made."""
    by_recipient: dict[Recipient, list[hits.Hit]] = {}
    judged, judged_by = _Judged(), partial(judge, named=named_networks())
    for hit in batch:
        if hit.contact_id == NOBODY:
            judged.new += zip([hit], judged_by([hit], None), strict=True)
        else:
            by_recipient.setdefault((hit.announcement_id, hit.contact_id), []).append(hit)
    kept = _kept_before(by_recipient)
    handed_over = handed_over_at(who for who, made in by_recipient.items() if len(made) + len(kept.get(who, ())) > 1)
    for recipient, made in by_recipient.items():
        before = kept.get(recipient, [])
        signals = judged_by([*before, *made], handed_over.get(recipient))
        judged.changed += [(hit, signal) for hit, signal in zip(before, signals, strict=False) if _says_more(signal, hit.signal)]
        judged.new += zip(made, signals[len(before) :], strict=True)
    return judged


def _kept_before(by_recipient: dict[Recipient, list[hits.Hit]]) -> dict[Recipient, list[KeptHit]]:
    """What can tell something of the new hits, or be told something by them."""
    followed = {who: any(hit.action != Action.OPENED for hit in made) for who, made in by_recipient.items()}
    first = min((hit for made in by_recipient.values() for hit in made), key=lambda hit: hit.at, default=None)
    return kept_around(followed, first.occurred_at if first else None)


def _says_more(signal: str, before: str) -> bool:
    """Only what is near is looked at here, so a suspicion is added or made stronger, never taken back: `classify_hits` does."""
    return bool(signal) and (before == "" or (before, signal) == (Signal.BURST, Signal.TRAP))


def _copy(new: Sequence[_New]) -> None:
    if not new:
        return
    rows = io.StringIO("".join([_row(*one) for one in new]))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY communications_engagementevent ({_COLUMNS}) FROM STDIN", rows)


def _row(hit: hits.Hit, signal: str, occurred_at: str) -> str:
    contact, link = hit.contact_id or _NOTHING, _NOTHING if hit.link is None else hit.link
    told = "\t".join(map(_escaped, (hit.method, hit.purpose, hit.agent, hit.network)))
    return (
        f"{hit.announcement_id}\t{contact}\t{hit.channel}\t{hit.action}\t{_actor(signal)}\t{signal}\t{link}\t{told}"
        f"\t{occurred_at}\n"
    )


_NOTHING = r"\N"
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\x00": ""})


@lru_cache(maxsize=10_000)
def _escaped(text: str) -> str:
    """What browsers say of themselves is the same again and again."""
    return text.translate(_ESCAPES)


def _touch(new: Sequence[_New]) -> None:
    known = [(hit, _actor(signal), at) for hit, signal, at in new if hit.contact_id != NOBODY]
    rows = [(hit.announcement_id, hit.contact_id, hit.action, actor, at) for hit, actor, at in known]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCHES.format(events=_EVENTS), [column(values) for values in zip(*rows, strict=True)])


def classify_hits(announcement: Announcement, *, is_trial: bool = False) -> Counter[tuple[str, str]]:
    """Judge every hit of an announcement by the rules of today. Returns how many went from which signal to which other."""
    changes: Counter[tuple[str, str]] = Counter(_classify(announcement.pk, None, is_trial=is_trial))
    after = 0
    while people := people_after(announcement.pk, after):
        changes.update(_classify(announcement.pk, people, is_trial=is_trial))
        after = people[-1]
    return changes


@transaction.atomic
def _classify(announcement_id: int, people: list[int] | None, *, is_trial: bool) -> list[tuple[str, str]]:
    """Of some people, or of the hits that name nobody. While they are judged no new ones are written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_READER])
    kept = kept_of(announcement_id, people)
    handed_over, judged_by = handed_over_at(kept) if people else {}, partial(judge, named=named_networks())
    changed = []
    for recipient, made in kept.items():
        signals = judged_by(made, handed_over.get(recipient)) if people else [judged_by([hit], None)[0] for hit in made]
        changed += [(hit, signal) for hit, signal in zip(made, signals, strict=True) if hit.signal != signal and not hit.is_erased]
    if not is_trial:
        _change_signals(changed)
    return [(hit.signal, signal) for hit, signal in changed]


def _change_signals(changed: Sequence[tuple[KeptHit, str]]) -> None:
    """Take hits for something else than before, and count the first touches of those people anew."""
    if not changed:
        return
    recipients = sorted({(hit.announcement_id, hit.contact_id) for hit, _signal in changed if hit.contact_id})
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [column(hit.id for hit, _signal in changed), column(signal for _hit, signal in changed)])
        cursor.execute(_FORGET_TOUCHES, pairs_of(recipients))
        cursor.execute(_TOUCHES.format(events=_OF_PAIRS), pairs_of(recipients))


def _actor(signal: str) -> str:
    return _MACHINE if signal else _HUMAN


_MACHINE, _HUMAN = Actor.MACHINE.value, Actor.HUMAN.value
