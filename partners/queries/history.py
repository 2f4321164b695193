"""What a row was before: who changed which field, when, from what to what. Read from the row history that the database keeps."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _

NOT_TOLD = {"id", "public_id", "created_at"}
EVENTS_READ = 200


@dataclass(frozen=True)
class FieldChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    at: datetime
    who: str
    what: str
    changes: tuple[FieldChange, ...]


def history_of(row: models.Model) -> list[HistoryEntry]:
    """The newest first."""
    events = list(row.events.select_related("pgh_context").order_by("-pgh_id")[:EVENTS_READ])
    names = _names(row, events)
    people = _people(events)
    older = [*events[1:], None]
    entries = [_entry(row, event, before, names, people) for event, before in zip(events, older, strict=True)]
    return [entry for entry in entries if entry.changes or entry.what != CHANGED]


CREATED, CHANGED = _("created"), _("changed")


def _entry(row, event, before, names, people) -> HistoryEntry:
    fields = [field for field in row._meta.concrete_fields if field.name not in NOT_TOLD]
    changes = tuple(_field_changes(fields, event, before, names)) if before else ()
    what = CREATED if event.pgh_label == "insert" else CHANGED
    user_id = (event.pgh_context.metadata if event.pgh_context else {}).get("user")
    return HistoryEntry(event.pgh_created_at, people.get(user_id, ""), what, changes)


def _field_changes(fields, event, before, names):
    for field in fields:
        old, new = getattr(before, field.attname, None), getattr(event, field.attname, None)
        if old != new:
            yield FieldChange(str(field.verbose_name), _said(field, old, names), _said(field, new, names))


def _said(field, value, names) -> str:
    if value in (None, "", []):
        return "–"
    if field.is_relation:
        return names.get((field.name, value), f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(value) if isinstance(value, list) else str(value)


def _names(row, events) -> dict[tuple[str, int], str]:
    """The names of the rows that foreign keys point to, one query for each key that ever changed."""
    names = {}
    for field in row._meta.concrete_fields:
        ids = {getattr(event, field.attname, None) for event in events} - {None} if field.is_relation else None
        if ids:
            names |= {(field.name, related.pk): str(related) for related in field.related_model._base_manager.filter(pk__in=ids)}
    return names


def _people(events) -> dict[int, str]:
    ids = {(event.pgh_context.metadata or {}).get("user") for event in events if event.pgh_context} - {None}
    return {user.pk: str(user) for user in get_user_model().objects.filter(pk__in=ids)}
