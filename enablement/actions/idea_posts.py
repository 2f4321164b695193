"""What is added to an idea: words, and evidence that is a figure, a file or both."""

from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once, says
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.attachments import clean_name
from communications.models import Names
from communications.queries.forums import names_shown
from enablement.models import Idea, IdeaFollow, IdeaPost, IdeaReport
from partners.actions.checks import check_text
from partners.actions.evidence import check_evidence
from partners.models import Contact

POST_MAX_CHARACTERS = 4000
EVIDENCE_AT_MOST = 50


@transaction.atomic
def write_on_idea(
    idea: Idea, *, text: str, contact: Contact | None = None, by: User | None = None, key: UUID | None = None
) -> IdeaPost:
    """An answer of ours is told to all who follow. A second time with the same `key` and words it is the first one."""
    text = check_text(text, "text", longest=POST_MAX_CHARACTERS)
    if not text:
        raise Invalid(_("Write something first."), field="text")
    words = {"text": text, "is_evidence": False}
    return made_once(_own(idea, contact, by), key, partial(_add, idea, contact, by, **words), is_same=says(words))


@transaction.atomic
def add_evidence_to_idea(
    idea: Idea,
    *,
    contact: Contact,
    text: str = "",
    upload: UploadedFile | None = None,
    may_be_named: bool = False,
    key: UUID | None = None,
) -> IdeaPost:
    """A second time with the same `key`, words and file it is the first one."""
    text = check_text(text, "text", longest=POST_MAX_CHARACTERS)
    if not text and upload is None:
        raise Invalid(_("Give a figure, choose a file, or both."), field="text")
    kept = _checked_file(upload) if upload is not None else {}
    told = {"text": text, "is_evidence": True, "file_name": kept.get("file_name", ""), "size": kept.get("size", 0)}
    make = partial(_add_evidence, idea, contact, **{**kept, **told, "may_be_named": may_be_named})
    return made_once(_own(idea, contact, None), key, make, is_same=says(told))


def _add_evidence(idea: Idea, contact: Contact, **fields) -> IdeaPost:
    if idea.posts.filter(is_evidence=True).count() >= EVIDENCE_AT_MOST:
        raise Refused(_("This idea has evidence enough; write what is new as a comment."))
    post = _add(idea, contact, None, **fields)
    words = {"who": contact, "title": idea}
    record_activity("idea.evidence", _("%(who)s gave evidence for “%(title)s”") % words, by=contact.user,
                    partner_id=contact.partner_id, subject=idea)  # fmt: skip
    return post


@transaction.atomic
def take_back_idea_post(post: IdeaPost, *, contact: Contact) -> None:
    """The writer takes it back: words and file are gone, and others see that something stood there."""
    current = IdeaPost.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if current.contact_id != contact.pk:
        raise NotAllowed(_("Only who wrote it can take it back."))
    if current.taken_back_at:
        return
    if current.file:
        stored, storage = current.file.name, current.file.storage
        transaction.on_commit(lambda: storage.delete(stored))
    current.taken_back_at, current.text, current.file, current.file_name = timezone.now(), "", "", ""
    current.media_type, current.size, current.may_be_named = "", 0, False
    current.save()
    IdeaReport.objects.filter(post=current, settled_at=None).update(settled_at=timezone.now())


@transaction.atomic
def agree_to_be_named(post: IdeaPost, *, contact: Contact, may_be_named: bool) -> None:
    if post.contact_id != contact.pk:
        raise NotAllowed(_("Everybody decides for themselves whether they are named."))
    IdeaPost.objects.filter(pk=post.pk, taken_back_at=None).update(may_be_named=may_be_named)


def _own(idea: Idea, contact: Contact | None, by: User | None):
    return idea.posts.filter(contact=contact, by=by if contact is None else None)


def _add(idea: Idea, contact: Contact | None, by: User | None, **fields) -> IdeaPost:
    current = Idea.objects.select_for_update(of=("self",)).select_related("programme").get(pk=idea.pk)
    if current.merged_into_id or current.hidden_at:
        raise Refused(_("Nothing can be added to “%(title)s” any more.") % {"title": current})
    post = IdeaPost.objects.create(
        idea=current, contact=contact, partner_id=contact.partner_id if contact else None, by=by if contact is None else None,
        names=names_shown(current.programme) if contact else Names.PERSON, **fields,
    )  # fmt: skip
    if contact:
        IdeaFollow.objects.get_or_create(idea=current, contact=contact, defaults={"told_at": post.at})
    return post


def _checked_file(upload: UploadedFile) -> dict:
    try:
        media_type, content = check_evidence(upload)
    except Invalid as refusal:
        raise Invalid(str(refusal), field="file") from None
    name = clean_name(upload.name)
    return {
        "file": ContentFile(content, name=f"{uuid7()}"),
        "file_name": name[:200],
        "media_type": media_type,
        "size": len(content),
    }
