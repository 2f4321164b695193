"""A person is forgotten everywhere, and every count stays as it was."""

import json
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from activity.actions import record_activity
from activity.actions.tasks import create_task
from activity.models import Activity, Task
from activity.refusals import NotAllowed, Refused
from collaboration.actions.attendance import keep_file, take_file
from collaboration.actions.invitations import answer_invitation
from collaboration.actions.minutes import decide, write_minutes
from collaboration.models import MeetingMail
from communications.actions.conversations import open_conversation, write_message
from communications.actions.discussions import begin_discussion, hide_post, report_post, write_post
from communications.models import (
    Announcement,
    Answer,
    Channel,
    ConversationFile,
    Delivery,
    EngagementEvent,
    OpinionPolicy,
    Question,
    ReadingReminder,
    Suppression,
    TopicPreference,
)
from communications.queries.announcement_report import report_of
from context.actions.facts import record_fact
from context.actions.segments import create_segment
from context.actions.verdicts import give_verdict
from context.models import DataPoint, ImportRun
from enablement.actions.certificates import revoke_certificate
from enablement.actions.idea_moderation import report_idea
from enablement.actions.idea_posts import add_evidence_to_idea, write_on_idea
from enablement.actions.ideas import move_idea
from enablement.actions.points import be_named
from enablement.actions.room_comments import comment_on_draft, decline_suggestion, suggest_wording
from enablement.actions.rooms import add_room_file, save_text
from enablement.actions.votes import vote_for
from enablement.models import NewsMail
from enablement.writers import Writer
from partners.actions import erasures
from partners.actions.contacts import change_contact
from partners.actions.erasures import ask_for_erasure, carry_out_erasure, decline_erasure, start_erasure
from partners.actions.invitations import invite_contact
from partners.models import Certification, ColleagueRequest, Contact, Erasure, Evidence, PartnerCertification, SavedView
from partners.queries.needs import partner_needs
from portal.actions.gaps import note_gap
from portal.assistant.answers import Cited
from tests import assistant_story, factories, idea_story, learning_story, meeting_story, portal_story, room_story, talk_story

pytestmark = pytest.mark.django_db

NAME, MAIL, PHONE = "Zoe Quillfeather", "zoe.quillfeather@alpenglow.example", "+49 30 5550199"
TRACES = ("quillfeather", "zoe", "5550199")


def erase_person(contact, *, by) -> Erasure:
    """Decided and, a moment later, done."""
    return carry_out_erasure(start_erasure(contact, by=by))


@pytest.fixture
def zoe(cast) -> Contact:
    user = factories.make_user(MAIL, name=NAME)
    return factories.make_contact(
        cast.alpenglow, NAME, MAIL, functions=("sales",), user=user, phone=PHONE, job_title="Quillfeather in chief"
    )


@pytest.fixture
def traces(cast, zoe, sink, settings, tmp_path):
    """Zoe has left her name wherever a name can be left."""
    settings.MEDIA_ROOT = tmp_path
    partner, maria, user = cast.alpenglow, cast.maria, zoe.user
    announcement = portal_story.announce(cast, "Aurora 3 is here", zoe, cast.ben, read=True)
    change_contact(zoe, by=maria, job_title="Head of sales, ask for Zoe Quillfeather")
    invite_contact(factories.make_contact(cast.baltic, NAME, MAIL), by=maria)
    DataPoint.objects.create(key="champion", label="Champion")
    fact = record_fact(partner, "champion", f"{NAME}, {PHONE}", source=f"told by {NAME}", method="manual", by=user)
    record_fact(partner, "contact_email", MAIL, source="a list", method="import", contact=zoe)
    give_verdict(fact, "disputed", by=user, comment=f"ask {MAIL}")
    _files(partner, zoe)
    question = Question.objects.create(announcement=announcement, contact=zoe, partner=partner, text=f"Call me, {NAME}, {PHONE}")
    Answer.objects.create(question=question, by=maria, text="Dear Zoe, we call.")
    talk = open_conversation(zoe, subject=f"{NAME} asks", text=f"Call me, {PHONE}")
    write_message(talk, text="Dear Zoe, we call.", by=maria)
    Delivery.objects.filter(contact_id=zoe.pk).update(reason=f"250 <{MAIL}> ok")
    EngagementEvent.objects.create(announcement=announcement, contact=zoe, channel=Channel.EMAIL, action="opened", actor="human",
                                   agent="Zoe's reader", occurred_at=timezone.now())  # fmt: skip
    TopicPreference.objects.create(address=MAIL, topic=announcement.topic, is_wanted=False, how="preferences")
    Suppression.objects.create(address=MAIL, reason=f"550 {MAIL} unknown")
    create_task(f"Call {NAME}", by=maria, partner_id=partner.pk, detail=f"at {PHONE}")
    create_segment(by=maria, name="One", contact_rule={"field": "contact.email", "op": "eq", "value": MAIL})
    SavedView.objects.create(owner=maria, page="partners.contact", name=NAME, query="q=zoe.quillfeather@alpenglow.example")
    _meeting(cast, zoe)
    _talk(cast, zoe, talk)
    _learning(cast, zoe)
    _ideas_and_drafts(cast, zoe)
    record_activity("call.made", f"{maria} spoke with {NAME}", by=maria, partner_id=partner.pk, data={"with": [NAME, MAIL]})
    return announcement


