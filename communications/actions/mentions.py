"""Writing down which values a text says, so that another text can be held against it in no time."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from communications.consistency.texts import Said
from communications.consistency.values import Value
from communications.models import AnnouncementVersion, Mention, Statement
from communications.models.statements import ANNOUNCEMENTS
from communications.rendering.wordings import wordings_of
from partners.models import Programme


@transaction.atomic
def note_mentions(
    source: str, source_id: int, programme: Programme, said: Iterable[tuple[str, str, Said]], *, number: int = 0,
    statements: Mapping[str, Statement] | None = None,
) -> int:  # fmt: skip
    """`said` is (language, variant or "", what is said). Again, it takes the place of what was noted of this version."""
    Mention.objects.filter(source=source, source_id=source_id, number=number).delete()
    rows = mentions_of(source, source_id, programme, said, number=number, statements=statements)
    Mention.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def mentions_of(
    source: str, source_id: int, programme: Programme, said: Iterable[tuple[str, str, Said]], *, number: int = 0,
    statements: Mapping[str, Statement] | None = None,
) -> list[Mention]:  # fmt: skip
    """The rows, not written yet."""
    of = {"source": source, "source_id": source_id, "number": number, "programme": programme}
    return [_row(each, statements or {}, language=language, variant=variant, **of) for language, variant, each in said]


def forget_mentions(source: str, source_id: int) -> None:
    """Of a text that is no more."""
    Mention.objects.filter(source=source, source_id=source_id).delete()


def note_version(version: AnnouncementVersion, programme: Programme) -> None:
    """What a version that is submitted says, in all its languages."""
    stated = {key: Value.of_json(told) for key, told in version.stated.items()}
    statements = {row.key: row for row in Statement.objects.filter(programme=programme, key__in=stated)} if stated else {}
    said = [(one.language, one.variant, each) for one in wordings_of(version) for _name, each in one.said(stated)]
    note_mentions(ANNOUNCEMENTS, version.announcement_id, programme, said, number=version.number, statements=statements)


def _row(said: Said, statements: Mapping[str, Statement], **where) -> Mention:
    statement = statements.get(said.key)
    words, label = (sorted(word[:80] for word in some) for some in (said.words, said.label))
    return Mention(
        kind=said.value.kind, text=said.value.text, currency=said.value.currency, statement=statement,
        revision=statement.revision if statement else None, sentence=said.sentence[:420], words=words, skeleton=said.skeleton,
        is_alone=said.is_alone, label=label, **where,
    )  # fmt: skip
