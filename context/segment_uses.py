"""What relies on a segment, and what can be done with it next: other segments, announcements, and whatever the apps above name.

They register in `AppConfig.ready`; this app only asks what is there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise

from activity.uses import Use


@dataclass(frozen=True)
class SegmentNoun:
    """Things that are for a segment, such as courses. `rows(segment, user)` are those this user may see, all of them where it is
    None; `name`, `at` and `address` are columns of theirs; `page` names the page of the one with that address."""

    kind: str | Promise
    rows: Callable[..., QuerySet]
    page: str
    name: str = "title"
    at: str = "created_at"
    address: str = "public_id"
    called: Callable[[str], str] = str

    def use(self, name: str, address: object) -> Use:
        return Use(str(self.kind), self.called(name), reverse(self.page, args=[address]) if address else "")


_nouns: list[SegmentNoun] = []
_readers: list[Callable[..., Iterable[Use]]] = []
_steps: list[Callable[..., Iterable[tuple[str, str]]]] = []


def register_segment_noun(noun: SegmentNoun) -> None:
    _nouns.append(noun)


def segment_nouns() -> list[SegmentNoun]:
    return list(_nouns)


def register_segment_uses(read: Callable[..., Iterable[Use]]) -> None:
    """For what names a segment in another way: `read(segment, user)` gives its uses that this user may see, all of them where
    `user` is None."""
    if read not in _readers:
        _readers.append(read)


def rows_for(model) -> Callable[..., QuerySet]:
    """Those with a key `segment`, as far as a user sees them."""

    def rows(segment, user=None) -> QuerySet:
        return seen_by(model, user).filter(segment=segment)

    return rows


def seen_by(model, user=None) -> QuerySet:
    return model.objects.all() if user is None else model.objects.visible_to(user)


def uses_of_segment(segment, user=None) -> list[Use]:
    return [use for read in _readers for use in read(segment, user)] + _uses_by_noun(segment, user)


def _uses_by_noun(segment, user) -> list[Use]:
    """All nouns together, the newest first, in one query."""
    asked = [
        noun.rows(segment, user).order_by().annotate(
            use_of=Value(number), use_name=Cast(F(noun.name), CharField()), use_address=Cast(F(noun.address), CharField()),
            use_at=Cast(F(noun.at), DateTimeField()),
        ).values_list("use_of", "use_name", "use_address", "use_at")
        for number, noun in enumerate(_nouns)
    ]  # fmt: skip
    if not asked:
        return []
    first, *others = asked
    rows = first.union(*others, all=True).order_by("-use_at", "use_name")
    return [_nouns[number].use(name, address) for number, name, address, _at in rows]


def register_next_steps(read: Callable[..., Iterable[tuple[str, str]]]) -> None:
    """`read(segment, user)` gives what this user may do with it, in words and with its address."""
    if read not in _steps:
        _steps.append(read)


def next_steps(segment, user) -> list[tuple[str, str]]:
    return [step for read in _steps for step in read(segment, user)]
