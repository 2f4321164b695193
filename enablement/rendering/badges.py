"""A certificate as an Open Badge 3.0: an OpenBadgeCredential, which is a verifiable credential, as a signed JWT (VC-JWT)."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import jwt
from django.utils.translation import gettext as _

from enablement.badge_keys import private_key, public_key
from enablement.models import Certificate, Course
from enablement.rendering.addresses import outside
from partners.models import Programme

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def badge_of(certificate: Certificate) -> str:
    """Signed anew each time it is asked for, so that nothing about the person lies around."""
    credential = credential_of(certificate)
    claims = {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": int(_moment(certificate.issued_on).timestamp()),
    }
    if certificate.expires_on:
        claims["exp"] = int(_end_of(certificate.expires_on).timestamp())
    address_of_key = outside("badge_key", public_key()["kid"])
    return jwt.encode(claims, private_key(), algorithm="RS256", headers={"kid": address_of_key})


def credential_of(certificate: Certificate) -> dict[str, Any]:
    course = certificate.course
    credential = {
        "@context": CONTEXT,
        "id": outside("certificate", certificate.public_id),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": certificate.title,
        "issuer": issuer_of(course.programme),
        "validFrom": _moment(certificate.issued_on).isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": f"urn:uuid:{certificate.contact.public_id}",
            "type": ["AchievementSubject"],
            "identifier": _identities(certificate),
            "achievement": achievement_of(course, certificate.title),
        },
        "credentialStatus": {"id": outside("badge_revocations", course.programme.public_id), "type": "1EdTechRevocationList"},
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if certificate.expires_on:
        credential["validUntil"] = _end_of(certificate.expires_on).isoformat().replace("+00:00", "Z")
    return credential


def issuer_of(programme: Programme) -> dict[str, Any]:
    return {
        "id": outside("badge_issuer", programme.public_id),
        "type": ["Profile"],
        "name": programme.brand,
        "url": outside("learning"),
    }


def achievement_of(course: Course, title: str = "") -> dict[str, Any]:
    says = course.summary or course.title
    return {
        "id": outside("badge_achievement", course.public_id),
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": title or course.title,
        "description": says,
        "criteria": {"narrative": _("Every lesson of the course was done, and each of its quizzes and simulations passed.")},
    }


def _identities(certificate: Certificate) -> list[dict[str, Any]]:
    """The holder proves who they are by an address, which the badge holds as a hash only."""
    address, salt = certificate.contact.email, certificate.number
    found = [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": certificate.name}]
    if address:
        digest = hashlib.sha256(f"{address.lower()}{salt}".encode()).hexdigest()
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityType": "emailAddress",
                "identityHash": f"sha256${digest}",
                "salt": salt,
            }
        )
    return found


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _end_of(day: date) -> datetime:
    """The last day counts."""
    return _moment(day) + timedelta(days=1) - timedelta(seconds=1)