def _talk(cast, zoe, conversation) -> None:
    """In a forum, in an opinion survey by name and in one without, and in a file that she mailed."""
    discussion = begin_discussion(talk_story.forum(cast), title=f"{NAME} asks", text=f"Call me, {PHONE}", contact=zoe)
    post = write_post(discussion, text="Dear Zoe, ask Zoe Quillfeather's colleagues.", contact=cast.sven)
    report_post(post, contact=zoe, reason=f"It names {NAME}")
    hide_post(post, by=cast.maria, reason=f"It names {NAME}")
    talk_story.crowd(cast, cast.baltic, 3)
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3, "rest_days": 0})
    for is_anonymous in (True, False):
        survey = talk_story.opened(cast, is_anonymous=is_anonymous)
        talk_story.answer(survey, zoe, nps=9, text=f"Call me, {NAME}, {PHONE}")
        talk_story.answer(survey, cast.sven, nps=9, text=f"Ask {NAME}")
    row = ConversationFile(message=conversation.messages.earliest("pk"), name=f"{NAME}.pdf", content_type="application/pdf", size=3)
    row.file.save("zoe-mailed.pdf", ContentFile(b"Zoe"))
    for contact in (zoe, cast.ben):
        question = assistant_story.answered(contact, f"Who is {NAME}?", f"{NAME} has the phone {PHONE}.")
        note_gap(question, Cited(f"About {NAME}", "/x/", paragraph=1, kind="page", public_id=str(uuid4())))


def _ideas_and_drafts(cast, zoe) -> None:
    """An idea with evidence, a comment, a draft with a file, and that she once asked to join."""
    idea = idea_story.propose(cast, f"{NAME} proposes", contact=zoe, problem=f"Call me, {PHONE}", may_be_named=True)
    upload = SimpleUploadedFile(f"{NAME}.txt", b"Zoe", "text/plain")
    add_evidence_to_idea(idea, contact=zoe, text=f"Ask {NAME}", upload=upload, may_be_named=True)
    post = write_on_idea(idea, contact=cast.sven, text=f"{NAME} is right.")
    report_idea(idea, contact=zoe, reason=f"It names {NAME}", post=post)
    move_idea(idea, "review", by=cast.maria, reason=f"Thank you, {NAME}.")
    NewsMail.objects.create(kind="idea", contact=zoe, address=MAIL, reason=f"250 <{MAIL}> ok")
    vote_for(idea, contact=zoe)
    room = room_story.opened(cast, f"Plan of {NAME}", contacts=[zoe], text=f"{NAME} writes this.")
    zoes = Writer(contact=zoe)
    comment_on_draft(room, writer=zoes, text=f"Call me, {PHONE}", quote=NAME)
    suggestion = suggest_wording(room, writer=Writer(user=cast.maria), quote=NAME, replacement=f"Dr. {NAME}")
    decline_suggestion(suggestion, writer=zoes, reason=f"{NAME} is no doctor")
    save_text(room, f"{NAME} wrote this.", base=1, writer=zoes, note=f"by {NAME}")
    add_room_file(room, SimpleUploadedFile(f"{NAME}.txt", b"Zoe", "text/plain"), writer=zoes)
    ColleagueRequest.objects.create(
        name=NAME, email=MAIL, partner=cast.alpenglow, state="declined", confirmed_at=timezone.now(), reason=f"No, {NAME}"
    )
    news = Announcement.objects.earliest("pk")
    day = timezone.localdate()
    ReadingReminder.objects.create(announcement=news, contact=zoe, day=day, address=MAIL, reason=f"250 <{MAIL}>")


