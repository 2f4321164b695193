"""Sign-in at an OpenID Connect provider, from the environment's values to what the libraries want to be told."""

from urllib.parse import urlsplit

from csp.constants import SELF

PROVIDER_ID = "sso"


def providers(*, name: str, url: str, client_id: str, secret: str) -> dict:
    """The setting SOCIALACCOUNT_PROVIDERS; without an address there is none."""
    app = {"provider_id": PROVIDER_ID, "name": name, "client_id": client_id, "secret": secret, "settings": {"server_url": url}}
    return {"openid_connect": {"APPS": [app] if url else [], "OAUTH_PKCE_ENABLED": True}}


def form_targets(url: str) -> list[str]:
    """Where a form may lead. The button “Continue” is answered by a redirect to the provider, and browsers count that, too."""
    parts = urlsplit(url)
    return [SELF, f"{parts.scheme}://{parts.netloc}"] if url else [SELF]
