"""Who may approve what: by kind and size, by how many, by whom, until when; and the database itself holds four eyes."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions import announcements, comments
from communications.actions.handovers import UNSENT
from communications.models import Announcement, AnnouncementVersion, Approval, ApprovalPolicy, Kind, ReviewComment, State
from communications.queries.approvals import policy_for
from partners.models import LeaveCover
from tests import factories, planning_story
from tests.announcement_story import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def legal() -> Group:
    return Group.objects.create(name="Legal")


@pytest.fixture
def lena(cast, legal):
    lena = factories.make_user("lena@vendor.example", name="Lena Law", roles=("Approver",))
    lena.groups.add(legal)
    return lena


def submitted(cast, title="Aurora 3 is here", **fields) -> Announcement:
    begun = draft(cast, title, **fields)
    announcements.submit_announcement(begun, by=cast.maria)
    return begun


def refused(begun, by, says: str) -> None:
    before = Approval.objects.count()
    with pytest.raises(Refused, match=says):
        announcements.approve_announcement(begun, by=by, version=begun.version)
    begun.refresh_from_db()
    assert (begun.state, Approval.objects.count()) == (State.SUBMITTED, before)


def test_the_most_specific_row_decides(legal):
    ApprovalPolicy.objects.create(kind="policy", from_people=0, approvers=2)
    ApprovalPolicy.objects.create(kind="policy", from_people=1000, approvers=3)
    found = [policy_for(kind, people).approvers for kind, people in (("event", 5000), ("policy", 999), ("policy", 1000))]
    assert found == [1, 2, 3]
    ApprovalPolicy.objects.all().delete()
    assert policy_for("event", 1).needs_another_person


def test_what_it_is_for_is_said_before_it_is_submitted(cast, client):
    ApprovalPolicy.objects.update(needs_purpose=True)
    ApprovalPolicy.objects.create(kind="event", from_people=0)
    begun = draft(cast)
    with pytest.raises(Invalid, match="“Product update” to say .* missing: objective, theme, wanted action, life") as no:
        announcements.submit_announcement(begun, by=cast.maria)
    assert (no.value.field, no.value.code) == ("objective", "purpose_missing")
    client.force_login(cast.maria)
    page = client.get(reverse("admin:communications_announcement_change", args=[begun.public_id])).text
    assert "Still missing: objective" in page
    purpose = {"objective": planning_story.objective(cast), "theme": planning_story.theme(cast), "wanted_action": "book the exam"}
    announcements.change_announcement(begun, by=cast.maria, **purpose)
    with pytest.raises(Invalid, match="Still missing: lifecycle stages it serves"):
        announcements.submit_announcement(begun, by=cast.maria)
    announcements.change_announcement(begun, by=cast.maria, stages=["enable"])
    announcements.submit_announcement(begun, by=cast.maria)
    submitted(cast, "Come and see", kind=Kind.EVENT)


def test_two_have_to_approve_and_the_same_one_counts_once(cast, lena):
    ApprovalPolicy.objects.create(kind="policy", from_people=0, approvers=2)
    begun = submitted(cast, kind=Kind.POLICY)
    announcements.approve_announcement(begun, by=cast.arthur, version=1)
    assert (begun.state, begun.approved_version) == (State.SUBMITTED, None)
    refused(begun, cast.arthur, "already; it waits for another")
    announcements.approve_announcement(begun, by=lena, version=1)
    assert (begun.state, begun.approved_version, begun.approved_by) == (State.APPROVED, 1, lena)
    announcements.change_announcement(begun, by=cast.maria, title="Another")
    announcements.submit_announcement(begun, by=cast.maria)
    announcements.approve_announcement(begun, by=cast.arthur, version=2)
    assert begun.state == State.SUBMITTED  # what was approved was the first version


def test_a_group_approves_and_whoever_covers_for_somebody_of_it(cast, lena, legal):
    ApprovalPolicy.objects.create(kind="policy", from_people=0, group=legal)
    begun = submitted(cast, kind=Kind.POLICY)
    refused(begun, cast.arthur, "approved by “Legal”")
    today = timezone.localdate()
    LeaveCover.objects.create(manager=lena, cover=cast.arthur, starts_on=today, ends_on=today)
    announcements.approve_announcement(begun, by=cast.arthur, version=1)
    assert begun.state == State.APPROVED


def test_stand_ins_may_approve_once_the_deadline_has_passed(cast, legal, lena):
    deputies = Group.objects.create(name="Deputies")
    cast.arthur.groups.add(deputies)
    ApprovalPolicy.objects.create(kind="policy", from_people=0, group=legal, deadline_hours=48, stand_ins=deputies)
    begun = submitted(cast, kind=Kind.POLICY)
    version = begun.versions.get()
    assert timedelta(hours=47) < version.approve_by - timezone.now() <= timedelta(hours=48)
    refused(begun, cast.arthur, "approved by “Legal”")
    AnnouncementVersion.objects.filter(pk=version.pk).update(approve_by=timezone.now())
    announcements.approve_announcement(begun, by=cast.arthur, version=1)
    assert begun.state == State.APPROVED


@pytest.mark.parametrize("who", ["author", "editor", "submitter"])
def test_nobody_who_wrote_any_of_it_approves_it_not_even_past_the_code(cast, lena, who):
    author, editor = cast.maria, factories.make_user("ed@vendor.example", roles=("Programme admin",))
    submitter = factories.make_user("sue@vendor.example", roles=("Programme admin",))
    begun = draft(cast)
    announcements.change_announcement(begun, by=editor, title="Aurora 3, at last")
    announcements.submit_announcement(begun, by=submitter)
    own = {"author": author, "editor": editor, "submitter": submitter}[who]
    refused(begun, own, "wants another person")
    with pytest.raises(IntegrityError, match="four eyes"), transaction.atomic():
        Approval.objects.create(announcement=begun, version=1, by=own)
    with pytest.raises(IntegrityError, match="approved by somebody"), transaction.atomic():
        Announcement.objects.filter(pk=begun.pk).update(state=State.APPROVED, approved_version=1)
    announcements.approve_announcement(begun, by=cast.arthur, version=1)


def test_whoever_wrote_a_draft_and_handed_it_over_still_may_not_approve_it(cast, lena):
    begun = announcements.create_announcement(by=lena, title="Hers", body="Hello", segment=factories.make_segment(),
                                              **factories.what_kind_asks("product_update"))  # fmt: skip
    Announcement.objects.filter(author=lena, state__in=UNSENT).update(author=cast.maria)  # as a hand-over does
    announcements.submit_announcement(begun, by=cast.maria)
    refused(begun, lena, "wants another person")


def test_where_the_policy_lets_the_author_the_database_does_too(cast):
    ApprovalPolicy.objects.update(needs_another_person=False)
    begun = submitted(cast)
    announcements.approve_announcement(begun, by=cast.maria, version=1)
    assert begun.state == State.APPROVED


def test_a_policy_that_has_become_stricter_holds_for_what_waits(cast):
    ApprovalPolicy.objects.update(needs_another_person=False)
    begun = submitted(cast)
    ApprovalPolicy.objects.update(needs_another_person=True)
    refused(begun, cast.maria, "wants another person")


def test_the_second_of_two_is_told_who_was_quicker(cast, lena):
    begun = submitted(cast)
    announcements.approve_announcement(Announcement.objects.get(pk=begun.pk), by=cast.arthur, version=1)
    with pytest.raises(Refused, match="Arthur Voss approved version 1 just before"):
        announcements.approve_announcement(begun, by=lena, version=1)
    assert Approval.objects.get().by == cast.arthur


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_at_once_make_one_approval(cast, lena):
    begun = submitted(cast)
    told, together = [], threading.Barrier(2)

    def approve(by) -> None:
        together.wait()
        try:
            announcements.approve_announcement(Announcement.objects.get(pk=begun.pk), by=by, version=1)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[by]) for by in (cast.arthur, lena)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Approval.objects.count() == 1
    assert len(told) == 1
    assert "just before" in told[0]


def test_an_approver_sees_what_waits_with_its_deadline_and_not_what_they_approved(cast, client, lena):
    ApprovalPolicy.objects.update(deadline_hours=24, approvers=2)
    begun = submitted(cast)
    client.force_login(cast.arthur)
    home = client.get(reverse("admin:index")).content.decode()
    assert "version 1, waits for approval" in home
    assert "to be approved by" in home
    page = client.get(reverse("admin:communications_announcement_page", args=[begun.public_id])).content.decode()
    assert "To be approved by" in page
    assert "2 approvals are missing" in page
    client.post(reverse("admin:communications_announcement_act", args=[begun.public_id, "approve"]), {"version": 1})
    assert "waits for approval" not in client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse("admin:communications_announcement_page", args=[begun.public_id])).content.decode()
    assert "Arthur Voss approved it on" in page
    assert "1 approval is missing" in page


def test_the_composer_says_what_will_be_asked_for(cast, client, legal):
    ApprovalPolicy.objects.update(approvers=2, group=legal, deadline_hours=48)
    client.force_login(cast.maria)
    page = client.get(reverse("admin:communications_announcement_change", args=[draft(cast).public_id])).content.decode()
    assert "2 people have to approve it. Who may: “Legal”. They have 48 hours." in page


def test_a_remark_names_its_passage_is_answered_and_settled(cast, client):
    begun = submitted(cast)
    client.force_login(cast.arthur)
    page = reverse("admin:communications_announcement_version", args=[begun.public_id, 1])
    add = reverse("admin:communications_announcement_remarks", args=[begun.public_id, 1])
    wrong = client.post(add, {"text": "Which notes?", "quote": "nowhere to be found"})
    assert wrong.status_code == 422
    assert "Which notes?" in wrong.content.decode()
    assert ReviewComment.objects.count() == 0
    client.post(add, {"text": "Which notes?", "quote": "read [the notes]"})
    remark = ReviewComment.objects.get()

    client.force_login(cast.maria)
    shown = client.get(reverse("admin:communications_announcement_page", args=[begun.public_id])).content.decode()
    assert "1 open remark on its words" in shown

    def move(verb: str) -> str:
        return reverse("admin:communications_announcement_remark", args=[begun.public_id, remark.public_id, verb])

    client.post(move("reply"), {"text": "Those of Aurora 3."})
    client.post(move("settle"))
    shown = client.get(page).content.decode()
    for said in ("Which notes?", "read [the notes]", "Those of Aurora 3.", "settled by Maria Lund"):
        assert said in shown
    assert client.post(move("settle")).status_code == 409
    client.post(move("reopen"))
    remark.refresh_from_db()
    assert remark.settled_at is None
    assert client.post(move("burn")).status_code == 404


def test_a_remark_of_another_announcement_is_absent(cast, client):
    begun, other = submitted(cast), submitted(cast, "Other")
    remark = comments.remark_on_version(other, 1, by=cast.arthur, text="Hm.")
    client.force_login(cast.arthur)
    address = reverse("admin:communications_announcement_remark", args=[begun.public_id, remark.public_id, "settle"])
    assert client.post(address).status_code == 404
    with pytest.raises(Invalid):
        comments.remark_on_version(begun, 1, by=cast.arthur, text=" ")
    with pytest.raises(Refused):
        comments.remark_on_version(begun, 7, by=cast.arthur, text="Hm.")


def test_a_role_that_may_not_approve_is_refused_before_any_policy(cast, client):
    begun = submitted(cast)
    writer = factories.make_user("will@vendor.example", roles=("Author",))
    client.force_login(writer)
    client.post(reverse("admin:communications_announcement_act", args=[begun.public_id, "approve"]), {"version": 1})
    begun.refresh_from_db()
    assert begun.state == State.SUBMITTED
    assert issubclass(NotAllowed, Refused)
