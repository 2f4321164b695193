"""An organisation's people: everyone sees them, its portal admins add and invite."""

import pytest
from django.core import mail
from django.urls import reverse

from partners.models import Contact, Invitation
from tests import factories, portal_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def ida(cast):
    return factories.make_contact(cast.alpenglow, "Ida Falk", "ida@alpenglow.example", functions=("marketing",))


def states(page) -> dict[str, str]:
    return {person.contact.name: person.state for person in page.context["people"]}


def test_ben_sees_who_is_there_but_cannot_invite(client, cast, ida):
    client.force_login(cast.ben.user)

    page = client.get("/people/")

    assert states(page) == {"Ben Ott": "joined", "Ida Falk": "not_invited", "Nora Berg": "joined"}
    assert "Sven" not in page.content.decode()
    assert client.post("/people/invite/", {"contact": [str(ida.public_id)]}).status_code == 403
    assert client.post("/people/add/", {"name": "New", "email": "new@alpenglow.example"}).status_code == 403
    assert not Invitation.objects.exists()
    assert not Contact.objects.filter(name="New").exists()


def test_nora_invites_several_at_once(client, cast, ida):
    jon = factories.make_contact(cast.alpenglow, "Jon Vik", "jon@alpenglow.example")
    client.force_login(cast.nora.user)

    page = client.post("/people/invite/", {"contact": [str(ida.public_id), str(jon.public_id)]}, follow=True)

    assert "2 people are invited." in page.content.decode()
    assert sorted(message.to[0] for message in mail.outbox) == ["ida@alpenglow.example", "jon@alpenglow.example"]
    assert states(page)["Ida Falk"] == "invited"


def test_nora_cannot_invite_another_partners_people(client, cast):
    stranger = factories.make_contact(cast.baltic, "Siim Saar", "siim@baltic.example")
    client.force_login(cast.nora.user)

    client.post("/people/invite/", {"contact": [str(stranger.public_id), "not-an-id"]})

    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_nora_sends_an_invitation_again(client, cast, ida):
    client.force_login(cast.nora.user)
    client.post("/people/invite/", {"contact": [str(ida.public_id)]})
    invitation = Invitation.objects.get()

    page = client.post(reverse("portal:resend_invitation", args=[invitation.public_id]), follow=True).content.decode()

    assert "The invitation of Ida Falk is on its way again." in page
    assert Invitation.objects.get().times_sent == 2
    assert len(mail.outbox) == 2


def test_another_partners_invitation_is_not_there(client, cast):
    portal_story.tell(cast)
    invitation = Invitation.objects.get()
    cast.sven.is_partner_admin = True
    cast.sven.save()
    client.force_login(cast.sven.user)

    assert client.post(reverse("portal:resend_invitation", args=[invitation.public_id])).status_code == 404
    assert Invitation.objects.get().times_sent == 1


def test_nora_adds_a_colleague_who_is_invited_at_once(client, cast):
    client.force_login(cast.nora.user)

    client.post("/people/add/", {"name": "Kim Lie", "email": "kim@alpenglow.example", "functions": ["quality"]})

    kim = Contact.objects.get(name="Kim Lie")
    assert (kim.partner, kim.functions, kim.user) == (cast.alpenglow, ["quality"], None)
    assert mail.outbox[0].to == ["kim@alpenglow.example"]


def test_an_address_that_is_known_already_is_refused_at_its_field(client, cast):
    client.force_login(cast.nora.user)

    page = client.post("/people/add/", {"name": "Ben Again", "email": "BEN@alpenglow.example"})

    assert page.status_code == 422
    assert "already has a contact" in page.context["form"].errors["email"][0]
    assert Contact.objects.filter(partner=cast.alpenglow).count() == 2
    assert mail.outbox == []


def test_many_people_cost_no_more_queries(client, cast, django_assert_max_num_queries):
    for number in range(30):
        factories.make_contact(cast.alpenglow, f"Person {number}", f"p{number}@alpenglow.example")
    client.force_login(cast.nora.user)
    client.get("/people/")

    with django_assert_max_num_queries(12):
        client.get("/people/")
