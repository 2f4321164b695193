"""What became of ideas, told by mail to those who follow them."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Topic
from enablement.actions.news_mails import NewsSource, mail_news, register_news
from enablement.models import Idea, IdeaFollow, IdeaMove, IdeaPost
from enablement.queries.ideas import ideas_for
from enablement.rendering.news_mails import News, Words, shortened
from partners.models import Contact


def register() -> None:
    register_news(IDEAS)


def mail_idea_followers() -> int:
    """Returns how many mails a server took."""
    return mail_news(IDEAS)


def ideas_topic() -> Topic:
    """What a person chooses in “What you receive”."""
    defaults = {"name": "Ideas", "description": "What became of ideas that you proposed, backed or wrote on."}
    return Topic.objects.get_or_create(key="ideas", defaults=defaults)[0]


def _due(until: datetime) -> QuerySet[IdeaFollow]:
    new = {"idea": OuterRef("idea"), "at__gt": OuterRef("told_at"), "at__lte": until}
    moved, written = IdeaMove.objects.filter(**new), IdeaPost.objects.shown().filter(**new, partner=None)
    return IdeaFollow.objects.filter(Exists(moved) | Exists(written), told_at__lt=until)


def _news(follows: list[IdeaFollow], contact: Contact, until: datetime) -> list[News]:
    """Only of ideas that the person may still read."""
    told_at = {each.idea_id: each.told_at for each in follows}
    found = ideas_for(contact).filter(pk__in=told_at, hidden_at=None, merged_into=None).order_by("pk")
    rows = [News(idea.title, reverse("enablement:idea", args=[idea.public_id]), _lines(idea, told_at[idea.pk], until))
            for idea in found]  # fmt: skip
    return [each for each in rows if each.lines]


def _lines(idea: Idea, after: datetime, until: datetime) -> list[str]:
    new = {"at__gt": after, "at__lte": until}
    lines = []
    for move in idea.moves.filter(**new):
        said = _("It is %(status)s now.") % {"status": move.get_status_display()}
        lines.append((move.at, f"{said} {shortened(move.reason)}".strip()))
    for post in idea.posts.shown().filter(**new, partner=None).select_related("by"):
        lines.append((post.at, f"{post.by.get_full_name() if post.by else idea.programme.brand}: {shortened(post.text)}"))
    return [line for _at, line in sorted(lines)]


def _words(news: list[News]) -> Words:
    if len(news) == 1:
        subject = _("New with the idea “%(title)s”") % {"title": news[0].title}
    else:
        subject = ngettext("%(n)d idea that you follow", "News of %(n)d ideas that you follow", len(news)) % {"n": len(news)}
    why = _("You get this because you proposed or backed these ideas, or wrote on them.")
    return Words(subject, why, _("No more mails about ideas"))


# Who moves an idea and explains it in a second post is told of as once.
IDEAS = NewsSource("idea", ideas_topic, timedelta(minutes=2), _due, _news, _words)
