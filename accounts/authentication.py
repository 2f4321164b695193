"""`Authorization: Bearer …` for integrators. First in line, so that a missing token is answered with 401."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from accounts.actions.api_tokens import digest_of
from accounts.models import ApiToken

LAST_USED_IS_KEPT_TO = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    keyword = "Bearer"

    def authenticate(self, request):
        header = get_authorization_header(request).split()
        if not header or header[0].lower() != b"bearer":
            return None
        if len(header) != 2:
            raise AuthenticationFailed(_("Send the token as “Authorization: Bearer <token>”."))
        token = ApiToken.objects.live().select_related("owner").filter(digest=digest_of(header[1].decode("latin-1"))).first()
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked. Ask for a new one."))
        _note_use(token)
        return token.owner, token

    def authenticate_header(self, request) -> str:
        return 'Bearer realm="PartnerHub"'


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_IS_KEPT_TO:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
