"""Remarks on the words of a version, answers to them, and that one is settled."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.models import Announcement, ReviewComment

LONGEST = 4000


@transaction.atomic
def remark_on_version(announcement: Announcement, number: int, *, by: User, text: str, quote: str = "") -> ReviewComment:
    """`quote` is a passage of that version, word for word; whoever writes the next one finds it."""
    version = announcement.versions.filter(number=number).first()
    if version is None:
        raise Refused(_("There is no version %(n)d.") % {"n": number})
    quote = " ".join(quote.split())[:300]
    if quote and not any(quote in " ".join(words.split()) for words in _texts(version)):
        raise Invalid(_("The passage is not in this version. Copy it from the text as it is written."), field="quote")
    comment = ReviewComment(announcement=announcement, version=number, quote=quote, text=_text(text), by=by)
    comment.save()
    record_activity("announcement.remarked", f"A remark on “{announcement}”, version {number}", by=by, subject=announcement)
    return comment


@transaction.atomic
def reply_to_remark(comment: ReviewComment, *, by: User, text: str) -> ReviewComment:
    """A reply to a reply stands below the same remark."""
    first = comment.reply_to or comment
    reply = ReviewComment(announcement=first.announcement, version=first.version, text=_text(text), by=by, reply_to=first)
    reply.save()
    return reply


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
