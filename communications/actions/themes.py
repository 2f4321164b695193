"""What a programme speaks about."""

from contextlib import AbstractContextManager
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from communications.models import Theme
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_line, check_text
from partners.actions.programmes import default_programme
from partners.models import Programme

MESSAGES_AT_MOST = 20


@transaction.atomic
def create_theme(
    *, by: User, name: str, description: str = "", key_messages: list[str] | None = None, is_current: bool = True,
    programme: Programme | None = None,
) -> Theme:  # fmt: skip
    values = check_fields(
        CHECKS, {"name": name, "description": description, "key_messages": key_messages or [], "is_current": is_current}
    )
    theme = Theme(programme=programme or default_programme(), **values)
    with _name_is_free(theme):
        theme.save()
    record_activity("theme.created", f"Theme “{theme}” was added", by=by, subject=theme)
    return theme


@transaction.atomic
def change_theme(theme: Theme, *, by: User, **fields) -> Theme:
    values = check_fields(CHECKS, fields)
    with _name_is_free(theme):
        changed = write_changes(theme, values)
    if changed:
        sentence = f"Theme “{theme}”: {in_words(theme, changed)} changed"
        record_activity("theme.changed", sentence, by=by, subject=theme, data={"changes": changed})
    return theme


def _check_messages(values) -> list[str]:
    """Each a sentence on one line; empty ones are left out."""
    messages = [check_line(value, "key_messages", longest=300) for value in values]
    messages = [message for message in messages if message]
    if len(messages) > MESSAGES_AT_MOST:
        sentence = _("%(n)d key messages are more than anybody remembers; keep it to %(most)d.")
        raise Invalid(sentence % {"n": len(messages), "most": MESSAGES_AT_MOST}, field="key_messages")
    return messages


CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "description": partial(check_text, field="description", longest=4000),
    "key_messages": _check_messages,
    "is_current": bool,
}


def _name_is_free(theme: Theme) -> AbstractContextManager:
    sentence = _("%(programme)s already has a theme of this name.") % {"programme": theme.programme}
    return unless_taken(Invalid(sentence, code="duplicate", field="name"), "theme_once_per_programme")
