"""Who is named in a room hears by mail what others did there, gathered, and nothing that they have seen."""

from datetime import time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone

from communications.models import Attention, AttentionPolicy, AttentionPreference, Suppression, TopicPreference
from enablement.actions.room_comments import comment_on_draft, decline_suggestion, settle_comment, suggest_wording
from enablement.actions.room_mails import drafts_topic, mail_room_members
from enablement.actions.rooms import add_room_file, finish_room, save_text, see_room, set_members
from enablement.models import NewsMail, Room, RoomComment, RoomFile, RoomMember, RoomVersion
from enablement.writers import Writer
from tests import room_story

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


def an_hour_passes() -> None:
    """Everything that was done so far was done an hour earlier."""
    for model, names in (
        (Room, ("last_at", "finished_at")), (RoomVersion, ("at",)), (RoomComment, ("at", "ended_at")), (RoomFile, ("at",)),
        (RoomMember, ("seen_at", "told_at", "not_before")),
    ):  # fmt: skip
        model.objects.update(**{name: F(name) - LATER for name in names})


@pytest.fixture
def maria(cast):
    return room_story.maria(cast)


@pytest.fixture
def room(cast):
    """Nora has looked, Ben has not yet."""
    room = room_story.opened(cast, contacts=[cast.nora, cast.ben])
    see_room(room, writer=room_story.nora(cast))
    an_hour_passes()
    return room


def text_to(sink, address: str) -> str:
    return sink.to(address).get_body(("plain",)).get_content()


def test_who_was_named_hears_that_they_can_write_once(cast, sink):
    room_story.opened(cast)
    assert mail_room_members() == 0  # it was opened a moment ago
    an_hour_passes()
    assert (mail_room_members(), mail_room_members()) == (1, 0)
    assert sink.recipients == ["nora@alpenglow.example"]
    assert "You can read and write in this draft now." in text_to(sink, "nora@alpenglow.example")


def test_one_mail_gathers_what_others_did_and_not_what_oneself_did(cast, room, maria, sink):
    nora = room_story.nora(cast)
    save_text(room, "We sell more.\n", base=1, writer=maria, note="Shorter.")
    mine = comment_on_draft(room, writer=nora, text="Nora wrote this.")
    suggested = suggest_wording(room, writer=nora, quote="We sell more.", replacement="We sell a lot more.")
    comment_on_draft(room, writer=Writer(contact=cast.ben), text="Who signs it?")
    settle_comment(mine, writer=maria)
    decline_suggestion(suggested, writer=maria, reason="Too loud.")
    add_room_file(room, SimpleUploadedFile("plan.txt", b"Plan", "text/plain"), writer=maria)
    finish_room(room, writer=maria)
    assert mail_room_members() == 0  # they may be writing still
    an_hour_passes()
    RoomMember.objects.filter(contact=cast.nora).update(seen_at=timezone.now() - 3 * LATER)
    RoomMember.objects.filter(contact=cast.ben).update(seen_at=timezone.now() - 3 * LATER)
    assert (mail_room_members(), mail_room_members()) == (2, 0)
    text = text_to(sink, "nora@alpenglow.example")
    for line in (
        "Maria Lund saved version 2. Shorter.", "Ben Ott: Who signs it?", "Maria Lund settled the comment “Nora wrote this.”",
        "Maria Lund declined the suggestion on “We sell more.”: Too loud.", "Maria Lund added the file “plan.txt”.",
        "It is finished.",
    ):  # fmt: skip
        assert line in text
    assert "Nora Berg:" not in text
    assert "Nora Berg: Nora wrote this." in text_to(sink, "ben@alpenglow.example")
    assert list(NewsMail.objects.values_list("kind", "state").distinct()) == [("room", "sent")]


def test_what_somebody_has_seen_they_are_not_mailed(cast, room, maria, sink):
    save_text(room, "We sell more.\n", base=1, writer=maria)
    see_room(room, writer=room_story.nora(cast))
    an_hour_passes()
    assert (mail_room_members(), sink.recipients) == (1, ["ben@alpenglow.example"])


def test_who_was_sent_out_or_wants_none_or_bounces_is_not_mailed(cast, room, maria, sink):
    save_text(room, "We sell more.\n", base=1, writer=maria)
    an_hour_passes()
    TopicPreference.objects.create(address="ben@alpenglow.example", topic=drafts_topic(), channel="email", is_wanted=False)
    set_members(room, by=cast.maria, contacts=[cast.ben], managers=[])
    assert (mail_room_members(), sink.recipients) == (0, [])
    save_text(room, "We sell most.\n", base=2, writer=maria)
    set_members(room, by=cast.maria, contacts=[cast.nora], managers=[])
    an_hour_passes()
    Suppression.objects.create(address="nora@alpenglow.example", reason="unknown")
    assert (mail_room_members(), sink.recipients) == (0, [])


def test_quiet_hours_and_a_spent_budget_put_it_off_and_nothing_is_lost(cast, room, maria, sink):
    save_text(room, "We sell more.\n", base=1, writer=maria)
    an_hour_passes()
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="nora@alpenglow.example", taken=[timezone.now()])
    quiet = {"quiet": "own", "quiet_from": time(0), "quiet_until": time(23, 59, 59)}
    AttentionPreference.objects.create(person="ben@alpenglow.example", **quiet)
    assert (mail_room_members(), sink.recipients) == (0, [])
    assert RoomMember.objects.filter(not_before__gt=timezone.now()).count() == 2
    Attention.objects.all().delete()
    AttentionPreference.objects.all().delete()
    RoomMember.objects.exclude(not_before=None).update(not_before=timezone.now() - LATER)
    assert mail_room_members() == 2


def test_the_way_out_stops_mails_about_drafts_alone(cast, room, maria, sink, client):
    save_text(room, "We sell more.\n", base=1, writer=maria)
    an_hour_passes()
    mail_room_members()
    way_out = sink.to("nora@alpenglow.example")["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    assert client.get(f"/{way_out}").status_code == 200
    assert not TopicPreference.objects.exists()
    assert client.post(f"/{way_out}", {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(TopicPreference.objects.values_list("address", "topic__key", "is_wanted")) == [
        ("nora@alpenglow.example", "drafts", False)
    ]


def test_a_server_that_asks_to_wait_is_asked_again(cast, room, maria, sink):
    save_text(room, "We sell more.\n", base=1, writer=maria)
    an_hour_passes()
    sink.on_recipient = lambda _address: "450 later"
    assert mail_room_members() == 0
    sink.on_recipient = lambda _address: None
    assert mail_room_members() == 0  # not at once
    RoomMember.objects.update(not_before=None)
    assert mail_room_members() == 2
