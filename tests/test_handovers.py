"""A portfolio passes to another manager on a day, and is covered while its manager is away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.actions.tasks import create_task
from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from communications.admin.needs import communication_needs
from communications.models import Announcement, Question
from context.actions.reviews import create_review
from context.models import Review
from partners.actions.handovers import cancel_cover, cancel_handover, cover_leave, do_due_handovers, do_handover, plan_handover
from partners.models import Enrolment, Handover, LeaveCover, Partner
from partners.queries.handovers import preview_handover
from partners.queries.needs import partner_needs
from partners.queries.tasks import tasks_to_do
from partners.tasks import hand_over
from tests import factories, portal_story

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
WHOLE = (
    ("Open tasks", 2), ("Open reviews", 1), ("Open questions", 1), ("Journeys", 0),
    ("Notices of journeys", 0), ("Conversations", 0), ("Promises of cadence", 0),
    ("Announcements to answer for", 1), ("Announcements not sent yet", 1), ("Open alerts", 0), ("Alert rules", 0),
)  # fmt: skip


@pytest.fixture
def paul(cast):
    paul = factories.make_user("paul@vendor.example", name="Paul Reis", roles=("Partner manager",))
    Enrolment.objects.all().update(manager=paul)
    return paul


@pytest.fixture
def olga(cast):
    return factories.make_user("olga@vendor.example", name="Olga Maas", roles=("Partner manager",))


@pytest.fixture
def open_work(cast, paul):
    announcement = portal_story.announce(cast, "Aurora 3", cast.ben)
    question = Question.objects.create(
        announcement=announcement, contact=cast.ben, partner=cast.alpenglow, text="When?", assigned_to=paul
    )
    factories.make_announcement("Aurora 4", programme=cast.programme, segment=announcement.segment, author=paul)
    out = {"state": "sent", "frozen_at": timezone.now()}
    factories.make_announcement("Aurora 2", programme=cast.programme, segment=announcement.segment, author=paul, **out)
    dates = {"period_start": TODAY - timedelta(days=90), "period_end": TODAY}
    create_review(cast.alpenglow, cast.programme, by=paul, title="Quarter", metrics=[("revenue", "EUR")], **dates)
    create_task("Write the plan", by=paul, owner=paul)
    return question, create_task("Call", by=cast.maria, partner_id=cast.alpenglow.pk, owner=paul)


def test_the_preview_says_what_moves_and_moves_nothing(cast, paul, open_work):
    preview = preview_handover(paul)

    assert (preview.partners, preview.enrolments, preview.others) == (2, 2, WHOLE)
    assert {count for _label, count in preview_handover(paul, partners=[cast.baltic]).others} == {0}
    only_here = dict(preview_handover(paul, programme=cast.programme).others)
    assert only_here == {label: min(count, 1) for label, count in WHOLE}
    elsewhere = factories.make_programme("makers")
    assert {count for _label, count in preview_handover(paul, programme=elsewhere).others} == {0}
    assert Enrolment.objects.filter(manager=paul).count() == 2


def test_on_the_day_everything_moves_and_before_it_nothing(cast, paul, olga, open_work):
    later = plan_handover(paul, olga, by=cast.maria, on_day=TODAY + timedelta(days=3))
    hand_over()
    assert Enrolment.objects.filter(manager=paul).count() == 2

    Handover.objects.filter(pk=later.pk).update(on_day=TODAY - timedelta(days=1))
    hand_over()

    question, task = open_work
    question.refresh_from_db()
    task.refresh_from_db()
    assert set(Enrolment.objects.values_list("manager", flat=True)) == {olga.pk}
    assert (question.assigned_to, task.owner) == (olga, olga)
    later.refresh_from_db()
    assert later.state == "done"
    assert later.moved == {"enrolments": 2, "partners": 2, "tasks": 2, "reviews": 1, "questions": 1, "conversations": 0,
                           "journeys": 0, "journey_notices": 0,
                           "announcements": 1, "announcements_to_review": 1, "cadences": 0, "alerts": 0,
                           "alert_rules": 0}  # fmt: skip
    assert (Announcement.objects.get(title="Aurora 4").author, Review.objects.get().manager) == (olga, olga)
    assert Announcement.objects.get(title="Aurora 3").author == cast.maria
    sent = Announcement.objects.get(title="Aurora 2")
    assert (sent.author, sent.owner) == (paul, olga)
    assert Activity.objects.filter(verb="enrolment.changed").count() == 2
    assert Activity.objects.get(verb="handover.done").actor == cast.maria
    assert do_due_handovers() == 0


def test_only_the_named_partners_move(cast, paul, olga, open_work):
    do_handover(plan_handover(paul, olga, by=cast.maria, on_day=TODAY, partners=[cast.baltic]))

    assert Enrolment.objects.get(partner=cast.baltic).manager == olga
    assert Enrolment.objects.get(partner=cast.alpenglow).manager == paul
    open_work[1].refresh_from_db()
    assert open_work[1].owner == paul


def test_cancelled_before_the_day_it_does_not_happen(cast, paul, olga):
    handover = plan_handover(paul, olga, by=cast.maria, on_day=TODAY)

    cancel_handover(handover, by=cast.maria)

    assert do_due_handovers() == 0
    with pytest.raises(Refused, match="cancelled already"):
        do_handover(handover)
    assert Enrolment.objects.filter(manager=paul).count() == 2


def test_what_makes_no_sense_is_refused(cast, paul, olga):
    nobody = factories.make_user("left@vendor.example", roles=("Partner manager",), is_active=False)
    for arguments, words in (
        ({"to_manager": paul}, "somebody else"),
        ({"to_manager": nobody}, "no manager who can sign in"),
        ({"on_day": TODAY - timedelta(days=1)}, "That day is over"),
        ({"from_manager": olga, "to_manager": paul}, "nothing to hand over"),
    ):
        with pytest.raises(Invalid, match=words):
            plan_handover(**{"from_manager": paul, "to_manager": olga, "by": cast.maria, "on_day": TODAY, **arguments})
    assert not Handover.objects.exists()


def test_maria_plans_it_in_the_admin_after_looking(cast, paul, olga, client):
    client.force_login(cast.maria)
    asked = {"from_manager": paul.pk, "to_manager": olga.pk, "on_day": str(TODAY + timedelta(days=1))}

    page = client.get("/admin/partners/handover/plan/", asked).content.decode()
    assert "Hand 2 partners over to Olga Maas" in page
    assert not Handover.objects.exists()
    client.post("/admin/partners/handover/plan/", asked)

    assert Handover.objects.get().state == "planned"
    client.post("/admin/partners/handover/", {"action": "cancel", "_selected_action": [Handover.objects.get().pk]})
    assert Handover.objects.get().state == "cancelled"


def test_who_has_left_the_house_can_still_hand_over(cast, paul, olga, client):
    """Paul can no longer sign in; his partners wait for somebody."""
    paul.is_active = False
    paul.save()
    client.force_login(cast.maria)
    asked = {"from_manager": paul.pk, "to_manager": olga.pk, "on_day": str(TODAY)}
    assert "Hand 2 partners over to Olga Maas" in client.get("/admin/partners/handover/plan/", asked).text
    client.post("/admin/partners/handover/plan/", asked)
    assert do_due_handovers() == 1
    assert set(Enrolment.objects.values_list("manager", flat=True)) == {olga.pk}
    assert client.get("/admin/partners/handover/plan/", asked).status_code == 422  # nothing is his any more


def test_one_that_could_not_happen_is_told_on_the_first_page(cast, paul, olga):
    handover = plan_handover(paul, olga, by=cast.maria, on_day=TODAY)
    olga.is_active = False
    olga.save()
    assert do_due_handovers() == 0
    Handover.objects.filter(pk=handover.pk).update(on_day=TODAY - timedelta(days=1))
    told = {need.sentence: need for need in partner_needs(cast.maria)}
    assert "can no longer sign in" in told["1 hand-over did not happen on its day"].detail
    assert set(Enrolment.objects.values_list("manager", flat=True)) == {paul.pk}


def test_the_cover_sees_and_is_fed_the_absent_managers_portfolio(cast, paul, olga, open_work):
    assert not Partner.objects.visible_to(olga).exists()

    cover = cover_leave(paul, olga, by=paul, starts_on=TODAY, ends_on=TODAY + timedelta(days=5))

    assert set(Partner.objects.visible_to(olga)) == {cast.alpenglow, cast.baltic}
    assert list(tasks_to_do(olga)) == [open_work[1]]
    assert "1 partner's question" in next(communication_needs(olga)).sentence
    cancel_cover(cover, by=paul)
    assert not Partner.objects.visible_to(olga).exists()


def test_a_cover_holds_on_its_days_alone(cast, paul, olga):
    for first, last in ((-9, -1), (1, 9)):
        days = {"starts_on": TODAY + timedelta(days=first), "ends_on": TODAY + timedelta(days=last)}
        LeaveCover.objects.create(manager=paul, cover=olga, **days)

    assert not Partner.objects.visible_to(olga).exists()


def test_nobody_lets_themselves_into_anothers_portfolio(cast, paul, olga, client):
    with pytest.raises(NotAllowed):
        cover_leave(paul, olga, by=olga, starts_on=TODAY, ends_on=TODAY)
    client.force_login(olga)
    client.post("/admin/partners/leavecover/add/",
                {"manager": paul.pk, "cover": olga.pk, "starts_on": str(TODAY), "ends_on": str(TODAY)})  # fmt: skip

    assert not LeaveCover.objects.exists()
    assert client.get("/admin/partners/handover/plan/").status_code == 403
