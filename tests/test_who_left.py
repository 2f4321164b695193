"""Somebody leaves a partner: what they hold goes with them everywhere at once, and they may come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Refused
from context.rules import compile_rules
from partners.actions.certifications import add_certification
from partners.actions.colleague_requests import accept_colleague
from partners.actions.contacts import change_contact, end_contact, return_contact
from partners.actions.invitations import accept_invitation, invite_contact
from partners.models import Certification, ColleagueRequest, Contact, PartnerProfile
from portal.queries.example_questions import example_questions
from portal.queries.own_questions import own_answer
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def certified(cast):
    """Ben holds a certificate that runs out in eleven weeks."""
    Certification.objects.create(key="aurora-seller", name="Aurora Seller")
    end = timezone.localdate() + timedelta(days=80)
    return add_certification(
        cast.alpenglow, by=cast.maria, contact=cast.ben, certification="aurora-seller", expires_on=end, source="On file"
    )


def told_of(user, client, contact) -> list[str]:
    """Everywhere in the portal where a partner's certificates are counted."""
    client.force_login(user)
    home = client.get("/").context["home"]
    said, _page = own_answer("When do our certificates expire?", contact, reader=user)
    organisation = client.get("/organisation/").content.decode()
    counted = {
        "home": home.certificates.valid,
        "needs": any("Aurora Seller" in need.title for need in home.needs),
        "assistant": any("Aurora Seller" in sentence.text for sentence in said),
        "example": "When do our certificates expire?" in example_questions(user, contact),
        "organisation": "Aurora Seller" in organisation,
        "profile": "aurora-seller" in PartnerProfile.objects.get(partner=contact.partner).certifications,
        "rules": compile_rules(RULE, {"all": []}).partners().exists(),
    }
    return [name for name, there in counted.items() if there]


RULE = {"all": [{"field": "certification.key", "op": "eq", "value": "aurora-seller"}]}


def test_a_certificate_goes_with_the_person_everywhere(cast, client, certified):
    assert told_of(cast.nora.user, client, cast.nora) == [
        "home", "needs", "assistant", "example", "organisation", "profile", "rules",
    ]  # fmt: skip
    end_contact(cast.ben, by=cast.maria)
    assert told_of(cast.nora.user, client, cast.nora) == []


def test_the_page_on_which_he_leaves_names_what_goes_with_him(cast, client, certified):
    client.force_login(cast.nora.user)
    page = client.get(f"/people/{cast.ben.public_id}/leave/").content.decode()
    assert "Certificates that go with them" in page
    assert "Aurora Seller" in page
    assert "They no longer count for Alpenglow GmbH; your tier may change by it." in page


def test_nora_adds_ben_again_and_he_is_back_by_a_new_invitation(cast, client, certified):
    end_contact(cast.ben, by=cast.maria)
    client.force_login(cast.nora.user)
    page = client.post("/people/add/", {"name": "Ben Ott", "email": "BEN@alpenglow.example", "functions": ["quality"]}, follow=True)
    assert "Ben Ott is back and invited." in page.content.decode()
    ben = Contact.objects.get(pk=cast.ben.pk)
    assert (ben.left_on, ben.user, ben.functions) == (None, None, ["quality"])
    assert not Contact.objects.of_login(cast.ben.user).exists()  # access comes with the invitation only
    told = Activity.objects.get(verb="contact.returned")
    assert (told.sentence, told.actor) == ("Ben Ott is back at Alpenglow GmbH", cast.nora.user)
    assert "profile" in told_of(cast.nora.user, client, cast.nora)
    invitation = ben.invitations.get(withdrawn_at=None)
    assert invitation.email == "ben@alpenglow.example"


def test_his_old_login_opens_the_new_invitation_and_an_old_one_opens_nothing(cast):
    end_contact(cast.ben, by=cast.maria)
    ben = return_contact(cast.ben, by=cast.maria)
    _invitation, token = invite_contact(ben, by=cast.maria)
    assert accept_invitation(token, name="Ben Ott", user=cast.ben.user).user == cast.ben.user
    with pytest.raises(Refused, match="Ben Ott works for Alpenglow GmbH"):
        return_contact(ben, by=cast.maria)


def test_an_admin_who_comes_back_is_no_admin(cast):
    end_contact(cast.nora, by=cast.maria)
    assert not return_contact(Contact.objects.get(pk=cast.nora.pk), by=cast.maria).is_partner_admin


def test_by_api_the_same_person_comes_back(cast):
    end_contact(cast.ben, by=cast.maria)
    api = integrator(cast.maria)
    made = api.post("contacts/", {"partner": str(cast.alpenglow.public_id), "name": "Ben Ott", "email": "ben@alpenglow.example"})
    assert (made.status_code, made.json()["id"], made.json()["left_on"]) == (201, str(cast.ben.public_id), None)
    assert made.json()["functions"] == ["technical"]  # what nobody said stays


def test_who_asks_to_join_again_is_let_in(cast):
    end_contact(cast.ben, by=cast.maria)
    asked = ColleagueRequest.objects.create(
        name="Ben Ott", email="ben@alpenglow.example", partner=cast.alpenglow, state="confirmed", confirmed_at=timezone.now()
    )
    assert accept_colleague(asked, by=cast.nora) == cast.ben


def test_maria_brings_him_back_on_his_page(cast, client):
    end_contact(cast.ben, by=cast.maria)
    client.force_login(cast.maria)
    address = f"/admin/partners/contact/{cast.ben.pk}/change/"
    assert "Ben Ott left on" in client.get(address).content.decode()
    body = {"action": "bring_back", "_selected_action": [cast.ben.pk]}
    done = client.post("/admin/partners/contact/", body, follow=True)
    assert "1 person is back." in done.content.decode()
    assert "Ben Ott left on" not in client.get(address).content.decode()
    assert Contact.objects.get(pk=cast.ben.pk).left_on is None


def test_an_address_of_one_who_left_is_told_as_such_on_change(cast):
    end_contact(cast.ben, by=cast.maria)
    with pytest.raises(Refused, match="Ben Ott, who left on .* has this e-mail address"):
        change_contact(cast.nora, by=cast.maria, email=cast.ben.email)
