"""A statement's life: registered, put into texts, changed with everything that stated the old value in sight."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.announcements import close_announcement, hold_announcement, take_back_announcement
from communications.actions.statement_checks import check_name, check_phrases, check_value
from communications.consistency.values import Value
from communications.models import Announcement, State, Statement, StatementRevision
from communications.queries.statements import stating
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_key, check_line
from partners.actions.programmes import default_programme
from partners.models import Programme

LOOKS_AT_MOST = 5


@transaction.atomic
def create_statement(
    *, by: User, name: str, kind: str, text: str, currency: str = "", words: dict | None = None, key: str = "",
    phrases: list[str] | None = None, is_current: bool = True, programme: Programme | None = None,
) -> Statement:  # fmt: skip
    values = check_fields(_CHECKS, {"name": name, "phrases": phrases or [], "is_current": is_current})
    value = check_value(kind, text, currency, words)
    key = check_key(key or slugify(values["name"])[:60].strip("-"))
    statement = Statement(programme=programme or default_programme(), key=key, kind=kind, **_columns(value), **values)
    _save_once(statement.save, statement)
    _keep_revision(statement, by=by, reason="")
    record_activity("statement.created", f"Statement “{statement}”: {value.said('en')}", by=by, subject=statement)
    return statement


@transaction.atomic
def change_statement(statement: Statement, *, by: User, **fields) -> Statement:
    """What it is called, and how texts speak of it. Its value changes by `change_value`."""
    values = check_fields(_CHECKS, fields)
    changed = _save_once(lambda: write_changes(statement, values), statement)
    if changed:
        sentence = f"Statement “{statement}”: {in_words(statement, changed)} changed"
        record_activity("statement.changed", sentence, by=by, subject=statement, data={"changes": changed})
    return statement


@dataclass(frozen=True)
class Changed:
    """What became of those that stated the old value: back with their writers, held in the middle of being sent, closed for those
    who join later, or left going."""

    taken_back: tuple[Announcement, ...]
    held: tuple[Announcement, ...]
    closed: tuple[Announcement, ...]
    going_on: tuple[Announcement, ...]


class _SomebodyWasQuickerError(Exception):
    """Another text that states it was submitted after we looked."""


def change_value(
    statement: Statement, *, by: User, text: str, currency: str = "", words: dict | None = None, reason: str = "",
    revision: int | None = None, hold: bool = True,
) -> Changed:  # fmt: skip
    """From now on it is another value. What was submitted and is not out goes back to its writers, since an approval is for words
    that were seen; what is being sent is held for a person to decide, unless `hold` is False. What has gone out keeps what it said.
    `revision` is the one that was seen, where one was."""
    value = check_value(statement.kind, text, currency, words)
    reason = check_line(reason, "reason", longest=300)
    for _look in range(LOOKS_AT_MOST):
        try:
            with transaction.atomic():
                return _change_value(statement, value, by=by, reason=reason, seen=revision, hold=hold)
        except _SomebodyWasQuickerError:
            continue
    raise Refused(_("Texts that state it are being submitted at this moment. Try again."), code="busy")


def _change_value(statement: Statement, value: Value, *, by: User, reason: str, seen: int | None, hold: bool) -> Changed:
    """Announcements are locked before the statement, as whoever submits one does it: the two never wait for each other."""
    on_their_way = list(stating(statement).select_for_update(of=("self",)).order_by("pk"))
    current = Statement.objects.select_for_update().get(pk=statement.pk)
    if set(stating(statement).values_list("pk", flat=True)) - {row.pk for row in on_their_way}:
        raise _SomebodyWasQuickerError
    _check_news(current, value, seen)
    before = current.value
    for name, column in _columns(value).items():
        setattr(current, name, column)
    current.revision, current.changed_at = current.revision + 1, timezone.now()
    current.save(update_fields=["text", "currency", "words", "revision", "changed_at"])
    _keep_revision(current, by=by, reason=reason)
    sentence = f"“{current}” is now {value.said('en')}; it was {before.said('en')}"
    data = {"revision": current.revision, "reason": reason, "was": before.as_json(), "now": value.as_json()}
    record_activity("statement.restated", sentence, by=by, subject=current, data=data)
    statement.refresh_from_db()
    return _settle(on_their_way, sentence, by=by, hold=hold)


def _check_news(current: Statement, value: Value, seen: int | None) -> None:
    if seen is not None and seen != current.revision:
        raise Refused(
            _("Somebody else has changed it since you looked: it is %(now)s now. Look again, then change it.")
            % {"now": current.value.said("en")},
            code="revision_not_current", field="revision",
        )  # fmt: skip
    if value == current.value and value.words == current.words:
        raise Invalid(_("That is what it is already. Write the new value."), code="no_change", field="text")


def _settle(on_their_way: list[Announcement], reason: str, *, by: User, hold: bool) -> Changed:
    became: dict[str, list[Announcement]] = {"taken_back": [], "held": [], "closed": [], "going_on": []}
    for row in on_their_way:
        if row.frozen_at is None and row.state != State.SENDING:
            take_back_announcement(row, by=by, reason=reason)
            became["taken_back"].append(row)
        elif row.state == State.SENDING and hold:
            hold_announcement(row, reason)
            became["held"].append(row)
        elif row.state == State.SENT and hold:
            close_announcement(row, by=by, reason=reason)
            became["closed"].append(row)
        else:
            became["going_on"].append(row)
    return Changed(**{name: tuple(rows) for name, rows in became.items()})


def _columns(value: Value) -> dict:
    return {"text": value.text, "currency": value.currency, "words": value.words}


def _keep_revision(statement: Statement, *, by: User, reason: str) -> None:
    StatementRevision.objects.create(
        statement=statement, number=statement.revision, by=by, reason=reason, **_columns(statement.value)
    )


_CHECKS = {"name": check_name, "phrases": check_phrases, "is_current": bool}


def _save_once(save, statement: Statement):
    try:
        with transaction.atomic():
            return save()
    except IntegrityError as error:
        taken = next((name for name in ("key", "name") if f"statement_{name}_once" in str(error)), None)
        if taken is None:
            raise
        words = {"programme": statement.programme, "what": statement.key if taken == "key" else statement.name}
        raise Invalid(_("%(programme)s has a statement “%(what)s” already.") % words, code="duplicate", field=taken) from None
