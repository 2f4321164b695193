"""Discussions as their readers see them. Who wrote is named to colleagues and to managers who see the partner; to others as far as
the programme allows and allowed when it was written, and else by a number that holds in this one discussion."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from communications.models import Announcement, Discussion, Follow, Forum, Names, Post
from communications.queries.forums import forums_of, names_shown
from partners.models import Contact, Partner

_WIDTH = {Names.NOBODY: 0, Names.ORGANISATION: 1, Names.PERSON: 2}


@dataclass(frozen=True)
class Said:
    """A post with what its reader may know of who wrote it. `text` is empty where it is hidden from them."""

    post: Post
    who: str
    organisation: str
    text: str
    is_ours: bool
    is_own: bool
    is_accepted: bool


def discussions_for(contact: Contact, forums: Iterable[Forum] | None = None) -> QuerySet[Discussion]:
    """In the forums that are for this person, which may be at hand, and on announcements that have reached them."""
    place = Q(forum__in=forums_of(contact).order_by().values("pk") if forums is None else list(forums))
    place |= Q(announcement__in=Announcement.objects.delivered_to(contact).order_by().values("pk"))
    rows = Discussion.objects.filter(place, is_hidden=False)
    return rows.select_related("forum__programme", "announcement__programme")


def with_counts(rows: QuerySet[Discussion]) -> QuerySet[Discussion]:
    shown = Q(posts__hidden_at=None, posts__taken_back_at=None)
    return rows.annotate(said=Count("posts", filter=shown)).order_by("-last_at", "-pk")


def discussions_on(announcement: Announcement) -> QuerySet[Discussion]:
    return with_counts(announcement.discussions.filter(is_hidden=False))


def found_in(rows: QuerySet[Discussion], search: str) -> QuerySet[Discussion]:
    """Every word in the title or in one of the posts that are shown."""
    for word in search.split()[:8]:
        posts = Post.objects.shown().filter(text__icontains=word)
        rows = rows.filter(Q(title__icontains=word) | Q(pk__in=posts.values("discussion")))
    return rows


def said_to(contact: Contact, discussion: Discussion, allowed: str | None = None) -> list[Said]:
    """All posts in order; those that were hidden or taken back without their text, except a hidden one to who wrote it. `allowed`
    is what the programme allows, where at hand."""
    allowed = allowed or names_shown(discussion.programme)
    posts = list(_posts(discussion))
    numbers = _numbers(posts)
    return [_for_partner(post, contact, discussion, numbers, allowed) for post in posts]


def said_to_manager(user, discussion: Discussion) -> list[Said]:
    posts = list(_posts(discussion))
    numbers = _numbers(posts)
    partners = {post.partner_id for post in posts} - {None}
    seen = set(Partner.objects.visible_to(user).filter(pk__in=partners).values_list("pk", flat=True)) if partners else set()
    return [_for_manager(post, user, discussion, numbers, seen) for post in posts]


def follow_of(contact: Contact, *, discussion: Discussion | None = None, forum: Forum | None = None) -> Follow | None:
    return Follow.objects.filter(contact=contact, discussion=discussion, forum=forum).first()


def _posts(discussion: Discussion) -> QuerySet[Post]:
    return discussion.posts.select_related("contact", "partner", "by", "hidden_by").order_by("at", "pk")


def _numbers(posts: Iterable[Post]) -> dict[int, int]:
    """People of partners in the order in which they first wrote."""
    writers = dict.fromkeys(post.contact_id for post in posts if post.contact_id)
    return {contact_id: nth for nth, contact_id in enumerate(writers, 1)}


def _for_partner(post: Post, reader: Contact, discussion: Discussion, numbers: dict[int, int], allowed: str) -> Said:
    who, organisation = _ours(post, discussion)
    is_own = post.contact_id == reader.pk
    if post.contact is not None:
        names = Names.PERSON if post.partner_id == reader.partner_id else min(post.names, allowed, key=lambda each: _WIDTH[each])
        who, organisation = _named(post, names, numbers)
    is_read = post.is_shown or (is_own and post.taken_back_at is None)
    return Said(
        post, who, organisation, post.text if is_read else "", post.contact is None, is_own, post.pk == discussion.accepted_id
    )


def _for_manager(post: Post, user, discussion: Discussion, numbers: dict[int, int], seen: set[int]) -> Said:
    who, organisation = _ours(post, discussion)
    if post.contact is not None:
        who, organisation = _named(post, Names.PERSON if post.partner_id in seen else Names.NOBODY, numbers)
    text = "" if post.taken_back_at else post.text
    return Said(post, who, organisation, text, post.contact is None, post.by_id == user.pk, post.pk == discussion.accepted_id)


def _ours(post: Post, discussion: Discussion) -> tuple[str, str]:
    brand = discussion.programme.brand
    return (post.by.get_full_name(), brand) if post.by else (brand, "")


def _named(post: Post, names: str, numbers: dict[int, int]) -> tuple[str, str]:
    if names == Names.PERSON:
        return str(post.contact), str(post.partner)
    if names == Names.ORGANISATION:
        return str(post.partner), ""
    return _("Partner %(n)d") % {"n": numbers[post.contact_id]}, ""


def news_of(follow: Follow) -> QuerySet[Post]:
    """What they have not been told and did not write themselves."""
    place = Q(discussion=follow.discussion_id) if follow.discussion_id else Q(discussion__forum=follow.forum_id)
    rows = Post.objects.shown().filter(place, at__gt=follow.told_at, discussion__is_hidden=False)
    return rows.exclude(contact=follow.contact_id)
