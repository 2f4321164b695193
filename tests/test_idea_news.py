"""Who follows an idea is told by mail what we did and said, once, and not more than they can bear."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.models import Attention, AttentionPolicy
from enablement.actions.idea_mails import mail_idea_followers
from enablement.actions.idea_moderation import hide
from enablement.actions.idea_posts import write_on_idea
from enablement.actions.ideas import follow_idea, move_idea, unfollow_idea
from enablement.actions.news_mails import settle_abandoned_news_mails
from enablement.models import IdeaFollow, IdeaMove, IdeaPost, IdeaStatus, NewsMail
from tests import idea_story

pytestmark = pytest.mark.django_db
Status = IdeaStatus


@pytest.fixture
def told(cast, media):
    return idea_story.tell(cast)


@pytest.fixture
def news(told, cast):
    """Maria moved it on and wrote a word, long enough ago; Ben and Nora follow it."""
    move_idea(told.idea, Status.REVIEW, by=cast.maria, reason="We measure how often it is used.")
    write_on_idea(told.idea, text="Who could show us their quote?", by=cast.maria)
    IdeaFollow.objects.update(told_at=timezone.now() - timedelta(hours=2))
    IdeaMove.objects.filter(status=Status.NEW).update(at=timezone.now() - timedelta(hours=3))
    IdeaMove.objects.exclude(status=Status.NEW).update(at=timezone.now() - timedelta(hours=1))
    IdeaPost.objects.update(at=timezone.now() - timedelta(hours=1))
    return told


def test_followers_are_told_once_what_we_did_and_said_and_not_what_others_wrote(cast, news, sink):
    assert (mail_idea_followers(), mail_idea_followers()) == (2, 0)
    text = sink.to("nora@alpenglow.example").get_body(("plain",)).get_content()
    assert "It is under review now. We measure how often it is used." in text
    assert "Maria Lund: Who could show us their quote?" in text
    assert "Three orders" not in text
    assert NewsMail.objects.filter(state="sent").count() == 2


def test_the_way_out_stops_mails_about_ideas_and_get_changes_nothing(cast, news, sink, client):
    mail_idea_followers()
    way_out = sink.to("nora@alpenglow.example")["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert client.get(f"/{way_out}").status_code == 200
    assert client.post(f"/{way_out}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    IdeaFollow.objects.update(told_at=timezone.now() - timedelta(hours=2))
    sink.mails.clear()
    mail_idea_followers()
    assert sink.recipients == ["ben@alpenglow.example"]


def test_a_spent_budget_of_attention_puts_it_off_and_nothing_is_lost(cast, news, sink):
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="nora@alpenglow.example", taken=[timezone.now()])
    assert (mail_idea_followers(), sink.recipients) == (1, ["ben@alpenglow.example"])
    waiting = IdeaFollow.objects.get(contact=cast.nora)
    assert waiting.not_before > timezone.now()
    Attention.objects.all().delete()
    IdeaFollow.objects.update(not_before=timezone.now() - timedelta(minutes=1))
    assert mail_idea_followers() == 1


def test_what_is_not_theirs_any_more_is_not_mailed(cast, news, sink):
    hide(news.idea, by=cast.maria, reason="No.")
    unfollow_idea(news.idea, contact=cast.ben)
    assert (mail_idea_followers(), sink.recipients) == (0, [])


def test_a_server_that_asks_to_wait_is_asked_again_and_what_a_crash_left_is_not(cast, news, sink):
    sink.on_recipient = lambda _address: "450 later"
    assert mail_idea_followers() == 0
    sink.on_recipient = lambda _address: None
    IdeaFollow.objects.update(not_before=None)
    assert mail_idea_followers() == 2
    NewsMail.objects.create(kind="idea", contact=cast.nora, address="n@x.example", at=timezone.now() - timedelta(hours=1))
    assert (settle_abandoned_news_mails(), settle_abandoned_news_mails()) == (1, 0)


def test_following_is_chosen(cast, told):
    follow_idea(told.idea, contact=cast.sven)
    follow_idea(told.idea, contact=cast.sven)
    assert IdeaFollow.objects.filter(contact=cast.sven).count() == 1