def _meeting(cast, zoe) -> None:
    meeting = meeting_story.begun(meeting_story.invited(cast, f"Talk with {NAME}", partner=cast.alpenglow, people=[zoe]))
    answer_invitation(meeting_story.seat(meeting, zoe), "yes", how="portal", by=zoe.user, comment=f"Call {PHONE}")
    MeetingMail.objects.update(reason=f"250 <{MAIL}> ok")
    write_minutes(meeting, f"{NAME} told us much.", by=cast.maria)
    decide(meeting, "Zoe Quillfeather calls back", by=cast.maria)
    lines = f"Name,Email,Join Time\n{NAME},{MAIL},\nZoe Quillfeather (phone),,\n"
    keep_file(meeting, "list.csv", lines.encode(), by=cast.maria)
    take_file(meeting, by=cast.maria)
    keep_file(meeting, f"{NAME}.csv", lines.encode(), by=cast.maria)


def _learning(cast, zoe) -> None:
    """She holds a certificate, and courses name her."""
    course = learning_story.published(cast, f"Selling with {NAME}", segment=factories.make_segment("All of them"))
    revoke_certificate(learning_story.passed(course, zoe).certificate, by=cast.maria, reason=f"{NAME} said so")
    learning_story.passed(course, cast.ben)
    be_named(zoe, agreed=True)


def _files(partner, zoe) -> None:
    certificate = Evidence(partner=partner, name="Zoe Quillfeather.pdf", media_type="application/pdf", size=3, sha256="0",
                           uploaded_by=zoe.user)  # fmt: skip
    certificate.file.save("zoe-quillfeather.pdf", ContentFile(b"zoe"))
    brochure = Evidence(partner=partner, name="Brochure of Zoe Quillfeather", media_type="text/plain", size=8, sha256="0")
    brochure.file.save("zoe_quillfeather_brochure.txt", ContentFile(b"brochure"))
    word = Certification.objects.create(key="expert", name="Expert")
    PartnerCertification.objects.create(partner=partner, contact=zoe, certification=word, source=NAME, evidence_file=certificate)
    run = ImportRun(mapping="partners", file_name=f"{NAME}.csv", preview={"rows": [[NAME, MAIL]]}, status=ImportRun.Status.DONE)
    run.file.save("people.csv", ContentFile(f"name\n{NAME}\n".encode()))


def test_no_column_of_any_table_names_her_afterwards(cast, zoe, traces, tmp_path):
    assert _found(), "the traces are there before"

    erase_person(zoe, by=cast.maria)

    assert _found() == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if "zoe" in path.name.lower() or b"Zoe" in path.read_bytes()]
    assert any(path.read_bytes() == b"brochure" for path in files)


def test_counts_stay_whole(cast, zoe, traces):
    before = _report(traces), Delivery.objects.count(), Question.objects.count(), Activity.objects.count()

    erase_person(zoe, by=cast.maria)

    activity = Activity.objects.exclude(verb__startswith="erasure.").count()
    assert (_report(traces), Delivery.objects.count(), Question.objects.count(), activity) == before


def test_who_shares_nothing_with_her_keeps_everything(cast, zoe, traces):
    kept = _row(cast.ben), _row(cast.nora), _row(cast.sven)

    erase_person(zoe, by=cast.maria)

    assert (_row(cast.ben), _row(cast.nora), _row(cast.sven)) == kept
    assert cast.ben.user.is_active


