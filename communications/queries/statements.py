"""What is stated where: what a text names, who says something else than what holds now, and whom that has reached.

A delivery keeps no value of its own. It is of the version that was approved, and that version keeps what it states."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from communications.consistency.subjects import words_about
from communications.consistency.values import Value
from communications.languages import own_name
from communications.models import Announcement, AnnouncementVersion, Channel, Mention, State, Statement, StatementRevision
from communications.models.statements import ANNOUNCEMENTS
from communications.queries.told import received_by
from communications.rendering.statement_marks import keys_in, mark_of
from communications.rendering.wordings import wordings_of
from partners.models import Programme

OFFERED = 30
ITEMS_SHOWN = 200
ON_THEIR_WAY = (State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.SENDING, State.PAUSED)


def offered_statements(user, programme: Programme, search: str = "") -> list[Statement]:
    """What a writer may put in."""
    rows = Statement.objects.visible_to(user).current().filter(programme=programme)
    for word in search.split()[:5]:
        rows = rows.filter(Q(name__icontains=word) | Q(key__icontains=word) | Q(text__icontains=word))
    return list(rows[:OFFERED])


def stated_by(announcement: Announcement) -> dict[str, dict]:
    """The values of what it names, as a version keeps them; no query where it names none."""
    rows = named_by(announcement)
    return {row.key: {**row.value.as_json(), "id": str(row.public_id), "name": row.name, "revision": row.revision} for row in rows}


def named_by(announcement: Announcement) -> QuerySet[Statement]:
    keys = keys_in(text for wording in wordings_of(announcement) for text in wording.texts)
    if not keys:
        return Statement.objects.none()
    return Statement.objects.filter(programme_id=announcement.programme_id, key__in=keys).order_by("pk")


@dataclass(frozen=True)
class Outdated:
    """A statement of which a version keeps another value than holds now."""

    statement: Statement
    was: str
    now: str


def outdated_in(version: AnnouncementVersion, language: str) -> list[Outdated]:
    """One query; none where it states nothing."""
    told = {each["id"]: Value.of_json(each) for each in version.stated.values()}
    rows = Statement.objects.filter(public_id__in=told).order_by("name") if told else ()
    return [
        Outdated(row, was.said(language), row.value.said(language))
        for row in rows
        if (was := told[str(row.public_id)]) != row.value
    ]


def stating(statement: Statement) -> QuerySet[Announcement]:
    """Those on their way, or still open for whoever joins later, whose version keeps a value of it."""
    versions = AnnouncementVersion.objects.filter(
        announcement=OuterRef("pk"), number=OuterRef("version"), stated__has_key=statement.key
    )
    is_on_its_way = Q(state__in=ON_THEIR_WAY) | Q(state=State.SENT, stays_open=True, expires_at__gt=timezone.now())
    rows = Announcement.objects.filter(is_on_its_way, programme_id=statement.programme_id)
    return rows.filter(Exists(versions))


def drafts_naming(statement: Statement) -> QuerySet[Announcement]:
    """Those being written: they say what holds when they are submitted."""
    mark = mark_of(statement.key)
    named = Q()
    for name in ("title", "body", "call_to_action", "variant_title", "variant_body", "translations", "details"):
        named |= Q(**{f"{name}__icontains": mark})
    return Announcement.objects.filter(named, programme_id=statement.programme_id, state=State.DRAFT)


def revisions_of(statement: Statement) -> list[StatementRevision]:
    """Newest first, with the statement at hand."""
    rows = list(statement.revisions.select_related("by"))
    for row in rows:
        row.statement = statement
    return rows


def old_revisions(statement: Statement) -> list[StatementRevision]:
    """Those whose value is another than holds now."""
    return [row for row in revisions_of(statement) if row.value != statement.value]


def saying(statement: Statement, values: Iterable[Value]) -> QuerySet[Mention]:
    """Where what has gone out says one of these values of it: put in, or written out in a sentence about it."""
    same = reduce(or_, (Q(text=value.text, currency=value.currency) for value in values), Q(pk=None))
    phrases = [sorted(words) for phrase in statement.told_by if (words := words_about(phrase))]
    about = reduce(or_, (Q(words__contains=words) for words in phrases), Q(pk=None))
    gone_out = Announcement.objects.filter(pk=OuterRef("source_id"), approved_version=OuterRef("number"), frozen_at__isnull=False)
    rows = Mention.objects.filter(programme_id=statement.programme_id, kind=statement.kind, source=ANNOUNCEMENTS)
    return rows.filter(same).filter(Q(statement=statement) | Q(statement=None) & about).filter(Exists(gone_out))


@dataclass(frozen=True)
class ItemSaying:
    """An announcement that has gone out with such a value. `mentions` are its sentences, by language."""

    announcement: Announcement
    mentions: tuple[Mention, ...]
    mailed: int
    shown: int

    def said(self) -> list[tuple[Mention, str, str]]:
        """Each sentence with the value as it is written there, and the name of its language."""
        return [(row, row.value.said(row.language), own_name(row.language)) for row in self.mentions]


@dataclass(frozen=True)
class Told:
    """`people` have got one of the items at least, on whichever channel."""

    items: tuple[ItemSaying, ...] = ()
    people: int = 0


def told_of(statement: Statement, values: Iterable[Value], user) -> Told:
    """Newest first; five queries whatever their number."""
    mentions = list(saying(statement, values).order_by("-source_id", "language", "variant", "pk")[:ITEMS_SHOWN])
    if not mentions:
        return Told()
    by_id = {row.pk: row for row in Announcement.objects.visible_to(user).filter(pk__in={row.source_id for row in mentions})}
    arrived = received_by(mentions).visible_to(user).order_by()
    counted = arrived.values_list("announcement_id", "channel").annotate(n=Count("contact_id"))
    counts = {(pk, channel): n for pk, channel, n in counted}
    found: dict[int, list[Mention]] = {}
    for row in mentions:
        found.setdefault(row.source_id, []).append(row)
    items = [
        ItemSaying(by_id[pk], tuple(said), counts.get((pk, Channel.EMAIL), 0), counts.get((pk, Channel.PORTAL), 0))
        for pk, said in found.items()
        if pk in by_id
    ]
    return Told(tuple(items), arrived.values("contact_id").distinct().count())


def told_alike(statement: Statement) -> list[Statement]:
    """Others of the programme and the kind of which texts speak in the same words: which one a sentence means cannot be told."""
    if not statement.is_current:
        return []
    own = _subjects(statement)
    others = Statement.objects.current().filter(programme=statement.programme_id, kind=statement.kind).exclude(pk=statement.pk)
    return [other for other in others if own & _subjects(other)]


def _subjects(statement: Statement) -> set[frozenset[str]]:
    return {frozenset(words) for phrase in statement.told_by if (words := words_about(phrase))}
