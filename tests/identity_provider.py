"""A small OpenID Connect provider for tests: discovery, keys, authorisation, token and userinfo, over real HTTP.

Whoever is set as `person` is signed in there. It checks what a real one checks: client, secret, address to return to, PKCE."""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "partnerhub", "a secret of two"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        pass


@dataclass
class IdentityProvider:
    person: dict = field(default_factory=dict)
    returns_to: str = ""
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._codes: dict[str, dict] = {}
        self._tokens: dict[str, dict] = {}
        self._server = make_server("localhost", 0, self._answer, server_class=_Server, handler_class=_Quiet)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ, start_response):
        path, query = environ["PATH_INFO"], _flat(environ.get("QUERY_STRING", ""))
        self.asked.append(path)
        form = _flat(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode())
        pages = {"/.well-known/openid-configuration": self._configuration, "/keys": self._keys, "/token": self._token}
        if path == "/authorize":
            start_response("302 Found", [("Location", self._authorize(query))])
            return [b""]
        if path == "/userinfo":
            body = self._tokens.get(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer "))
        else:
            body = pages[path](form) if path in pages else None
        start_response("200 OK" if body else "400 Bad Request", [("Content-Type", "application/json")])
        return [json.dumps(body or {"error": "invalid_request"}).encode()]

    def _configuration(self, _form) -> dict:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo", "jwks_uri": f"{self.url}/keys", "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def _keys(self, _form) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def _authorize(self, query: dict) -> str:
        assert query["client_id"] == CLIENT
        assert query["redirect_uri"].endswith("/accounts/oidc/sso/login/callback/")
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})

    def _token(self, form: dict) -> dict | None:
        """A code is good once, for the client it was made for."""
        begun = self._codes.pop(form.get("code", ""), None)
        if begun is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        if begun["redirect_uri"] != form.get("redirect_uri") or not _is_proof(begun, form):
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person}
        access = secrets.token_urlsafe(16)
        self._tokens[access] = dict(self.person)
        signed = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "one"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}


def _is_proof(begun: dict, form: dict) -> bool:
    """RFC 7636: who brings the code is who began."""
    if "code_challenge" not in begun:
        return True
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == begun["code_challenge"]


def _flat(encoded: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(encoded).items()}
