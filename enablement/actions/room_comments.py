"""Comments on passages of a draft, and suggestions of what a passage should say instead."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.form_keys import made_once, says
from activity.refusals import Invalid, Refused
from enablement.actions.rooms import changed, open_for_writing, save_text
from enablement.models import Room, RoomComment
from enablement.writers import Writer
from partners.actions.checks import check_line, check_text

QUOTE_MAX_CHARACTERS = 2000
TEXT_MAX_CHARACTERS = 4000
REASON_MAX_CHARACTERS = 300
Outcome = RoomComment.Outcome


@transaction.atomic
def comment_on_draft(room: Room, *, writer: Writer, text: str, quote: str = "", key: UUID | None = None) -> RoomComment:
    """`quote` is a passage of the text as it is now, or nothing for all of it. A second time with the same `key` and words it is
    the first one."""
    current = open_for_writing(room, writer)
    text = check_text(text, "text", longest=TEXT_MAX_CHARACTERS)
    if not text:
        raise Invalid(_("Write what you think of it."), field="text")
    words = {"quote": _passage(current, quote), "text": text, "is_suggestion": False}
    return made_once(_own(current, writer), key, partial(_comment, current, writer, words), is_same=says(words))


@transaction.atomic
def suggest_wording(
    room: Room, *, writer: Writer, quote: str, replacement: str, text: str = "", key: UUID | None = None
) -> RoomComment:
    """`replacement` may be empty: the passage should go. A second time with the same `key` and words it is the first one."""
    current = open_for_writing(room, writer)
    quote = _passage(current, quote)
    if not quote:
        raise Invalid(_("Copy the passage that should be worded otherwise."), field="quote")
    if current.text.count(quote) > 1:
        raise Invalid(_("This passage is there more than once. Copy a little more of what is around it."), field="quote")
    replacement = check_text(replacement.replace("\r\n", "\n"), "replacement", longest=TEXT_MAX_CHARACTERS)
    if replacement == quote:
        raise Invalid(_("That is what it says already."), field="replacement")
    text = check_text(text, "text", longest=TEXT_MAX_CHARACTERS)
    words = {"quote": quote, "replacement": replacement, "text": text, "is_suggestion": True}
    return made_once(_own(current, writer), key, partial(_comment, current, writer, words), is_same=says(words))


@transaction.atomic
def accept_suggestion(comment: RoomComment, *, writer: Writer) -> Room:
    """The passage is replaced, and that is the next version. Where it is not there any more, once, nothing happens."""
    current = open_for_writing(comment.room, writer)
    row = _open(comment, is_suggestion=True)
    if current.text.count(row.quote) != 1:
        raise Refused(_("The passage is not in the text any more as it was; write it in by hand, or decline it."))
    text = current.text.replace(row.quote, row.replacement)
    saved = save_text(current, text, base=current.version, writer=writer, note=_("suggested by %(who)s") % {"who": row.who})
    _end(row, Outcome.ACCEPTED, writer)
    return saved


@transaction.atomic
def decline_suggestion(comment: RoomComment, *, writer: Writer, reason: str) -> None:
    current = open_for_writing(comment.room, writer)
    row = _open(comment, is_suggestion=True)
    row.reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    _end(row, Outcome.DECLINED, writer)
    changed(current, writer)


@transaction.atomic
def settle_comment(comment: RoomComment, *, writer: Writer) -> None:
    current = open_for_writing(comment.room, writer)
    _end(_open(comment, is_suggestion=False), Outcome.SETTLED, writer)
    changed(current, writer)


def _own(room: Room, writer: Writer):
    return room.comments.filter(**writer.columns)


def _comment(room: Room, writer: Writer, words: dict, **fields) -> RoomComment:
    row = RoomComment.objects.create(room=room, version=room.version, **words, **fields, **writer.columns)
    changed(room, writer)
    return row


def _open(comment: RoomComment, *, is_suggestion: bool) -> RoomComment:
    row = RoomComment.objects.select_related("contact", "by").get(pk=comment.pk)
    if row.is_suggestion != is_suggestion:
        raise Refused(_("There is no such step."))
    if row.outcome != Outcome.OPEN:
        words = {"who": row.ended_by, "outcome": row.get_outcome_display()}
        raise Refused(_("%(who)s ended this already: it is %(outcome)s.") % words, code="ended")
    return row


def _end(row: RoomComment, outcome: str, writer: Writer) -> None:
    row.outcome, row.ended_at, row.ended_by = outcome, timezone.now(), str(writer)[:200]
    row.save(update_fields=["outcome", "ended_at", "ended_by", "reason"])


def _passage(room: Room, quote: str) -> str:
    quote = check_text(quote.replace("\r\n", "\n"), "quote", longest=QUOTE_MAX_CHARACTERS)
    if quote and quote not in room.text:
        raise Invalid(_("The passage is not in the text. Copy it as it is written there."), field="quote")
    return quote
