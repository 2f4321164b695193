"""Nora runs Alpenglow's side: who joins, what they do, who leaves and to whom it goes, and who has not read what they must."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activity.actions.tasks import create_task
from activity.models import Activity, Task
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions.preferences import set_preference
from communications.actions.reading_reminders import remind_to_read, send_reading_reminders
from communications.actions.reminders import reminder_topic
from communications.models import Acknowledgement, Attention, AttentionPolicy, Question, ReadingReminder
from communications.queries.must_read import must_read_of
from partners.actions.colleagues import change_colleague, remove_colleague
from partners.actions.invitations import accept_invitation, invite_contact
from partners.models import Contact
from partners.queries.colleagues import admins_of, moving_with
from tests import factories, portal_story
from tests.clients import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nora(cast):
    return signed_in(cast.nora.user)


@pytest.fixture
def in_hand(cast):
    """What Ben has to do: a task, and a question that nobody answered."""
    announcement = portal_story.announce(cast, "Aurora 3 is here", cast.ben, cast.nora)
    create_task("Name a trainer", by=cast.maria, partner_id=cast.alpenglow.pk, owner=cast.ben.user, is_shared=True)
    Question.objects.create(announcement=announcement, contact=cast.ben, partner=cast.alpenglow, text="From when on?")
    Question.objects.create(
        announcement=announcement, contact=cast.ben, partner=cast.alpenglow, text="Answered.", answered_at=timezone.now()
    )
    return announcement


# What they do, and who is an admin.


def test_nora_says_what_ben_does_and_makes_him_an_admin(cast, nora):
    page = reverse("portal:colleague", args=[cast.ben.public_id])
    assert nora.get(page).status_code == 200
    assert nora.post(page, {"functions": ["nonsense"]}).status_code == 422
    assert nora.post(page, {"functions": ["technical", "sales"], "is_partner_admin": "on"}).status_code == 302
    cast.ben.refresh_from_db()
    assert (cast.ben.functions, cast.ben.is_partner_admin) == (["technical", "sales"], True)
    assert signed_in(cast.ben.user).get(page).status_code == 200


def test_only_admins_and_only_their_own_people(cast, nora):
    ben, foreign = signed_in(cast.ben.user), reverse("portal:colleague", args=[cast.sven.public_id])
    assert ben.get(reverse("portal:colleague", args=[cast.nora.public_id])).status_code == 403
    assert (nora.get(foreign).status_code, nora.post(foreign, {"functions": []}).status_code) == (404, 404)
    assert nora.post(reverse("portal:leave", args=[cast.sven.public_id])).status_code == 404
    with pytest.raises(NotAllowed):
        change_colleague(cast.nora, by=cast.ben, functions=[], is_partner_admin=False)
    with pytest.raises(Refused, match="does not work for"):
        remove_colleague(cast.sven, by=cast.nora)
    assert Contact.objects.current().count() == 3


def test_a_partner_is_never_without_an_admin_who_can_sign_in(cast):
    for act in (
        lambda: change_colleague(cast.nora, by=cast.nora, functions=["sales"], is_partner_admin=False),
        lambda: remove_colleague(cast.nora, by=cast.nora),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "last_admin"
    ida = factories.make_contact(cast.alpenglow, "Ida Falk", "ida@alpenglow.example")
    with pytest.raises(Refused, match="has not joined yet"):
        change_colleague(ida, by=cast.nora, functions=[], is_partner_admin=True)
    Contact.objects.filter(pk=ida.pk).update(is_partner_admin=True)  # an admin who cannot sign in is none
    with pytest.raises(Refused, match="the only portal admin"):
        remove_colleague(cast.nora, by=cast.nora)
    change_colleague(cast.ben, by=cast.nora, functions=["technical"], is_partner_admin=True)
    remove_colleague(cast.nora, by=cast.nora, to=None)
    assert [each.name for each in admins_of(cast.alpenglow)] == ["Ben Ott"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_two_admins_who_remove_each_other_leave_one(cast):
    Contact.objects.filter(pk=cast.ben.pk).update(is_partner_admin=True)
    together, refused = threading.Barrier(2), []

    def remove(by: Contact, other: Contact) -> None:
        together.wait()
        try:
            remove_colleague(other, by=by)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((cast.nora, cast.ben), (cast.ben, cast.nora))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (admins_of(cast.alpenglow).count(), len(refused)) == (1, 1)


# Leaving.


def test_what_moves_is_shown_before_and_goes_to_who_was_named(cast, nora, in_hand):
    assert [(one.label, one.count) for one in moving_with(cast.ben)] == [("Open tasks", 1), ("Questions without an answer", 1)]
    page = reverse("portal:leave", args=[cast.ben.public_id])
    shown = nora.get(page).content.decode()
    assert "Name a trainer" in shown
    assert "From when on?" in shown
    assert nora.post(page, {}).status_code == 422
    assert nora.post(page, {"to": str(cast.sven.public_id)}).status_code == 422
    cast.ben.refresh_from_db()
    assert (cast.ben.left_on, Task.objects.get().owner) == (None, cast.ben.user)
    assert nora.post(page, {"to": str(cast.nora.public_id)}).status_code == 302
    cast.ben.refresh_from_db()
    assert cast.ben.left_on is not None
    assert (Task.objects.get().owner, Question.objects.open().get().contact) == (cast.nora.user, cast.nora)
    assert Question.objects.get(text="Answered.").contact == cast.ben  # history stays whole
    assert Activity.objects.filter(verb__in=("contact.left", "contact.handed_over"), partner_id=cast.alpenglow.pk).count() == 2


def test_with_something_in_hand_nobody_leaves_before_it_is_given_to_a_colleague(cast, in_hand):
    with pytest.raises(Invalid, match="Choose who takes over"):
        remove_colleague(cast.ben, by=cast.nora)
    with pytest.raises(Invalid, match="who uses the portal"):
        remove_colleague(cast.ben, by=cast.nora, to=cast.sven)
    assert (Contact.objects.get(pk=cast.ben.pk).left_on, Task.objects.get().owner) == (None, cast.ben.user)


def test_access_ends_at_once_and_every_session_with_it(cast):
    desk, phone, sven = signed_in(cast.ben.user), signed_in(cast.ben.user), signed_in(cast.sven.user)
    assert desk.get("/people/").status_code == phone.get("/people/").status_code == 200
    remove_colleague(cast.ben, by=cast.nora)
    for client in (desk, phone):
        assert client.get("/people/").url.startswith("/accounts/login/")
    assert sven.get("/people/").status_code == 200
    assert signed_in(cast.ben.user).get("/people/").status_code in (302, 403)


def test_who_works_for_another_partner_signs_in_again_and_sees_only_that_one(cast):
    factories.make_contact(cast.baltic, "Ben Ott", "ben@alpenglow.example", user=cast.ben.user)
    remove_colleague(cast.ben, by=cast.nora)
    cast.ben.user.refresh_from_db()
    page = signed_in(cast.ben.user).get("/people/").content.decode()
    assert "Sven Tamm" in page
    assert "Nora Berg" not in page


def test_an_invitation_of_one_partner_opens_no_other(cast, mailoutbox):
    """Whoever holds it, and whatever they send along: it names one contact of one partner."""
    tess = factories.make_contact(cast.alpenglow, "Tess New", "tess@alpenglow.example")
    _invitation, token = invite_contact(tess, by=cast.nora.user)
    sven = signed_in(cast.sven.user)
    address = f"/invitations/{token}/"
    assert (
        sven.post(address, {"name": "Sven", "partner": str(cast.baltic.public_id), "contact": str(cast.sven.public_id)}).status_code
        == 403
    )
    stranger = Client().post(address, {"name": "Tess", "password": "a long enough password", "partner": str(cast.baltic.public_id)})
    assert stranger.status_code == 302
    tess.refresh_from_db()
    assert (tess.partner, tess.user.email) == (cast.alpenglow, "tess@alpenglow.example")
    assert list(cast.baltic.contacts.values_list("user__email", flat=True)) == ["sven@baltic.example"]
    with pytest.raises(Refused, match="already been used"):
        accept_invitation(token, name="Sven", user=cast.sven.user)


# Who has not read.


@pytest.fixture
def asked(cast):
    return portal_story.announce(cast, "New price list", cast.nora, cast.ben, cast.sven, requires_acknowledgement=True)


def test_nora_sees_who_of_hers_has_not_acknowledged(cast, asked, nora):
    portal_story.announce(cast, "For reading only", cast.ben)
    Acknowledgement.objects.create(announcement=asked, contact=cast.nora, partner=cast.alpenglow, version=1)
    one = must_read_of(cast.alpenglow)
    assert [(each.title, each.acknowledged, [who.contact.name for who in each.waits]) for each in one] == [
        ("New price list", 1, ["Ben Ott"])
    ]
    page = nora.get(reverse("portal:reading")).content.decode()
    assert "Ben Ott" in page
    assert "Sven" not in page
    assert signed_in(cast.ben.user).get(reverse("portal:reading")).status_code == 403
    type(asked).objects.filter(pk=asked.pk).update(expires_at=timezone.now())
    assert must_read_of(cast.alpenglow) == []


def test_ben_is_reminded_once_a_day_by_mail(cast, asked, nora, sink):
    address = reverse("portal:remind_to_read", args=[cast.ben.public_id, asked.public_id])
    assert "is reminded by mail" in nora.post(address, follow=True).content.decode()
    assert "was reminded of this today" in nora.post(address, follow=True).content.decode()
    assert (send_reading_reminders(), send_reading_reminders()) == (1, 0)
    text = sink.to("ben@alpenglow.example").get_body(("plain",)).get_content()
    assert "Nora Berg reminds you: “New price list” waits for your acknowledgement." in text
    ReadingReminder.objects.update(day=timezone.localdate() - timedelta(days=1))
    remind_to_read(asked, cast.ben, by=cast.nora)
    assert ReadingReminder.objects.count() == 2


def test_a_reminder_waits_for_the_budget_and_is_dropped_once_it_is_needless(cast, asked, sink):
    AttentionPolicy.objects.update(per_day=1)
    Attention.objects.create(person="ben@alpenglow.example", taken=[timezone.now()])
    row = remind_to_read(asked, cast.ben, by=cast.nora)
    assert (send_reading_reminders(), sink.recipients) == (0, [])
    row.refresh_from_db()
    assert (row.state, row.not_before > timezone.now()) == ("waiting", True)
    Acknowledgement.objects.create(announcement=asked, contact=cast.ben, partner=cast.alpenglow, version=1)
    ReadingReminder.objects.update(not_before=timezone.now())
    Attention.objects.all().delete()
    assert (send_reading_reminders(), ReadingReminder.objects.get().state) == (0, "needless")


def test_who_wants_no_reminders_gets_none(cast, asked, sink):
    set_preference("ben@alpenglow.example", reminder_topic(), is_wanted=False, how="preferences")
    remind_to_read(asked, cast.ben, by=cast.nora)
    assert (send_reading_reminders(), ReadingReminder.objects.get().state) == (0, "needless")


def test_nobody_is_reminded_of_what_is_not_theirs(cast, asked, nora):
    for contact in (cast.sven, factories.make_contact(cast.alpenglow, "Ida", "ida@alpenglow.example", login=True)):
        assert nora.post(reverse("portal:remind_to_read", args=[contact.public_id, asked.public_id])).status_code == 404
    with pytest.raises(NotAllowed):
        remind_to_read(asked, cast.nora, by=cast.ben)
    with pytest.raises(NotAllowed):
        remind_to_read(asked, cast.sven, by=cast.nora)
    assert not ReadingReminder.objects.exists()


def test_pages_of_people_take_few_queries(cast, asked, in_hand, nora, django_assert_max_num_queries):
    for name, args in (
        ("reading", []), ("people", []), ("colleague", [cast.ben.public_id]), ("leave", [cast.ben.public_id])
    ):  # fmt: skip
        address = reverse(f"portal:{name}", args=args)
        nora.get(address)
        with django_assert_max_num_queries(12):
            assert nora.get(address).status_code == 200
