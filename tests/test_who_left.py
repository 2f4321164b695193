"""Somebody leaves a partner: what they hold goes with them everywhere at once, and they may come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from context.rules import compile_rules
from partners.actions.contacts import end_contact
from partners.models import PartnerProfile
from portal.assistant.tools import CERTIFICATES
from portal.queries.example_questions import example_questions
from portal.queries.own_answers import own_answer
from tests import learning_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def certified(cast):
    """Ben holds a certificate that runs out in eleven weeks."""
    certificate = learning_story.passed(learning_story.published(cast), cast.ben).certificate
    row = certificate.typed_row
    row.expires_on = timezone.localdate() + timedelta(days=80)
    row.save(update_fields=["expires_on"])
    return row


def told_of(user, client, contact) -> list[str]:
    """Everywhere in the portal where a partner's certificates are counted."""
    client.force_login(user)
    home = client.get("/").context["home"]
    said, _page = own_answer(CERTIFICATES, contact, reader=user)
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