def test_her_login_opens_nothing_any_more(cast, zoe, traces, client):
    client.force_login(zoe.user)

    erase_person(zoe, by=cast.maria)

    assert client.get("/").status_code == 302
    zoe.user.refresh_from_db()
    assert zoe.user.email.endswith("@erased.invalid")


def test_the_record_says_that_and_not_who(cast, zoe, traces):
    erasure = erase_person(zoe, by=cast.maria)

    assert erasure.decided_by == cast.maria
    assert erasure.counts["deliveries"] >= 1
    assert "quillfeather" not in json.dumps(erasure.counts).lower()
    assert Activity.objects.get(verb="erasure.done").sentence == "A person at Alpenglow GmbH was erased"


def test_who_asks_is_a_task_for_the_manager_who_then_does_it(cast, zoe):
    cast.alpenglow.enrolments.update(manager=cast.maria)

    ask_for_erasure(zoe, by=zoe.user)

    task = Task.objects.get()
    assert (task.owner, task.partner_id, task.state) == (cast.maria, cast.alpenglow.pk, "open")
    with pytest.raises(Refused, match="asked for this already"):
        ask_for_erasure(zoe, by=zoe.user)
    erase_person(zoe, by=cast.maria)
    task.refresh_from_db()
    assert task.state == "done"
    assert Erasure.objects.get().state == "done"


def test_a_request_may_be_declined_with_a_reason(cast, zoe):
    erasure = ask_for_erasure(zoe, by=zoe.user)

    with pytest.raises(Refused, match="Say why"):
        decline_erasure(erasure, by=cast.maria, reason=" ")
    decline_erasure(erasure, by=cast.maria, reason="Invoices are kept for ten years.")

    zoe.refresh_from_db()
    assert zoe.name == NAME
    assert Erasure.objects.get().reason == "Invoices are kept for ten years."


def test_nobody_else_erases_and_nothing_changes(cast, zoe, traces):
    before = _row(zoe)
    with pytest.raises(NotAllowed):
        erase_person(zoe, by=cast.arthur)

    assert _row(zoe) == before
    assert not Erasure.objects.exists()


def test_a_fault_half_way_leaves_everything_and_it_can_be_tried_again(cast, zoe, traces, monkeypatch):
    before = _row(zoe)
    real = erasures.erase_everywhere

    def breaks(person):
        real(person)
        raise OSError("the disk is full")

    monkeypatch.setattr(erasures, "erase_everywhere", breaks)
    erasure = erase_person(zoe, by=cast.maria)
    assert (erasure.state, _row(zoe)) == ("failed", before)
    assert "nothing was erased" in erasure.problem
    assert "1 erasure failed; try it again" in [need.sentence for need in partner_needs(cast.maria)]
    monkeypatch.setattr(erasures, "erase_everywhere", real)
    assert erase_person(zoe, by=cast.maria) == erasure
    assert (Erasure.objects.get().state, Erasure.objects.get().problem) == ("done", "")


def test_who_is_being_erased_is_not_erased_twice(cast, zoe):
    erasure = start_erasure(zoe, by=cast.maria)
    with pytest.raises(Refused, match="being erased already"):
        start_erasure(zoe, by=cast.maria)
    carry_out_erasure(erasure)
    counts = Erasure.objects.get().counts
    carry_out_erasure(erasure)
    assert Erasure.objects.get().counts == counts
    with pytest.raises(Refused, match="has been erased already"):
        start_erasure(zoe, by=cast.maria)


def _report(announcement) -> dict:
    return {name: figure for name, figure in report_of(announcement).as_dict().items() if name != "as_of"}


def _row(contact) -> tuple:
    return Contact.objects.filter(pk=contact.pk).values_list("name", "email", "phone", "user", "left_on").get()


def _found() -> list[tuple[str, str]]:
    """Every column of every table that can hold words, and still holds these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN "
            "('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'character') AND table_name NOT LIKE 'django_migrations'"
        )
        columns = cursor.fetchall()
        found = []
        for table, column in columns:
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text ~* %s LIMIT 1', ["|".join(TRACES)])
            found += [(table, column)] * bool(cursor.fetchone())
    return found
