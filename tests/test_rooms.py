"""A room in which Maria and Nora draft together: who is named enters, nothing that was written is lost."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from activity.refusals import Invalid, NotAllowed, Refused
from communications.models import Announcement
from enablement.actions.forgetting_rooms import finished_before, remove_rooms
from enablement.actions.room_comments import (
    accept_suggestion,
    comment_on_draft,
    decline_suggestion,
    settle_comment,
    suggest_wording,
)
from enablement.actions.rooms import (
    WrittenMeanwhile,
    add_room_file,
    draft_announcement_of,
    finish_room,
    open_room,
    reopen_room,
    save_text,
    set_members,
)
from enablement.models import Room, RoomComment, RoomFile, RoomVersion
from enablement.queries.room_needs import room_needs
from enablement.queries.rooms import difference, rooms_of, with_news
from enablement.writers import Writer
from partners.actions.colleagues import remove_colleague
from partners.models import Contact
from tests import factories, room_story
from tests.clients import signed_in

pytestmark = pytest.mark.django_db
SOLD = "We sell Aurora 3 to twenty customers."


@pytest.fixture
def room(cast):
    return room_story.opened(cast)


@pytest.fixture
def nora(cast):
    return room_story.nora(cast)


@pytest.fixture
def maria(cast):
    return room_story.maria(cast)


def at(noun: str, room, *more) -> str:
    return reverse(f"enablement:{noun}", args=[room.public_id, *more])


# Who enters.


def test_only_who_is_named_enters_whatever_their_role(cast, room):
    lena = factories.make_user("lena@vendor.example", name="Lena", roles=("Programme admin",))
    for user in (cast.nora.user, cast.maria):
        assert signed_in(user).get(at("room", room)).status_code == 200
    for user in (cast.ben.user, cast.sven.user, lena, cast.arthur):
        client = signed_in(user)
        for noun in ("room", "write_draft", "suggest_wording", "export_draft"):
            assert client.get(at(noun, room)).status_code == 404
        assert client.post(at("room_move", room, "finish")).status_code == 404
    assert Room.objects.get().finished_at is None


def test_viewing_as_somebody_opens_none_of_their_rooms(cast, room):
    lena = factories.make_user("lena@vendor.example", name="Lena", roles=("Programme admin",))
    client = signed_in(lena)
    client.post(reverse("partners:view_as", args=[cast.nora.public_id]))
    assert room.title not in client.get("/").content.decode()
    assert client.get(at("room", room)).status_code == 404
    assert room.title not in client.get(reverse("enablement:rooms")).content.decode()


def test_who_is_named_is_of_that_partner_and_can_sign_in(cast):
    newcomer = factories.make_contact(cast.alpenglow, "Ida", "ida@alpenglow.example")
    vera = factories.make_user("vera@vendor.example", name="Vera", roles=("Vendor sales",))
    for who in ({"contacts": [cast.sven]}, {"contacts": [newcomer]}, {"managers": [vera]}):
        with pytest.raises(Invalid):
            room_story.opened(cast, **who)
    assert not Room.objects.exists()


def test_who_is_sent_out_or_leaves_has_no_way_in_and_their_words_stay(cast, room, nora):
    save_text(room, "Another.", base=1, writer=nora)
    set_members(room, by=cast.maria, contacts=[cast.ben], managers=[])
    assert signed_in(cast.nora.user).get(at("room", room)).status_code == 404
    with pytest.raises(NotAllowed, match="not in this room any more"):
        save_text(room, "More.", base=2, writer=nora)
    with pytest.raises(NotAllowed):
        set_members(room, by=cast.arthur, contacts=[], managers=[])
    remove_colleague(cast.ben, by=cast.nora)
    assert signed_in(cast.ben.user).get(at("room", room)).status_code in (302, 403)
    assert RoomVersion.objects.get(number=2).contact == cast.nora


def test_once_nobody_of_the_partner_is_left_in_a_room_ours_are_told(cast, nora, maria):
    """Nobody of theirs is let in by a role; Maria names who goes on."""
    room = room_story.opened(cast, contacts=[cast.ben])
    page = signed_in(cast.maria).get(at("room", room)).content.decode()
    assert "Only these people read it: Ben Ott, Maria Lund." in page
    assert "is in this room any more" not in page

    remove_colleague(cast.ben, by=cast.nora)

    page = signed_in(cast.maria).get(at("room", room)).content.decode()
    assert "Only these people read it: Maria Lund." in page
    assert "Nobody of Alpenglow GmbH is in this room any more." in page
    [need] = room_needs(cast.maria)
    assert (need.sentence, need.url) == (
        "Nobody of Alpenglow GmbH is in “Plan for the spring”",
        reverse("admin:enablement_room_people", args=[room.public_id]),
    )
    finish_room(room, writer=maria)
    assert list(room_needs(cast.maria)) == []


# Writing.


def test_each_saved_text_is_a_version_and_the_same_text_is_none(cast, room, nora, maria):
    current = save_text(room, "One.\r\nTwo.", base=1, writer=nora, note="shorter")
    assert (current.version, current.text) == (2, "One.\nTwo.")
    assert save_text(room, "One.\nTwo.", base=2, writer=maria).version == 2
    assert [(row.number, row.who, row.note) for row in current.versions.all()] == [
        (2, "Nora Berg", "shorter"),
        (1, "Maria Lund", ""),
    ]


def test_who_saves_onto_a_text_they_have_not_seen_is_told_both_and_nothing_is_written(cast, room, nora, maria):
    save_text(room, "Theirs.", base=1, writer=maria)
    with pytest.raises(WrittenMeanwhile) as told:
        save_text(room, "Mine.", base=1, writer=nora)
    assert (told.value.theirs.text, Room.objects.get().text, RoomVersion.objects.count()) == ("Theirs.", "Theirs.", 2)
    page = signed_in(cast.nora.user).post(at("write_draft", room), {"text": "Mine.", "note": "", "base": "1"})
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Maria Lund saved version 2 while you were writing" in shown
    assert "<del>Theirs.</del>" in shown
    assert "<ins>Mine.</ins>" in shown
    assert page.context["form"].initial == {"text": "Mine.", "note": "", "base": 2}
    assert signed_in(cast.nora.user).post(at("write_draft", room), {"text": "Both.", "base": "2"}).status_code == 302
    assert Room.objects.get().version == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_of_two_who_save_at_once_one_is_told(cast, nora, maria):
    room, together, told = room_story.opened(cast), threading.Barrier(2), []

    def save(writer: Writer) -> None:
        together.wait()
        try:
            save_text(room, f"By {writer}.", base=1, writer=writer)
        except WrittenMeanwhile as refusal:
            told.append(refusal.theirs.text)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[writer]) for writer in (nora, maria)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Room.objects.get().text]
    assert RoomVersion.objects.count() == 2


def test_an_older_version_can_be_the_text_again(cast, room, nora):
    save_text(room, "Worse.", base=1, writer=nora)
    client = signed_in(cast.nora.user)
    page = client.get(at("draft_version", room, 2)).content.decode()
    assert "<ins>Worse.</ins>" in page
    assert client.post(at("draft_version", room, 1)).status_code == 302
    assert (Room.objects.get().version, Room.objects.get().text) == (3, room_story.TEXT.strip())
    assert client.get(at("draft_version", room, 99)).status_code == 404


@given(st.lists(st.sampled_from(["a", "b", "", "c"]), max_size=12), st.lists(st.sampled_from(["a", "b", "", "d"]), max_size=12))
def test_a_difference_holds_whatever_came_and_went(before, after):
    lines = difference("\n".join(before), "\n".join(after))
    gone, new = ([line.text for line in lines if line.kind == kind] for kind in ("gone", "new"))
    left = list(before)
    assert len("\n".join(before).splitlines()) - len(gone) == len("\n".join(after).splitlines()) - len(new)
    assert all(text in left for text in gone)
    assert bool(gone or new) == ("\n".join(before).splitlines() != "\n".join(after).splitlines())


# Comments and suggestions.


def test_a_comment_is_on_a_passage_that_is_there(cast, room, nora, maria):
    with pytest.raises(Invalid, match="not in the text"):
        comment_on_draft(room, writer=nora, text="Really?", quote="We sell nothing.")
    with pytest.raises(Invalid, match="Write what you think"):
        comment_on_draft(room, writer=nora, text=" ")
    row = comment_on_draft(room, writer=nora, text="Really?", quote=SOLD)
    settle_comment(row, writer=maria)
    with pytest.raises(Refused, match="Maria Lund ended this already"):
        settle_comment(row, writer=nora)
    assert (RoomComment.objects.get().outcome, RoomComment.objects.get().version) == ("settled", 1)


def test_an_accepted_suggestion_is_the_next_version(cast, room, nora, maria):
    row = suggest_wording(room, writer=nora, quote="twenty customers", replacement="thirty customers", text="We counted.")
    current = accept_suggestion(row, writer=maria)
    assert (current.version, "thirty customers" in current.text) == (2, True)
    assert current.versions.first().note == "suggested by Nora Berg"
    with pytest.raises(Refused, match="accepted"):
        decline_suggestion(row, writer=maria, reason="No.")


def test_a_suggestion_whose_passage_is_gone_changes_nothing(cast, room, nora, maria):
    row = suggest_wording(room, writer=nora, quote="twenty customers", replacement="")
    save_text(room, "All new.", base=1, writer=maria)
    with pytest.raises(Refused, match="not in the text any more"):
        accept_suggestion(row, writer=maria)
    with pytest.raises(Invalid):
        decline_suggestion(row, writer=maria, reason=" ")
    decline_suggestion(row, writer=maria, reason="It was rewritten.")
    row.refresh_from_db()
    assert (row.outcome, row.ended_by, Room.objects.get().version) == ("declined", "Maria Lund", 2)


@pytest.mark.parametrize(
    ("quote", "replacement", "said"),
    [("", "x", "Copy the passage"), ("absent", "x", "not in the text"), ("e", "x", "more than once"), (SOLD, SOLD, "says already")],
)
def test_suggestions_that_say_nothing_are_refused(cast, room, nora, quote, replacement, said):
    with pytest.raises(Invalid, match=said):
        suggest_wording(room, writer=nora, quote=quote, replacement=replacement)
    assert not RoomComment.objects.exists()


# Files, the end, and the way out.


def test_files_are_what_their_bytes_are_and_only_for_the_room(cast, room, nora, media):
    with pytest.raises(Invalid, match="not what its name says"):
        add_room_file(room, SimpleUploadedFile("plan.pdf", b"<html>", "application/pdf"), writer=nora)
    add_room_file(room, SimpleUploadedFile("plan.csv", b"a,b\n1,2\n", "text/csv"), writer=nora)
    address = reverse("enablement:room_file", args=[RoomFile.objects.get().public_id])
    assert signed_in(cast.maria).get(address)["Content-Disposition"].startswith("attachment")
    assert signed_in(cast.ben.user).get(address).status_code == 404


def test_a_finished_text_takes_nothing_until_it_is_opened_again(cast, room, nora, maria, media):
    finish_room(room, writer=nora)
    for act in (
        lambda: save_text(room, "More.", base=1, writer=maria),
        lambda: comment_on_draft(room, writer=maria, text="Hm."),
        lambda: suggest_wording(room, writer=maria, quote=SOLD, replacement="x"),
        lambda: add_room_file(room, SimpleUploadedFile("plan.csv", b"a,b\n", "text/csv"), writer=maria),
        lambda: finish_room(room, writer=maria),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "finished"
    reopen_room(room, writer=maria)
    assert save_text(room, "More.", base=1, writer=maria).version == 2


def test_a_draft_becomes_an_announcement_by_one_of_ours_alone(cast, room):
    segment = factories.make_segment()
    nora, maria = signed_in(cast.nora.user), signed_in(cast.maria)
    assert nora.post(at("room_move", room, "announce"), {"segment": segment.pk}).status_code == 404
    assert "Choose for whom" in maria.post(at("room_move", room, "announce"), {}, follow=True).content.decode()
    assert not Announcement.objects.exists()
    assert maria.post(at("room_move", room, "announce"), {"segment": segment.pk}).status_code == 302
    draft = Announcement.objects.get()
    assert (draft.title, SOLD in draft.body, draft.state, draft.author) == (room.title, True, "draft", cast.maria)
    with pytest.raises(NotAllowed):
        draft_announcement_of(room, by=cast.arthur, segment=segment)


def test_it_is_taken_along_as_markdown(cast, room):
    answer = signed_in(cast.nora.user).get(at("export_draft", room))
    assert answer["Content-Disposition"] == 'attachment; filename="plan-for-the-spring.md"'
    assert answer.content.decode() == room_story.TEXT.strip()


def test_what_is_new_is_marked_until_one_has_looked(cast, room, nora, maria):
    assert with_news(rooms_of(nora)).count() == 1
    assert "New in the draft “Plan for the spring”" in signed_in(cast.nora.user).get("/").content.decode()
    signed_in(cast.nora.user).get(at("room", room))
    assert with_news(rooms_of(nora)).count() == 0
    save_text(room, "Newer.", base=1, writer=nora)
    assert with_news(rooms_of(nora)).count() == 0
    assert [need.detail for need in room_needs(cast.maria)] == ["Such as “Plan for the spring”"]
    signed_in(cast.maria).get(at("room", room))
    assert list(room_needs(cast.maria)) == []


def test_finished_rooms_go_when_a_rule_of_retention_says_so(cast, room, nora):
    room_story.opened(cast, "Stays")
    finish_room(room, writer=nora)
    assert remove_rooms(finished_before(timezone.now() + timedelta(minutes=1))) == 1
    assert Room.objects.get().title == "Stays"


def test_a_script_in_a_text_is_shown_and_not_run(cast, nora):
    room = room_story.opened(cast, text="<script>alert(1)</script> and [a link](javascript:alert(1))")
    page = signed_in(cast.nora.user).get(at("room", room)).content.decode()
    article = page.partition("<article")[2].partition("</article>")[0]
    assert "<script" not in article
    assert "javascript:" not in article.replace("(javascript:alert(1))", "")


# Pages.


def test_maria_opens_a_room_from_the_page_of_the_partner(cast):
    maria = signed_in(cast.maria)
    assert (
        "Open a room"
        in maria.get(
            reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=communication"
        ).content.decode()
    )
    page = reverse("admin:enablement_room_open", args=[cast.alpenglow.public_id])
    assert maria.get(page).status_code == 200
    words = {"programme": cast.programme.pk, "title": "", "text": "x", "contacts": [str(cast.nora.public_id)]}
    assert maria.post(page, words).status_code == 422
    assert maria.post(page, {**words, "title": "Plan", "contacts": [str(cast.sven.public_id)]}).status_code == 422
    assert maria.post(page, {**words, "title": "Plan"}).status_code == 302
    room = Room.objects.get()
    assert {str(each) for each in room.members.all()} == {"Nora Berg", "Maria Lund"}
    people = reverse("admin:enablement_room_people", args=[room.public_id])
    assert maria.post(people, {"contacts": [str(cast.ben.public_id)]}).status_code == 302
    assert {str(each) for each in room.members.all()} == {"Ben Ott", "Maria Lund"}
    assert signed_in(cast.arthur).get(page).status_code == 403


def test_each_step_has_a_way_from_the_pages(cast, room, media):
    nora = signed_in(cast.nora.user)
    assert nora.post(at("room", room), {"text": ""}).status_code == 422
    assert nora.post(at("room", room), {"text": "Hm.", "quote": SOLD}).status_code == 302
    assert nora.post(at("suggest_wording", room), {"quote": "absent", "replacement": "x"}).status_code == 422
    assert nora.post(at("suggest_wording", room), {"quote": "twenty", "replacement": "thirty"}).status_code == 302
    for row, verb in zip(RoomComment.objects.order_by("pk"), ("settle", "accept"), strict=True):
        nora.post(reverse("enablement:room_comment_move", args=[row.public_id, verb]))
    assert list(RoomComment.objects.order_by("pk").values_list("outcome", flat=True)) == ["settled", "accepted"]
    nora.post(at("room_move", room, "file"), {"file": SimpleUploadedFile("p.csv", b"a,b\n", "text/csv")})
    assert "No file was submitted" not in nora.get(at("room", room)).content.decode()
    assert RoomFile.objects.count() == 1
    nora.post(at("room_move", room, "finish"))
    assert Room.objects.get().finished_at
    nora.post(at("room_move", room, "reopen"))
    assert nora.post(at("room_move", room, "sell")).status_code == 404
    assert Contact.objects.get(pk=cast.nora.pk).left_on is None


def test_pages_of_rooms_take_few_queries(cast, room, nora, maria, django_assert_max_num_queries):
    for nth in range(3):
        comment_on_draft(room, writer=nora, text=f"Hm {nth}")
        save_text(room, f"Version {nth}", base=nth + 1, writer=maria)
    client = signed_in(cast.nora.user)
    for address in (
        reverse("enablement:rooms"), at("room", room), at("write_draft", room), at("draft_version", room, 2)
    ):  # fmt: skip
        client.get(address)
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200


def test_a_room_needs_a_title_and_takes_no_book(cast):
    for fields in ({"title": " "}, {"text": "x" * 60_001}):
        with pytest.raises(Invalid):
            open_room(cast.alpenglow, by=cast.maria, programme=cast.programme, **{"title": "T", **fields})
    assert not Room.objects.exists()
