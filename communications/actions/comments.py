"""Remarks on the words of a version, answers to them, and that one is settled."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid, Refused
from communications.models import Announcement, ReviewComment

LONGEST = 4000


@transaction.atomic
def remark_on_version(
    announcement: Announcement, number: int, *, by: User, text: str, quote: str = "", key: UUID | None = None
) -> ReviewComment:
    """`quote` is a passage of that version, word for word; whoever writes the next one finds it. A second time with the same `key`
    and words it is the first one."""
    version = announcement.versions.filter(number=number).first()
    if version is None:
        raise Refused(_("There is no version %(n)d.") % {"n": number})
    quote = " ".join(quote.split())[:300]
    if quote and not any(quote in " ".join(words.split()) for words in _texts(version)):
        raise Invalid(_("The passage is not in this version. Copy it from the text as it is written."), field="quote")
    words = {"version": number, "quote": quote, "text": _text(text)}
    return made_once(
        announcement.comments.filter(by=by, reply_to=None), key, partial(_remark, announcement, by, words), is_same=says(words)
    )


def _remark(announcement: Announcement, by: User, words: dict, **fields) -> ReviewComment:
    comment = ReviewComment.objects.create(announcement=announcement, by=by, **words, **fields)
    sentence = f"A remark on “{announcement}”, version {comment.version}"
    record_activity("announcement.remarked", sentence, by=by, subject=announcement)
    return comment


@transaction.atomic
def reply_to_remark(comment: ReviewComment, *, by: User, text: str, key: UUID | None = None) -> ReviewComment:
    """A reply to a reply stands below the same remark."""
    first = comment.reply_to or comment
    words = {"announcement": first.announcement, "version": first.version, "text": _text(text), "by": by}
    return made_once(first.replies.all(), key, partial(first.replies.create, **words), is_same=says(words))


@transaction.atomic
def settle_remark(comment: ReviewComment, *, by: User) -> None:
    changed = ReviewComment.objects.filter(pk=comment.pk, reply_to=None, settled_at=None)
    if not changed.update(settled_at=timezone.now(), settled_by=by):
        raise Refused(_("This remark is settled already."))


@transaction.atomic
def reopen_remark(comment: ReviewComment, *, by: User) -> None:
    changed = ReviewComment.objects.filter(pk=comment.pk, reply_to=None).exclude(settled_at=None)
    if not changed.update(settled_at=None, settled_by=None):
        raise Refused(_("This remark is open already."))


def _text(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(_("Write what you think of it."), field="text")
    if len(text) > LONGEST:
        raise Invalid(_("At most %(most)d characters fit.") % {"most": LONGEST}, field="text")
    return text


def _texts(version) -> list[str]:
    own = [version.title, version.call_to_action, version.body, version.variant_title, version.variant_body]
    for words in version.translations.values():
        own += [words.get("title", ""), words.get("call_to_action", ""), words.get("body", "")]
    return own
