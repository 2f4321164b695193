"""While a certificate is renewed it holds; once it is revoked there is nothing to renew."""

from datetime import timedelta

import pytest
from django.utils import timezone

from enablement.actions.certificates import ask_to_renew, months_after, revoke_certificate
from enablement.models import Certificate, Participation
from enablement.queries.courses import figures_of, partners_on, people_on, taken_by
from enablement.queries.paths import paths_for
from partners.actions.certifications import add_certification
from partners.models import Certification, PartnerCertification
from tests import factories, learning_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon():
    return timezone.localdate() + timedelta(days=30)


@pytest.fixture
def held(cast, soon) -> Certificate:
    """Ben's, which he is asked to renew."""
    certificate = learning_story.one_of_each(cast).certificate
    Certificate.objects.update(expires_on=soon)
    certificate.typed_row.expires_on = soon
    certificate.typed_row.save(update_fields=["expires_on"])
    assert ask_to_renew() == 1
    certificate.refresh_from_db()
    return certificate


def page_of(client, user, address: str) -> str:
    client.force_login(user)
    return client.get(address).content.decode()


def test_a_revoked_one_is_not_renewed_before_it_is_begun(cast, client, held):
    revoke_certificate(held, by=cast.maria, reason="Somebody else took it")
    assert not Participation.objects.open().filter(contact=cast.ben).exists()
    assert [need.title for need in client_home(client, cast).needs] == []
    assert "Your certificate was revoked" in page_of(client, cast.ben.user, f"/learning/courses/{held.course.public_id}/")


def test_a_revoked_one_is_not_renewed_once_it_is_begun(cast, client, held, soon):
    learning_story.begun(held.course, cast.ben)
    revoke_certificate(held, by=cast.maria, reason="Somebody else took it")
    page = page_of(client, cast.ben.user, f"/learning/courses/{held.course.public_id}/")
    assert "Pass the course again to renew it" not in page
    assert [need.detail for need in client_home(client, cast).needs] == ["You are asked yourself, not for Alpenglow GmbH"]
    new = learning_story.passed(held.course, cast.ben).certificate
    assert new.expires_on == months_after(timezone.localdate(), 12)  # no month of the revoked one is credited


def test_where_the_new_one_is_revoked_the_old_one_counts_as_long_as_it_holds(cast, held, soon):
    new = learning_story.passed(held.course, cast.ben).certificate
    revoke_certificate(new, by=cast.maria, reason="Somebody else took it")
    row = PartnerCertification.objects.get(contact=cast.ben)
    held.refresh_from_db()
    assert (held.standing, held.typed_row, row.expires_on, row.is_verified) == ("valid", row, soon, True)
    assert str(held.public_id) in row.evidence
    revoke_certificate(held, by=cast.maria, reason="This one, too")
    assert not PartnerCertification.objects.filter(contact=cast.ben).exists()


def test_whose_was_revoked_may_take_it_again_and_gets_no_paper_of_the_old_one(cast, client, held):
    revoke_certificate(held, by=cast.maria, reason="Somebody else took it")
    assert "Take it again" in page_of(client, cast.ben.user, f"/learning/courses/{held.course.public_id}/")
    page = page_of(client, cast.ben.user, f"/certificates/{held.public_id}/")
    assert "Somebody else took it" in page
    assert "certificate.pdf" not in page
    for name in ("certificate.pdf", "badge.jwt"):
        assert client.get(f"/certificates/{held.public_id}/{name}").status_code == 404
    learning_story.passed(held.course, cast.ben)
    assert PartnerCertification.objects.get(contact=cast.ben).is_verified


def client_home(client, cast):
    client.force_login(cast.ben.user)
    return client.get("/").context["home"]


def test_who_renews_has_passed_for_managers(cast, client, held):
    figures = figures_of(held.course, cast.maria)
    assert (figures.asked, figures.begun, figures.passed, figures.people) == (0, 1, 1, 2)  # Nora is at the quiz
    assert [(row["people"], row["passed"]) for row in partners_on(held.course, cast.maria)] == [(2, 1)]
    assert [row.contact for row in people_on(held.course, cast.maria, standing="passed")] == [cast.ben]
    assert [row.contact for row in people_on(held.course, cast.maria, standing="asked")] == []
    page = page_of(client, cast.maria, f"/admin/enablement/course/{held.course.public_id}/progress/")
    assert "1 of 2 people passed" in page
    assert f"/admin/enablement/certificate/{held.public_id}/" in page
    learning_story.begun(held.course, cast.ben)
    assert figures_of(held.course, cast.maria).passed == 1


def test_the_valid_certificate_is_linked_while_it_is_renewed(cast, client, held):
    address = f"/certificates/{held.public_id}/"
    page = page_of(client, cast.ben.user, f"/learning/courses/{held.course.public_id}/")
    assert address in page
    assert "Pass the course again to renew it" in page
    assert address in page_of(client, cast.ben.user, "/learning/")
    (walked,) = paths_for(cast.ben, taken_by(cast.ben))
    assert walked.passed == 1


def titles(client, contact) -> list[str]:
    client.force_login(contact.user)
    return [need.title for need in client.get("/").context["home"].needs]


def test_the_same_certificate_asks_once_and_only_who_renews_it(cast, client, held):
    assert titles(client, cast.ben) == ["Take the course “Selling Aurora”"]
    assert titles(client, cast.nora) == []  # her admin's page says it where it came to nothing
    past = timezone.localdate() - timedelta(days=1)
    PartnerCertification.objects.update(issued_on=None, expires_on=past)
    Participation.objects.open().filter(contact=cast.ben).delete()
    client.force_login(cast.nora.user)
    (need,) = client.get("/").context["home"].needs
    assert (need.title, need.detail) == ("Aurora Seller of Ben Ott has expired", "Passing its course renews it.")


def test_one_on_file_asks_its_holder_and_the_admins_by_name(cast, client, soon):
    Certification.objects.create(key="iso", name="ISO 27001")
    add_certification(cast.alpenglow, by=cast.maria, contact=cast.ben, certification="iso", expires_on=soon, source="On file")
    tess = factories.make_contact(cast.alpenglow, "Tess Ano", "tess@alpenglow.example", login=True)
    assert titles(client, cast.ben) == ["ISO 27001 expires"]
    assert titles(client, cast.nora) == ["ISO 27001 of Ben Ott expires"]
    assert titles(client, tess) == []
