"""Tasks: made, taken, finished; shared ones in the portal; the home that gathers a manager's work; the morning's mail."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.actions import record_activity
from activity.actions.tasks import create_task, drop_task, finish_task, reassign_task, take_task
from activity.models import Activity, Task
from activity.refusals import Invalid, Refused
from partners.actions.contacts import end_contact
from partners.actions.invitations import invite_contact
from partners.actions.summaries import send_due_summaries
from partners.models import Certification, DailySummary, Enrolment, Invitation, PartnerCertification, SummaryRefusal
from partners.queries.needs import partner_needs
from partners.queries.tasks import tasks_visible_to
from partners.tasks import send_summaries
from tests import factories, portal_story

pytestmark = pytest.mark.django_db

HOME = "/admin/"


@pytest.fixture
def paul(cast):
    paul = factories.make_user("paul@vendor.example", name="Paul Reis", roles=("Partner manager",), time_zone="America/New_York")
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=paul)
    return paul


def task(cast, title="Send the price list", **fields) -> Task:
    return create_task(title, by=cast.maria, partner_id=cast.alpenglow.pk, **fields)


def test_a_task_is_taken_and_finished_once(cast, paul):
    free = task(cast)

    take_task(free, by=paul)
    with pytest.raises(Refused, match="Paul Reis has this task"):
        take_task(free, by=cast.maria)
    finish_task(free, by=paul)
    with pytest.raises(Refused, match="Paul Reis ended this task already"):
        drop_task(free, by=cast.maria)

    free.refresh_from_db()
    assert (free.state, free.ended_by, free.owner) == ("done", paul, paul)
    verbs = list(Activity.objects.filter(verb__startswith="task.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["task.created", "task.taken", "task.done"]


def test_a_task_is_passed_on(cast, paul):
    row = task(cast, owner=cast.maria)

    reassign_task(row, paul, by=cast.maria)
    assert Task.objects.get().owner == paul
    gone = factories.make_user("gone@vendor.example", roles=("Partner manager",), is_active=False)
    with pytest.raises(Invalid, match="can no longer sign in"):
        reassign_task(row, gone, by=cast.maria)
    assert Task.objects.get().owner == paul


@pytest.mark.parametrize(
    ("title", "shared", "words"), [(" ", False, "Say what"), ("x" * 201, False, "201"), ("Ok", True, "Choose")]
)
def test_a_task_without_sense_is_refused(cast, title, shared, words):
    with pytest.raises(Invalid, match=words):
        create_task(title, by=cast.maria, is_shared=shared)
    assert not Task.objects.exists()


def test_who_sees_which_tasks(cast, paul):
    internal, shared = task(cast), task(cast, "Name a trainer", is_shared=True)
    elsewhere = create_task("Call Baltic", by=cast.maria, partner_id=cast.baltic.pk, is_shared=True)

    def seen(user) -> set[Task]:
        return set(tasks_visible_to(user))

    assert seen(cast.maria) == {internal, shared, elsewhere}
    assert seen(paul) == {internal, shared}
    assert seen(cast.nora.user) == {shared}
    assert seen(cast.sven.user) == {elsewhere}


def test_the_partner_sees_shared_tasks_and_finishes_one(cast, client):
    task(cast, "Weigh their price")
    shared = task(cast, "Name a trainer", is_shared=True, owner=cast.maria, due_on=timezone.localdate())
    client.force_login(cast.nora.user)

    page = client.get("/tasks/").content.decode()
    assert "Name a trainer" in page
    assert "Weigh their price" not in page
    assert "Name a trainer" in client.get("/").content.decode()
    client.post(f"/tasks/{shared.public_id}/done/")

    shared.refresh_from_db()
    assert (shared.state, shared.ended_by) == ("done", cast.nora.user)


def test_an_internal_or_foreign_task_is_not_there_for_a_partner(cast, client):
    internal, shared = task(cast), task(cast, is_shared=True)
    for user, row in ((cast.nora.user, internal), (cast.sven.user, shared)):
        client.force_login(user)
        assert client.post(f"/tasks/{row.public_id}/done/").status_code == 404
    assert not Task.objects.exclude(state="open").exists()


def test_a_manager_adds_a_task_on_the_page_of_a_partner_and_ends_it_there(cast, client):
    client.force_login(cast.maria)
    client.post("/admin/activity/task/add/", {"title": "Book the room", "detail": "", "partner": str(cast.alpenglow.public_id),
                                              "owner": cast.maria.pk, "due_on": "2031-05-01", "is_shared": "on"})  # fmt: skip

    row = Task.objects.get()
    assert (row.partner_id, row.owner, row.is_shared) == (cast.alpenglow.pk, cast.maria, True)
    overview = f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/?tab=work"
    assert "Book the room" in client.get(overview).content.decode()
    response = client.post(reverse("admin:activity_task_move", args=[row.public_id, "done"]), {"next": overview})
    assert response["Location"] == overview
    row.refresh_from_db()
    assert row.state == "done"
    assert client.post(reverse("admin:activity_task_move", args=[row.public_id, "done"]), {"next": "https://evil.example/"})[
        "Location"
    ].startswith("/admin/")


def test_the_partner_of_a_task_is_typed_by_name(cast, client):
    client.force_login(cast.maria)
    asked = {"title": "Call", "detail": "", "owner": "", "due_on": ""}

    page = client.get(f"/admin/activity/task/add/?partner={cast.alpenglow.public_id}").content.decode()
    assert 'value="Alpenglow GmbH"' in page
    assert "There is no partner" in client.post("/admin/activity/task/add/", {**asked, "partner": "Nowhere"}).content.decode()
    factories.make_partner("Alpenglow GmbH", programme=cast.programme)
    assert "Several partners" in client.post("/admin/activity/task/add/", {**asked, "partner": "alpenglow gmbh"}).content.decode()
    assert not Task.objects.exists()
    client.post("/admin/activity/task/add/", {**asked, "partner": str(cast.alpenglow.public_id)})
    assert Task.objects.get().partner_id == cast.alpenglow.pk


def test_home_gathers_the_work_by_the_day_it_is_due(cast, client):
    portal_story.tell(cast)
    today = timezone.localdate()
    task(cast, "Later", owner=cast.maria, due_on=today + timedelta(days=9))
    task(cast, "Late", owner=cast.maria, due_on=today - timedelta(days=2))
    task(cast, "Somebody else's", owner=cast.arthur)
    client.force_login(cast.maria)

    response = client.get(HOME)

    assert [row.task.title for row in response.context["tasks"]] == ["Late", "Later"]
    page = response.content.decode()
    assert "late since" in page
    assert "1 certificate expires" in page


def test_what_runs_out_leads_to_all_of_it(cast, client):
    """One certificate leads to its partner, several to all of these partners; who has left holds none."""
    iso, today = Certification.objects.create(key="iso", name="ISO 9001"), timezone.localdate()
    for partner, contact, days in ((cast.alpenglow, None, 20), (cast.alpenglow, cast.ben, 30), (cast.baltic, None, -3)):
        PartnerCertification.objects.create(
            partner=partner, contact=contact, certification=iso, expires_on=today + timedelta(days=days)
        )
    client.force_login(cast.maria)

    def door(words: str) -> str:
        [need] = [need for need in partner_needs(cast.maria) if words in need.sentence]
        return need.url

    def behind(address: str) -> list:
        return list(client.get(address).context["cl"].queryset)

    assert behind(door("2 certificates expire within 60 days")) == [cast.alpenglow]
    assert behind("/admin/partners/partner/?certificates=expired") == [cast.baltic]
    end_contact(cast.ben, by=cast.maria)
    assert str(cast.alpenglow.public_id) in door("1 certificate expires within 60 days")

    ida = factories.make_contact(cast.baltic, "Ida Ek", "ida@baltic.example")
    old, _token = invite_contact(ida, by=cast.maria)
    fresh, _token = invite_contact(factories.make_contact(cast.baltic, "Olaf Ek", "olaf@baltic.example"), by=cast.maria)
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(days=1))
    assert behind(door("1 invitation expired unanswered")) == [old]
    assert behind("/admin/partners/invitation/?state=open") == [fresh]


def test_home_tells_once_what_happened_to_many_and_of_whom(cast, client):
    for partner in (cast.alpenglow, cast.baltic):
        record_activity("journey.notified", "Journey “Renewal”: They have not signed", by=None, partner_id=partner.pk)
    record_activity("journey.notified", "Journey “Welcome”: Say hello", by=None, partner_id=cast.baltic.pk)
    client.force_login(cast.maria)

    lately = client.get(HOME).content.decode().partition("Lately")[2]
    assert lately.count("They have not signed") == 1
    assert "Baltic Cloud OÜ and 1 other<" in lately
    assert lately.index("Say hello") < lately.index("They have not signed")


def test_home_asks_the_database_little_whatever_there_is(cast, client, django_assert_max_num_queries):
    portal_story.tell(cast)
    for n in range(12):
        partner = factories.make_partner(f"Partner {n}", programme=cast.programme)
        create_task(f"Task {n}", by=cast.maria, partner_id=partner.pk, owner=cast.maria)
    client.force_login(cast.maria)
    client.get(HOME)

    with django_assert_max_num_queries(15):
        client.get(HOME)


def test_the_work_tab_asks_the_same_for_many_tasks(cast, client, django_assert_max_num_queries):
    portal_story.tell(cast)
    for n in range(12):
        task(cast, f"Task {n}", owner=cast.maria)
    client.force_login(cast.maria)
    page = f"/admin/partners/partner/{cast.alpenglow.public_id}/overview/?tab=work"
    client.get(page)

    with django_assert_max_num_queries(19):
        assert "Task 11" in client.get(page).content.decode()


def test_the_list_of_tasks_asks_little_however_long(cast, client, django_assert_max_num_queries):
    for n in range(30):
        task(cast, f"Task {n}", owner=cast.maria)
    client.force_login(cast.maria)
    client.get("/admin/activity/task/")

    with django_assert_max_num_queries(12):
        page = client.get("/admin/activity/task/").content.decode()
    assert "Task 29" in page
    assert "Alpenglow" in page


# --- The morning's mail -----------------------------------------------------------------------------------------------


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute, tzinfo=UTC)


def test_the_summary_comes_at_eight_in_the_managers_morning_and_once(cast, paul, sink):
    task(cast, "Send the price list", owner=paul, due_on=timezone.localdate())

    send_due_summaries(at(12, 59))  # 07:59 in New York
    assert "paul@vendor.example" not in sink.recipients
    for _again in range(2):
        send_due_summaries(at(13, 1))

    assert sink.recipients.count("paul@vendor.example") == 1
    assert "Send the price list" in sink.to("paul@vendor.example").get_body(("plain",)).get_content()
    assert DailySummary.objects.get(manager=paul).sent_at is not None


def test_nothing_to_tell_is_not_told_and_not_looked_at_again(cast, sink):
    cast.arthur.groups.clear()

    send_due_summaries(at(9))
    create_task("Afterwards", by=cast.maria, owner=cast.arthur)
    send_due_summaries(at(10))

    assert "arthur@vendor.example" not in sink.recipients
    assert DailySummary.objects.get(manager=cast.arthur).sent_at is None


def test_who_does_not_want_it_says_so_in_the_settings(cast, client, sink):
    task(cast, owner=cast.maria)
    client.force_login(cast.maria)
    assert "Mail me each morning" in client.get("/profile/").content.decode()

    client.post("/profile/", {"name": "Maria Lund", "language": "en", "time_zone": "Europe/Berlin"})

    assert SummaryRefusal.objects.get().manager == cast.maria
    send_summaries()
    assert "maria@vendor.example" not in sink.recipients
    client.post("/profile/", {"name": "Maria Lund", "language": "en", "time_zone": "Europe/Berlin", "daily_summary": "on"})
    assert not SummaryRefusal.objects.exists()


def test_a_mail_server_that_fails_is_asked_again(cast, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    task(cast, owner=cast.maria)

    assert send_due_summaries(at(12)) == 0
    assert not DailySummary.objects.filter(manager=cast.maria).exists()
