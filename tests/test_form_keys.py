"""What a form makes, it makes once: a button pressed three times on a bad line is one discussion, one idea, one meeting."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.models import Task
from collaboration.models import Meeting
from communications.actions.announcements import submit_announcement
from communications.models import Conversation, Discussion, Post, ReviewComment
from context.models import Note
from enablement.models import Course, CoursePackage, Idea, IdeaPost, Resource, Room, RoomComment, RoomFile
from tests import announcement_story, factories, idea_story, library_story, meeting_story, package_story, room_story, talk_story
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


def key_on(client, page: str, number: int = 0) -> str:
    """Of the form with that number on the page."""
    keys = re.findall(r'name="key" value="([0-9a-f-]{36})"', client.get(page).content.decode())
    assert len(set(keys)) == len(keys)
    return keys[number]


def post_twice(client, address: str, said: dict) -> None:
    for _twice in range(2):
        assert client.post(address, said).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_three_posts_of_one_form_begin_one_discussion(cast):
    forum, client = talk_story.forum(cast), signed_in(cast.nora.user)
    page = reverse("communications:forum", args=[forum.public_id])
    said = {"title": "Storage", "text": "How much?", "key": key_on(client, page)}

    def post(what):
        own = Client(headers={"cookie": client.cookies.output(header="", sep=";").strip()})
        try:
            return own.post(page, what)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(post, [said] * 3))) == 1
    assert Discussion.objects.count() == Post.objects.count() == 1
    client.post(page, said | {"text": "How much for sixty?"})  # gone back, and written something else
    assert Discussion.objects.count() == Post.objects.count() == 2


def test_the_key_of_somebody_else_is_none(cast):
    forum, nora, sven = talk_story.forum(cast), signed_in(cast.nora.user), signed_in(cast.sven.user)
    page = reverse("communications:forum", args=[forum.public_id])
    said = {"title": "Storage", "text": "How much?", "key": key_on(nora, page)}
    nora.post(page, said)
    sven.post(page, said)
    assert [row.contact for row in Discussion.objects.order_by("pk")] == [cast.nora, cast.sven]


def test_posts_of_partners_and_of_ours(cast):
    talk = talk_story.tell(cast)
    before = talk.discussion.posts.count()
    for user, name in ((cast.nora.user, "communications:discussion"), (cast.maria, "admin:communications_discussion_page")):
        client, page = signed_in(user), reverse(name, args=[talk.discussion.public_id])
        post_twice(client, page, {"text": "The same for us.", "key": key_on(client, page)})
    assert talk.discussion.posts.count() == before + 2
    maria, begin = signed_in(cast.maria), reverse("admin:communications_discussion_begin", args=[talk.forum.public_id])
    post_twice(maria, begin, {"title": "News", "text": "There is a guide.", "key": key_on(maria, begin)})
    assert Discussion.objects.filter(title="News").count() == 1


def test_remarks_on_a_version_and_answers_to_them(cast):
    announcement = announcement_story.draft(cast)
    submit_announcement(announcement, by=cast.maria)
    client, own = signed_in(cast.arthur), [announcement.public_id, 1]
    page = reverse("admin:communications_announcement_version", args=own)
    remarks = reverse("admin:communications_announcement_remarks", args=own)
    post_twice(client, remarks, {"text": "Say by when.", "key": key_on(client, page)})
    remark = ReviewComment.objects.get()
    reply = reverse("admin:communications_announcement_remark", args=[announcement.public_id, remark.public_id, "reply"])
    post_twice(client, reply, {"text": "By May.", "key": key_on(client, page)})
    assert ReviewComment.objects.get(reply_to=remark).text == "By May."
    assert client.post(remarks, {"text": "And why.", "key": "no key"}).status_code == 302
    assert ReviewComment.objects.filter(reply_to=None).count() == 2


@pytest.mark.usefixtures("media")
def test_what_is_put_into_the_library(cast):
    client = signed_in(cast.maria)
    make = {kind: reverse("admin:enablement_resource_make", args=[kind]) for kind in ("page", "file")}
    words = {"title": " How to renew ", "language": "en", "programme": cast.programme.pk, "review_every": 180, "publish": "on"}
    post_twice(client, make["page"], words | {"body": "In March.", "key": key_on(client, make["page"])})
    key, guide = key_on(client, make["file"]), library_story.pdf("Pumps")
    for title in ("Guide", "Guide", "Another"):  # who goes back and writes something else has said that, too
        client.post(make["file"], {**words, "title": title, "file": library_story.upload(guide), "key": key})
    assert list(Resource.objects.order_by("pk").values_list("title", "state")) == [
        ("How to renew", "published"), ("Guide", "published"), ("Another", "published"),
    ]  # fmt: skip


def test_a_course_its_lessons_questions_and_scenes(cast):
    client, add = signed_in(cast.maria), reverse("admin:enablement_course_add")
    words = {"title": " Pumps ", "programme": cast.programme.pk, "renew_days": 60}
    post_twice(client, add, words | {"key": key_on(client, add)})
    course = Course.objects.get()
    for kind in ("text", "quiz", "simulation"):
        page = reverse("admin:enablement_course_new_lesson", args=[course.public_id, kind])
        said = {"title": kind, "body": "Read.", "pass_mark": 80, "wait_minutes": 0}
        post_twice(client, page, said | {"key": key_on(client, page)})
    text, quiz, talk = course.versions.get().lessons.all()
    ask, stage = (
        reverse(f"admin:enablement_course_new_{name}", args=[row.public_id]) for name, row in (("question", quiz), ("scene", talk))
    )
    said = {"kind": "number", "text": "How many?", "number": "3", "tolerance": "0"}
    post_twice(client, ask, said | {"key": key_on(client, ask)})
    post_twice(client, stage, {"title": "The end", "text": "They sign.", "ending": "good", "key": key_on(client, stage)})
    assert (quiz.questions.count(), talk.scenes.count(), text.title) == (1, 1, "text")


@pytest.mark.usefixtures("media")
def test_a_course_that_is_taken_in(cast):
    client, page = signed_in(cast.maria), reverse("admin:enablement_course_take_in")
    key, content = key_on(client, page), package_story.packed()
    for _twice in range(2):
        file = library_story.upload(content, "safe-hands.zip")
        assert client.post(page, {"file": file, "programme": cast.programme.pk, "key": key}).status_code == 302
    assert (Course.objects.count(), CoursePackage.objects.count()) == (1, 1)


def test_ideas_words_on_them_and_evidence(cast):
    client, propose = signed_in(cast.nora.user), reverse("enablement:propose_idea")
    words = {"title": "CSV", "problem": "We type it.", "proposal": "A button.", "programme": cast.programme.key}
    post_twice(client, propose, words | {"key": key_on(client, propose)})
    idea = Idea.objects.get()
    page, evidence = (reverse(f"enablement:{name}", args=[idea.public_id]) for name in ("idea", "idea_evidence"))
    post_twice(client, page, {"text": "Daily.", "key": key_on(client, page)})
    key = key_on(client, evidence)
    for _twice in range(2):
        client.post(evidence, {"text": "Three in May.", "file": idea_story.lost_orders(), "key": key})
    assert [row.is_evidence for row in IdeaPost.objects.order_by("pk")] == [False, True]
    ours, answer = signed_in(cast.maria), reverse("admin:enablement_idea_page", args=[idea.public_id])
    post_twice(ours, answer, {"text": "We look at it.", "key": key_on(ours, answer)})
    assert IdeaPost.objects.filter(by=cast.maria).count() == 1


def test_rooms_comments_suggestions_and_files(cast):
    maria, open_page = signed_in(cast.maria), reverse("admin:enablement_room_open", args=[cast.alpenglow.public_id])
    said = {"programme": cast.programme.pk, "title": "Plan", "text": room_story.TEXT, "contacts": [cast.nora.public_id]}
    post_twice(maria, open_page, said | {"key": key_on(maria, open_page)})
    room, client = Room.objects.get(), signed_in(cast.nora.user)
    page, suggest = (reverse(f"enablement:{name}", args=[room.public_id]) for name in ("room", "suggest_wording"))
    post_twice(client, page, {"text": "Twenty is many.", "key": key_on(client, page)})
    post_twice(client, suggest, {"quote": "within a day", "replacement": "in a day", "key": key_on(client, suggest)})
    assert [row.is_suggestion for row in RoomComment.objects.order_by("pk")] == [False, True]
    add, key = reverse("enablement:room_move", args=[room.public_id, "file"]), key_on(client, page, 1)
    for _twice in range(2):
        client.post(add, {"file": idea_story.lost_orders(), "key": key})
    assert RoomFile.objects.count() == 1


def test_meetings_and_what_is_to_be_done_there(cast):
    client, plan = signed_in(cast.maria), reverse("admin:collaboration_meeting_plan")
    day = timezone.localdate() + timedelta(days=20)
    said = {
        "title": "Roadmap", "kind": "webinar", "segment": factories.make_segment().pk, "programme": cast.programme.pk,
        "minutes_long": 60, "day": day, "time": "10:00", "time_zone": "Europe/Berlin", "repeats": "once", "host": cast.maria.pk,
        "remind_hours": 24,
    }  # fmt: skip
    post_twice(client, plan, said | {"key": key_on(client, plan)})
    assert Meeting.objects.count() == 1
    weekly = {"title": "Weekly", "repeats": "weekly", "last_day": day + timedelta(days=14)}
    post_twice(client, plan, said | weekly | {"key": key_on(client, plan)})
    assert Meeting.objects.filter(title="Weekly").count() == 3
    page = reverse("admin:collaboration_meeting_page", args=[meeting_story.begun(meeting_story.invited(cast)).public_id])
    post_twice(client, page, {"do": "action", "title": "Send the list", "side": "", "key": key_on(client, page)})
    assert Task.objects.filter(title="Send the list").count() == 1


def test_notes_and_a_question_that_goes_to_a_person(cast):
    maria = signed_in(cast.maria)
    page = reverse("admin:partners_partner_overview", args=[cast.alpenglow.public_id]) + "?tab=work"
    write = reverse("admin:context_note_write", args=[cast.alpenglow.public_id])
    post_twice(maria, write, {"kind": "call", "text": "They wait for Aurora 3.", "key": key_on(maria, page)})
    assert Note.objects.count() == 1
    nora, ask = signed_in(cast.nora.user), reverse("portal:assistant")
    post_twice(nora, ask, {"question": "When does Aurora 3 come?", "to": "person", "key": key_on(nora, ask)})
    assert Conversation.objects.count() == 1
