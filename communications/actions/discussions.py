"""Discussions: begun, written to, accepted, moderated. A writer is the contact of a partner, or `by`, one of ours."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid, NotAllowed, Refused
from communications.models import Announcement, Discussion, Follow, Forum, Names, Post, PostReport, Question
from communications.queries.forums import names_shown
from partners.actions.checks import check_line
from partners.models import Contact

POST_MAX_CHARACTERS = 8000
TITLE_MAX_CHARACTERS = 160
REASON_MAX_CHARACTERS = 300


@transaction.atomic
def begin_discussion(
    place: Forum | Announcement,
    *,
    title: str,
    text: str,
    contact: Contact | None = None,
    by: User | None = None,
    key: UUID | None = None,
) -> Discussion:
    """In a forum, or on an announcement. Whoever may see the place sees what is written there. A second time with the same `key`
    and words it is the first one."""
    title, text = check_line(title, "title", required=True, longest=TITLE_MAX_CHARACTERS), _checked(text)
    return made_once(
        Discussion.objects.filter(contact=contact), key, partial(_begin_with_post, place, title, text, contact, by),
        is_same=lambda made: made.title == title and made.posts.filter(text=text, **_writer(contact, by)).exists(),
    )  # fmt: skip


def _begin_with_post(place, title: str, text: str, contact: Contact | None, by: User | None, **fields) -> Discussion:
    if isinstance(place, Forum) and not place.is_open:
        raise Refused(_("“%(forum)s” is closed; what was written there can be read.") % {"forum": place})
    discussion = _begin(place, title, contact, **fields)
    _note("discussion.begun", _("%(who)s began the discussion “%(title)s”"), discussion, contact=contact, by=by)
    write_post(discussion, text=text, contact=contact, by=by)
    return discussion


@transaction.atomic
def write_post(
    discussion: Discussion, *, text: str, contact: Contact | None = None, by: User | None = None, key: UUID | None = None
) -> Post:
    """Who writes follows along from then on. A second time with the same `key` and words it is the first one."""
    text = _checked(text)
    current, writer = _locked(discussion), _writer(contact, by)
    post = made_once(
        current.posts.filter(**writer), key, partial(_write, current, text, contact, writer), is_same=lambda made: made.text == text
    )
    discussion.refresh_from_db()
    return post


def _write(current: Discussion, text: str, contact: Contact | None, writer: dict, **fields) -> Post:
    if not current.takes_posts:
        raise Refused(_("“%(title)s” is closed; nothing can be written to it any more.") % {"title": current})
    now = timezone.now()
    post = Post.objects.create(
        discussion=current,
        partner_id=contact.partner_id if contact else None,
        names=names_shown(current.programme) if contact else Names.PERSON,
        text=text,
        at=now,
        **writer,
        **fields,
    )
    Discussion.objects.filter(pk=current.pk).update(last_at=now)
    if contact:
        Follow.objects.get_or_create(contact=contact, discussion=current, forum=None, defaults={"told_at": now})
    return post


def _writer(contact: Contact | None, by: User | None) -> dict:
    return {"contact": contact, "by": None if contact else by}


@transaction.atomic
def publish_question(question: Question, *, by: User, title: str, text: str, answer: str) -> Discussion:
    """A question with its answer, for everybody who got the announcement: in words without a name, which the manager has read
    over. Who asked is not named to other organisations, whatever the programme allows."""
    current = Question.objects.select_for_update(of=("self",)).select_related("contact", "announcement").get(pk=question.pk)
    if current.answered_at is None:
        raise Refused(_("Answer the question first; it is published with its answer."))
    if Discussion.objects.filter(question=current).exists():
        raise Refused(_("This question is published already."))
    discussion = _begin(current.announcement, title, current.contact, question=current)
    write_post(discussion, text=text, contact=current.contact)
    discussion.posts.update(names=Names.NOBODY)
    accept_answer(discussion, write_post(discussion, text=answer, by=by), by=by)
    sentence = _("The question of %(name)s about “%(title)s” was published")
    record_activity("question.published", sentence % {"name": current.contact, "title": current.announcement}, by=by,
                    partner_id=current.partner_id, subject=current)  # fmt: skip
    discussion.refresh_from_db()
    return discussion


@transaction.atomic
def accept_answer(discussion: Discussion, post: Post | None, *, by: User | None = None, contact: Contact | None = None) -> None:
    """By who asked, or by one of ours; None takes it back."""
    current = _locked(discussion)
    if by is None and (contact is None or current.contact_id != contact.pk):
        raise NotAllowed(_("Whoever began a discussion says which answer helped."))
    if post is not None:
        first = current.posts.order_by("at", "pk").first()
        if post.discussion_id != current.pk or not post.is_shown or post == first:
            raise Invalid(_("This is not an answer that is shown here."))
    Discussion.objects.filter(pk=current.pk).update(accepted=post)
    discussion.refresh_from_db()


@transaction.atomic
def take_back_post(post: Post, *, contact: Contact) -> None:
    """The writer takes their words back: they are gone, and others see that something stood there."""
    if post.contact_id != contact.pk:
        raise NotAllowed(_("Only who wrote it can take it back."))
    current = _locked(post.discussion)
    Post.objects.filter(pk=post.pk, taken_back_at=None).update(taken_back_at=timezone.now(), text="")
    Discussion.objects.filter(pk=current.pk, accepted=post).update(accepted=None)
    PostReport.objects.filter(post=post, settled_at=None).update(settled_at=timezone.now())
    post.refresh_from_db()


@transaction.atomic
def hide_post(post: Post, *, by: User, reason: str) -> None:
    """Nobody but its writer and managers reads it any more; the writer reads why. With its first post a whole discussion goes."""
    reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    current, now = _locked(post.discussion), timezone.now()
    if not Post.objects.filter(pk=post.pk, hidden_at=None).update(hidden_at=now, hidden_by=by, hidden_reason=reason):
        raise Refused(_("It is hidden already."))
    Discussion.objects.filter(pk=current.pk, accepted=post).update(accepted=None)
    PostReport.objects.filter(post=post, settled_at=None).update(settled_at=now)
    _hide_with_first(current)
    _note("discussion.post_hidden", _("%(who)s hid a post in “%(title)s”"), current, by=by, partner_id=post.partner_id)
    post.refresh_from_db()


@transaction.atomic
def show_post(post: Post, *, by: User) -> None:
    current = _locked(post.discussion)
    Post.objects.filter(pk=post.pk).update(hidden_at=None, hidden_by=None, hidden_reason="")
    _hide_with_first(current)
    _note("discussion.post_shown", _("%(who)s showed a post in “%(title)s” again"), current, by=by, partner_id=post.partner_id)
    post.refresh_from_db()


@transaction.atomic
def lock_discussion(discussion: Discussion, *, by: User, is_locked: bool) -> None:
    current = _locked(discussion)
    if bool(current.locked_at) != is_locked:
        Discussion.objects.filter(pk=current.pk).update(locked_at=timezone.now() if is_locked else None)
        sentence = _("%(who)s locked “%(title)s”") if is_locked else _("%(who)s unlocked “%(title)s”")
        _note("discussion.locked" if is_locked else "discussion.unlocked", sentence, current, by=by)
    discussion.refresh_from_db()


@transaction.atomic
def report_post(post: Post, *, contact: Contact, reason: str) -> PostReport:
    """Managers look at it; the post stays until then. Reported again, it is the same report, open again with its new reason."""
    reason = check_line(reason, "reason", required=True, longest=REASON_MAX_CHARACTERS)
    if not post.is_shown:
        raise Refused(_("It is not shown any more."))
    if post.contact_id == contact.pk:
        raise Refused(_("It is your own; take it back instead."))
    row, _created = PostReport.objects.update_or_create(
        post=post, contact=contact, defaults={"reason": reason, "at": timezone.now(), "settled_at": None}
    )
    return row


@transaction.atomic
def keep_post(post: Post, *, by: User) -> None:
    """What was reported is fine."""
    PostReport.objects.filter(post=post, settled_at=None).update(settled_at=timezone.now())
    _note("discussion.post_kept", _("%(who)s looked at a report in “%(title)s”"), post.discussion, by=by)


@transaction.atomic
def follow(
    contact: Contact, *, discussion: Discussion | None = None, forum: Forum | None = None, when: str = Follow.When.SOON
) -> Follow:
    """Of what is written from now on."""
    if when not in Follow.When.values:
        raise Invalid(_("Choose when you want to be told."), field="when")
    row, _created = Follow.objects.update_or_create(
        contact=contact, discussion=discussion, forum=forum, defaults={"when": when, "not_before": None}
    )
    return row


def unfollow(contact: Contact, *, discussion: Discussion | None = None, forum: Forum | None = None) -> None:
    Follow.objects.filter(contact=contact, discussion=discussion, forum=forum).delete()


def _begin(place: Forum | Announcement, title: str, contact: Contact | None, **fields) -> Discussion:
    return Discussion.objects.create(
        forum=place if isinstance(place, Forum) else None,
        announcement=place if isinstance(place, Announcement) else None,
        title=check_line(title, "title", required=True, longest=TITLE_MAX_CHARACTERS),
        contact=contact,
        **fields,
    )


def _hide_with_first(discussion: Discussion) -> None:
    first = discussion.posts.order_by("at", "pk").first()
    Discussion.objects.filter(pk=discussion.pk).update(is_hidden=bool(first and first.hidden_at))


def _locked(discussion: Discussion) -> Discussion:
    rows = Discussion.objects.select_for_update(of=("self",))
    return rows.select_related("forum__programme", "announcement__programme").get(pk=discussion.pk)


def _note(verb: str, sentence: str, discussion: Discussion, *, contact=None, by=None, partner_id: int | None = None) -> None:
    words = {"who": by or contact, "title": discussion}
    partner_id = contact.partner_id if contact else partner_id
    record_activity(verb, sentence % words, by=by or (contact.user if contact else None), partner_id=partner_id, subject=discussion)


def _checked(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(_("Write something first."), field="text")
    if len(text) > POST_MAX_CHARACTERS:
        words = {"n": len(text), "most": POST_MAX_CHARACTERS}
        raise Invalid(_("That is %(n)s characters; at most %(most)s fit.") % words, field="text")
    return text
