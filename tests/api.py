"""A client that speaks to the API as an integrator does: with a token, in JSON, and nothing else."""

from dataclasses import dataclass

from django.test import Client

from accounts.actions.api_tokens import create_api_token
from accounts.models import User


@dataclass(frozen=True)
class Integrator:
    token: str
    client: Client

    def get(self, path: str, **query):
        return self.client.get(f"/api/v1/{path}", query, **self._headers())

    def post(self, path: str, body: dict | None = None, **headers):
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json", **self._headers(**headers))

    def post_form(self, path: str, body: dict, **headers):
        """As a form with files, of which each is a list of bytes with a name."""
        return self.client.post(f"/api/v1/{path}", body, **self._headers(**headers))

    def patch(self, path: str, body: dict):
        return self.client.patch(f"/api/v1/{path}", body, content_type="application/json", **self._headers())

    def delete(self, path: str):
        return self.client.delete(f"/api/v1/{path}", **self._headers())

    def _headers(self, **more) -> dict:
        return {"headers": {"authorization": f"Bearer {self.token}", **more}}


def integrator(owner: User, *scopes: str) -> Integrator:
    _row, token = create_api_token(owner, list(scopes) or ["all"])
    return Integrator(token, Client())
