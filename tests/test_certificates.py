"""Certificates: the page for everybody, the PDF and the badge, and what is left of them when somebody is forgotten."""

import io
from datetime import UTC, datetime

import jwt
import pypdf
import pytest
from django.conf import settings
from django.test import Client
from PIL import features

from enablement.actions.certificates import revoke_certificate
from enablement.badge_keys import public_key
from enablement.rendering.badges import badge_of
from enablement.rendering.certificate_pdf import certificate_pdf
from tests import learning_story

pytestmark = pytest.mark.django_db
NOT_DRAWN = "the person named on the page below"


@pytest.fixture
def certificate(cast):
    return learning_story.passed(learning_story.published(cast), cast.ben).certificate


def test_everybody_may_check_it_and_reads_no_more_than_that(cast, certificate, client):
    page = client.get(f"/certificates/{certificate.public_id}/").content.decode()
    assert "Ben Ott" in page
    assert "Selling Aurora" in page
    assert "is valid" in page
    for hidden in ("Alpenglow", "ben@", certificate.number, "certificate.pdf"):
        assert hidden not in page
    for name in ("certificate.pdf", "badge.jwt"):
        assert client.get(f"/certificates/{certificate.public_id}/{name}").status_code == 404
    client.force_login(cast.sven.user)
    assert client.get(f"/certificates/{certificate.public_id}/certificate.pdf").status_code == 404


def test_its_holder_gets_a_pdf_that_says_it(cast, certificate, client):
    client.force_login(cast.ben.user)
    answer = client.get(f"/certificates/{certificate.public_id}/certificate.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    for said in ("Ben Ott", "Selling Aurora", certificate.number, str(certificate.public_id), "Vendor"):
        assert said in text


@pytest.mark.parametrize(
    ("name", "said", "pictures"),
    [
        ("Łucja Şahin", "Łucja Şahin", 0), ("Бен Отт", "Бен Отт", 0), ("北野 武", NOT_DRAWN, 0),
        ("בן אוט", "" if features.check("raqm") else NOT_DRAWN, int(features.check("raqm"))),
    ],
)  # fmt: skip
def test_nobody_is_called_by_empty_boxes(certificate, name, said, pictures):
    certificate.name = name
    page = pypdf.PdfReader(io.BytesIO(certificate_pdf(certificate))).pages[0]
    text = page.extract_text()
    assert said in text
    assert "\0" not in text
    assert len(page.images) == pictures


def test_letters_that_nothing_here_joins_are_not_drawn_apart(certificate, monkeypatch):
    monkeypatch.setattr(features, "check", lambda _feature: False)
    certificate.name = "בן אוט"
    page = pypdf.PdfReader(io.BytesIO(certificate_pdf(certificate))).pages[0]
    assert NOT_DRAWN in page.extract_text()
    assert not page.images


def test_the_badge_verifies_with_the_published_key(cast, certificate, client):
    client.force_login(cast.ben.user)
    token = client.get(f"/certificates/{certificate.public_id}/badge.jwt").content.decode()
    header, anybody = jwt.get_unverified_header(token), Client()
    assert header["alg"] == "RS256"
    key = anybody.get(header["kid"].removeprefix(settings.SITE_URL)).json()
    assert key in anybody.get("/badges/keys/").json()["keys"]
    assert "d" not in key
    claims = jwt.decode(token, jwt.PyJWK(key).key, algorithms=["RS256"])
    # What Open Badges 3.0 requires of an OpenBadgeCredential, and of its VC-JWT form.
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(claims["type"])
    assert claims["jti"] == claims["id"]
    assert claims["iss"] == claims["issuer"]["id"]
    subject = claims["credentialSubject"]
    assert claims["sub"] == subject["id"]
    assert subject["type"] == ["AchievementSubject"]
    achievement = subject["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= achievement.keys()
    assert achievement["name"] == "Selling Aurora"
    assert achievement["criteria"]["narrative"]
    assert claims["issuer"]["type"] == ["Profile"]
    assert claims["name"] == "Selling Aurora"
    assert datetime.fromisoformat(claims["validFrom"]) == datetime.fromtimestamp(claims["nbf"], UTC)
    assert datetime.fromisoformat(claims["validUntil"]).date() == certificate.expires_on
    assert "ben@alpenglow.example" not in str(claims)
    for address in (claims["issuer"]["id"], achievement["id"], claims["credentialStatus"]["id"]):
        told = anybody.get(address.removeprefix(settings.SITE_URL))
        assert told.status_code == 200
        assert told.json()["id"] == address


def test_a_badge_that_was_changed_does_not_verify(certificate, cast):
    head, body, signature = badge_of(certificate).split(".")
    forged = ".".join([head, body[:-6] + "AAAAAA", signature])
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(forged, jwt.PyJWK(public_key()).key, algorithms=["RS256"])


def test_what_was_revoked_is_on_the_list_that_badges_name(cast, certificate, client):
    address = f"/badges/issuers/{cast.programme.public_id}/revocations/"
    assert client.get(address).json()["revokedCredential"] == []
    revoke_certificate(certificate, by=cast.maria, reason="Taken by somebody else")
    (row,) = client.get(address).json()["revokedCredential"]
    assert row["id"].endswith(f"/certificates/{certificate.public_id}/")
    assert row["revoked"] is True
    assert "somebody" not in client.get(address).content.decode()
