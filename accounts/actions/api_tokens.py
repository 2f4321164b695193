"""Making and revoking API tokens."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, Scope, User
from accounts.roles import scopes_allowed_to
from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed

PREFIX = "phk_"


def digest_of(token: str) -> str:
    """SHA-256 is enough: the token has 256 random bits, so there is nothing to guess slowly."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_api_token(
    owner: User, scopes: list[str], *, name: str = "API", expires_at: datetime | None = None, by: User | None = None
) -> tuple[ApiToken, str]:
    """Make a token for `owner` and return `(row, token)`; the token itself is never stored.

    `scopes` are keys of `Scope`, or `["all"]` for every scope the owner may have.
    """
    granted = _grant(owner, scopes)
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        owner=owner, name=name, digest=digest_of(token), hint=token[:10], scopes=granted, expires_at=expires_at
    )
    record_activity("api_token.created", f"API token “{name}” was created for {owner}", by=by or owner, subject=row)
    return row, token


def _grant(owner: User, scopes: list[str]) -> list[str]:
    allowed = scopes_allowed_to(owner)
    wanted = allowed if scopes == ["all"] else list(dict.fromkeys(scopes))
    for scope in wanted:
        if scope not in Scope.values:
            known = ", ".join(Scope.values)
            raise Invalid(
                _("There is no scope “%(scope)s”. Use some of: %(known)s, or all.") % {"scope": scope, "known": known},
                field="scopes",
            )
        if scope not in allowed:
            raise NotAllowed(_("%(owner)s may not hold the scope “%(scope)s”.") % {"owner": owner.email, "scope": scope})
    if not allowed:
        raise NotAllowed(_("%(owner)s has no role that an API token could act in.") % {"owner": owner.email})
    if not wanted:
        raise Invalid(_("Name at least one scope, or all."), field="scopes")
    return wanted


@transaction.atomic
def revoke_api_token(token: ApiToken, *, by: User) -> None:
    """Revoking twice is no error: the token is dead either way, and only the first time is written down."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record_activity("api_token.revoked", f"API token “{token.name}” of {token.owner} was revoked", by=by, subject=token)
