"""Into the portal: invited, reminded, joined; and every way in which a link must not open."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from activity.models import Activity
from activity.refusals import NotAllowed, Refused
from partners.actions.contacts import change_contact, end_contact
from partners.actions.invitations import (
    accept_invitation,
    invite_contact,
    invite_contacts,
    resend_invitation,
    withdraw_invitation,
)
from partners.models import Invitation
from partners.queries.invitations import EXPIRED, INVITED, JOINED, NOT_INVITED, people_of
from tests.factories import make_contact

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture
def tess(cast):
    return make_contact(cast.alpenglow, "Tess New", "tess@alpenglow.example")


def test_an_invitation_is_mailed_and_opens_the_portal(cast, tess, mailoutbox, client):
    invitation, token = invite_contact(tess, by=cast.maria)
    (mail,) = mailoutbox
    assert mail.subject == "Vendor invites you to the partner portal"
    assert f"/invitations/{token}/" in mail.body
    assert f"/invitations/{token}/" in mail.alternatives[0][0]
    assert token not in str(Invitation.objects.values_list().get())

    assert client.get(f"/invitations/{token}/").status_code == 200
    response = client.post(f"/invitations/{token}/", {"name": "Tess Newman", "password": PASSWORD})
    assert response.status_code == 302
    tess.refresh_from_db()
    assert (tess.name, tess.user.email) == ("Tess Newman", "tess@alpenglow.example")
    assert tess.user.check_password(PASSWORD)
    assert int(client.session["_auth_user_id"]) == tess.user_id
    assert Activity.objects.filter(verb="contact.joined", partner_id=cast.alpenglow.pk).exists()


def test_without_a_password_the_login_has_none(cast, tess):
    _invitation, token = invite_contact(tess, by=cast.maria)
    assert not accept_invitation(token, name="Tess").user.has_usable_password()


def test_a_weak_password_is_refused_on_the_page_and_nobody_joins(cast, tess, client):
    _invitation, token = invite_contact(tess, by=cast.maria)
    response = client.post(f"/invitations/{token}/", {"name": "Tess", "password": "short"})
    assert response.status_code == 422
    assert "at least 10 characters" in response.content.decode()
    assert not User.objects.filter(email=tess.email).exists()


def test_a_link_opens_once(cast, tess):
    _invitation, token = invite_contact(tess, by=cast.maria)
    accept_invitation(token, name="Tess")
    with pytest.raises(Refused, match="already been used"):
        accept_invitation(token, name="Mallory")
    tess.refresh_from_db()
    assert tess.name == "Tess"


def test_a_resent_invitation_ends_the_older_link(cast, tess, mailoutbox):
    invitation, old = invite_contact(tess, by=cast.maria)
    again, new = resend_invitation(invitation, by=cast.maria)
    assert (again.pk, again.times_sent, len(mailoutbox)) == (invitation.pk, 2, 2)
    with pytest.raises(Refused, match="a newer one was sent"):
        accept_invitation(old, name="Tess")
    assert accept_invitation(new, name="Tess") == tess


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda i, by: Invitation.objects.filter(pk=i.pk).update(expires_at=timezone.now() - timedelta(days=1)), "expired on"),
        (lambda i, by: withdraw_invitation(i, by=by), "was withdrawn"),
        (lambda i, by: end_contact(i.contact, by=by), "withdrawn"),
        (lambda i, by: change_contact(i.contact, by=by, email="other@alpenglow.example"), "withdrawn"),
    ],
    ids=["expired", "withdrawn", "left", "address changed"],
)
def test_a_link_that_no_longer_holds_says_why(cast, tess, client, spoil, said):
    invitation, token = invite_contact(tess, by=cast.maria)
    spoil(invitation, cast.maria)
    for response in (client.get(f"/invitations/{token}/"), client.post(f"/invitations/{token}/", {"name": "Tess"})):
        assert response.status_code == 410
        assert said in response.content.decode()
    tess.refresh_from_db()
    assert tess.user is None


def test_an_invented_link_opens_nothing(cast, client):
    assert client.get("/invitations/invented/").status_code == 410


def test_whoever_works_for_two_partners_joins_with_their_own_login(cast, client):
    nora_at_baltic = make_contact(cast.baltic, "Nora Berg", "nora@alpenglow.example")
    _invitation, token = invite_contact(nora_at_baltic, by=cast.maria)
    with pytest.raises(Refused, match="Sign in with it"):
        accept_invitation(token, name="Nora")
    with pytest.raises(NotAllowed, match="you are signed in as sven"):
        accept_invitation(token, name="Nora", user=cast.sven.user)
    page = client.get(f"/invitations/{token}/").content.decode()
    assert "/accounts/login/?next=%2Finvitations%2F" in page

    client.force_login(cast.sven.user)
    assert client.post(f"/invitations/{token}/").status_code == 403
    nora_at_baltic.refresh_from_db()
    assert nora_at_baltic.user is None

    client.force_login(cast.nora.user)
    assert client.post(f"/invitations/{token}/").status_code == 302
    nora_at_baltic.refresh_from_db()
    assert nora_at_baltic.user == cast.nora.user


def test_a_managers_login_does_not_become_a_partners(cast):
    contact = make_contact(cast.baltic, "Maria", "maria@vendor.example")
    _invitation, token = invite_contact(contact, by=cast.arthur)
    with pytest.raises(NotAllowed, match="cannot join"):
        accept_invitation(token, name="Maria", user=cast.maria)


def test_many_are_invited_and_those_left_out_are_named(cast, tess, mailoutbox):
    nameless = make_contact(cast.alpenglow, "No Mail", "")
    invited = invite_contacts([tess, cast.nora, nameless], by=cast.maria)
    assert [invitation.contact for invitation in invited.sent] == [tess]
    assert [sentence for _contact, sentence in invited.refused] == [
        "Nora Berg has already joined.",
        "No Mail has no e-mail address. Add one first.",
    ]
    assert len(mailoutbox) == 1
    [(_tess, said)] = invite_contacts([tess], by=cast.maria).refused
    assert said.endswith(
        f"was invited on {date_format(timezone.localdate())} and has not joined yet. Resend the invitation instead."
    )


def test_when_the_mail_server_refuses_nobody_counts_as_invited(cast, tess, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(Refused, match="did not take the invitation"):
        invite_contact(tess, by=cast.maria)
    assert not Invitation.objects.exists()
    assert not Activity.objects.exists()


def test_the_list_says_who_was_invited_joined_and_seen(cast, tess):
    late = make_contact(cast.alpenglow, "Late", "late@alpenglow.example")
    make_contact(cast.alpenglow, "Quiet", "quiet@alpenglow.example")
    invite_contact(tess, by=cast.maria)
    invitation, _token = invite_contact(late, by=cast.maria)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    states = {person.contact.name: person.state for person in people_of(cast.alpenglow)}
    assert states == {"Ben Ott": JOINED, "Nora Berg": JOINED, "Late": EXPIRED, "Quiet": NOT_INVITED, "Tess New": INVITED}
