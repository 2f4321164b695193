"""Hits, from the stream to the database: read a batch, judge who made them, write all that belongs to it in one transaction.

Hits are judged among those that the same person made shortly before, so a later one can change what an earlier one was taken
for: the second link in a second, the link that no person sees."""

import io
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from django.db import connection, transaction

from communications.channels import hits, spool
from communications.models import Actor, Announcement, StreamPosition
from communications.models.engagement import Signal
from communications.queries.hits import PAIRS, KeptHit, Recipient, handed_over_at, kept_around, kept_of, people_after
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
# Who followed a link has opened, even where images are off. The earliest of each kind is kept.
_TOUCHES = """
    INSERT INTO communications_touch AS kept (announcement_id, contact_id, action, actor, first_at)
    SELECT event.announcement_id, event.contact_id, done.action, event.actor, min(event.occurred_at) FROM {events},
         LATERAL (VALUES (event.action), (CASE event.action WHEN 'clicked' THEN 'opened' END)) AS done (action)
    WHERE done.action IN ('opened', 'clicked')
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (announcement_id, contact_id, action, actor)
    DO UPDATE SET first_at = excluded.first_at WHERE excluded.first_at < kept.first_at
"""
_NEW = """
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


def write_hits(batch: Iterable[hits.Hit]) -> None:
    """Hits, the first touches of people, and what was taken for something else before."""
    judged = _judge(list(batch))
    _copy(judged.new)
    _touch(judged.new)
    _change_signals(judged.changed)


def _judge(batch: list[hits.Hit]) -> _Judged:
    """Each among the hits of the same person on the same announcement, in the order in which they were made."""
    by_recipient: dict[Recipient, list[hits.Hit]] = {}
    for hit in batch:
        by_recipient.setdefault((hit.announcement_id, hit.contact_id), []).append(hit)
    known = {recipient: made for recipient, made in by_recipient.items() if recipient[1] != NOBODY}
    kept = kept_around(known.keys(), _when(min((hit.at for hit in batch), default=0.0)))
    judged_by = partial(judge, named=named_networks())
    handed_over = handed_over_at(recipient for recipient, made in known.items() if len(made) + len(kept.get(recipient, ())) > 1)
    judged = _Judged()
    for recipient, made in by_recipient.items():
        before = kept.get(recipient, []) if recipient in known else []
        seen = [*before, *map(_Seen, made)]
        is_known = recipient in known
        signals = judged_by(seen, handed_over.get(recipient)) if is_known else [judged_by([hit], None)[0] for hit in seen]
        judged.changed += [(hit, signal) for hit, signal in zip(before, signals, strict=False) if _says_more(signal, hit.signal)]
        judged.new += zip(made, signals[len(before) :], strict=True)
    return judged


def _says_more(signal: str, before: str) -> bool:
    """Only what is near is looked at here, so a suspicion is added or made stronger, never taken back: `classify_hits` does."""
    return bool(signal) and (before == "" or (before, signal) == (Signal.BURST, Signal.TRAP))


class _Seen:
    """A new hit as it is judged."""

    def __init__(self, hit: hits.Hit):
        self.action, self.link, self.method, self.purpose = hit.action, hit.link, hit.method, hit.purpose
        self.agent, self.network, self.occurred_at = hit.agent, hit.network, _when(hit.at)


def _copy(judged: Sequence[tuple[hits.Hit, str]]) -> None:
    if not judged:
        return
    rows = io.StringIO("".join(_row(hit, signal) for hit, signal in judged))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY communications_engagementevent ({_COLUMNS}) FROM STDIN", rows)


def _row(hit: hits.Hit, signal: str) -> str:
    values = (
        hit.announcement_id, hit.contact_id or None, hit.channel, hit.action, _actor(signal), signal, hit.link, hit.method,
        hit.purpose, hit.agent, hit.network, _when(hit.at).isoformat(),
    )  # fmt: skip
    return "\t".join(r"\N" if value is None else str(value).translate(_ESCAPED) for value in values) + "\n"


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\x00": ""})


def _touch(judged: Sequence[tuple[hits.Hit, str]]) -> None:
    known = [(hit, signal) for hit, signal in judged if hit.contact_id != NOBODY]
    rows = [(hit.announcement_id, hit.contact_id, hit.action, _actor(signal), _when(hit.at)) for hit, signal in known]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCHES.format(events=_NEW), [list(column) for column in zip(*rows, strict=True)])


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
    pairs = [[announcement_id for announcement_id, _contact in recipients], [contact for _announcement, contact in recipients]]
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, [[hit.id for hit, _signal in changed], [signal for _hit, signal in changed]])
        cursor.execute(_FORGET_TOUCHES, pairs)
        cursor.execute(_TOUCHES.format(events=_OF_PAIRS), pairs)


def _actor(signal: str) -> str:
    return (Actor.MACHINE if signal else Actor.HUMAN).value


def _when(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
