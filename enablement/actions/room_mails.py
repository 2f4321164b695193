"""What is new in drafting rooms, told by mail to the partner's people who are named there, once nobody has written for a while.

What somebody has seen in the portal meanwhile they are not told. Managers read of it in their daily summary."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Topic
from enablement.actions.news_mails import NewsSource, mail_news, register_news
from enablement.models import Room, RoomComment, RoomMember
from enablement.rendering.news_mails import News, Words, shortened
from partners.models import Contact

Outcome = RoomComment.Outcome


def register() -> None:
    register_news(ROOMS)


def mail_room_members() -> int:
    """Returns how many mails a server took."""
    return mail_news(ROOMS)


def drafts_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Drafts", "description": "What is new in texts that you write together with us."}
    return Topic.objects.get_or_create(key="drafts", defaults=defaults)[0]


def _due(until: datetime) -> QuerySet[RoomMember]:
    untold = Q(told_at=None) | Q(told_at__lt=F("room__last_at"))
    unseen = Q(seen_at=None) | Q(seen_at__lt=F("room__last_at"))
    return RoomMember.objects.filter(untold, unseen, user=None, contact__left_on=None, room__last_at__lte=until)


def _news(members: list[RoomMember], contact: Contact, until: datetime) -> list[News]:
    rooms = Room.objects.in_bulk([each.room_id for each in members])
    rows = []
    for member in sorted(members, key=lambda each: each.room_id):
        room = rooms[member.room_id]
        after = max((moment for moment in (member.told_at, member.seen_at) if moment), default=None)
        lines = _lines(room, contact, after, until) if after else [_("You can read and write in this draft now.")]
        rows.append(News(room.title, reverse("enablement:room", args=[room.public_id]), lines))
    return [each for each in rows if each.lines]


def _lines(room: Room, contact: Contact, after: datetime, until: datetime) -> list[str]:
    """What others did, in the order in which they did it."""
    told = (room, contact, after, until)
    lines = [*_versions(*told), *_comments(*told), *_answers(*told)]
    for row in room.files.filter(at__gt=after, at__lte=until).exclude(contact=contact).select_related("contact", "by"):
        lines.append((row.at, _("%(who)s added the file “%(name)s”.") % {"who": row.who, "name": row.name}))
    if room.finished_at and after < room.finished_at <= until:
        lines.append((room.finished_at, _("It is finished.")))
    return [line for _at, line in sorted(lines)]


def _versions(room: Room, contact: Contact, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    for row in room.versions.filter(at__gt=after, at__lte=until).exclude(contact=contact).select_related("contact", "by"):
        said = _("%(who)s saved version %(n)d.") % {"who": row.who, "n": row.number}
        yield row.at, f"{said} {shortened(row.note)}".strip()


def _comments(room: Room, contact: Contact, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    for row in room.comments.filter(at__gt=after, at__lte=until).exclude(contact=contact).select_related("contact", "by"):
        words = {"who": row.who, "quote": shortened(row.quote), "instead": shortened(row.replacement)}
        if not row.is_suggestion:
            said = _("%(who)s:") % words
        elif row.replacement:
            said = _("%(who)s suggests “%(instead)s” instead of “%(quote)s”.") % words
        else:
            said = _("%(who)s suggests to leave out “%(quote)s”.") % words
        yield row.at, f"{said} {shortened(row.text)}".strip()


def _answers(room: Room, contact: Contact, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """An accepted suggestion is a version, and is told as one."""
    ended = room.comments.filter(ended_at__gt=after, ended_at__lte=until).exclude(ended_by=str(contact))
    for row in ended.exclude(outcome=Outcome.ACCEPTED):
        words = {"who": row.ended_by, "about": shortened(row.quote or row.text), "reason": shortened(row.reason)}
        if row.outcome == Outcome.DECLINED:
            yield row.ended_at, _("%(who)s declined the suggestion on “%(about)s”: %(reason)s") % words
        else:
            yield row.ended_at, _("%(who)s settled the comment “%(about)s”.") % words


def _words(news: list[News]) -> Words:
    if len(news) == 1:
        subject = _("New in the draft “%(title)s”") % {"title": news[0].title}
    else:
        subject = ngettext("News in %(n)d draft", "News in %(n)d drafts", len(news)) % {"n": len(news)}
    return Words(subject, _("You get this because you are named in these drafts."), _("No more mails about drafts"))


# Who saves, reads it once more and saves again is told of as once.
ROOMS = NewsSource("room", drafts_topic, timedelta(minutes=10), _due, _news, _words)
