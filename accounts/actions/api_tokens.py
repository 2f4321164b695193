"""Making and revoking API tokens."""

import hashlib
import secrets
from datetime import datetime

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


def create_api_token(owner: User, scopes: list[str], *, name: str = "API", expires_at: datetime | None = None, by: User | None = None):
    """Make a token for `owner` and return `(row, token)`; the token itself is never stored.

    `scopes` are keys of `Scope`, or `["all"]` for every scope the owner may have.
    """
    allowed = scopes_allowed_to(owner)
    wanted = allowed if scopes == ["all"] else scopes
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown:
        raise Invalid(
            _("There is no scope “%(scope)s”. Use some of: %(known)s, or all.")
            % {"scope": unknown[0], "known": ", ".join(Scope.values)}
        )
    if not wanted:
        raise NotAllowed(_("%(owner)s has no role that an API token could act in.") % {"owner": owner.email})
    beyond = [scope for scope in wanted if scope not in allowed]
    if beyond:
        raise NotAllowed(_("%(owner)s may not hold the scope “%(scope)s”.") % {"owner": owner.email, "scope": beyond[0]})
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        owner=owner, name=name, digest=digest_of(token), hint=token[:10], scopes=list(wanted), expires_at=expires_at
    )
    record_activity("api_token.created", f"API token “{name}” was created for {owner}", by=by or owner, subject=row)
    return row, token


def revoke_api_token(token: ApiToken, *, by: User) -> None:
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    record_activity("api_token.revoked", f"API token “{token.name}” of {token.owner} was revoked", by=by, subject=token)
