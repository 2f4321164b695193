"""With a DKIM key each mail leaves signed, and the signature holds; a key that cannot be used ends the start."""

import base64
import subprocess

import dkim
import pytest

from communications.rendering.signing import signed
from tests.announcement_story import draft, send
from tests.test_env import PRODUCTION, read  # noqa: F401 - a fixture
from tests.test_mail_bytes import recipient, template


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A private key's file, and the public one as DNS would tell it."""
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return path, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


@pytest.fixture
def signing(settings, key):
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, settings.DKIM_KEY = "vendor.example", "hub", key[0].read_bytes()

    def dns(name, timeout=5):
        assert name == b"hub._domainkey.vendor.example."
        return key[1]

    return dns


def test_the_signature_holds_until_something_is_changed(signing):
    message = signed(template().message_for(recipient("Jürgen Groß")))
    assert dkim.verify(message, dnsfunc=signing)
    assert not dkim.verify(message.replace(b"Alpenglow", b"Alpengleu"), dnsfunc=signing)
    assert not dkim.verify(message.replace(b"List-Unsubscribe: <", b"List-Unsubscribe: <x"), dnsfunc=signing)


@pytest.mark.django_db
def test_what_is_sent_is_signed(signing, cast, sink):
    send(draft(cast), cast)
    mail = sink.to("nora@alpenglow.example")
    assert "d=vendor.example; " in mail["DKIM-Signature"]


@pytest.mark.usefixtures("settings")
def test_all_three_or_none_and_a_key_that_is_one(read, key, tmp_path):  # noqa: F811
    given = {**PRODUCTION, "DKIM_DOMAIN": "vendor.example", "DKIM_SELECTOR": "hub", "DKIM_KEY": str(key[0])}
    (tmp_path / "bad.pem").write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
    assert read(**given) == ""
    assert read(**given | {"DKIM_SELECTOR": ""}).startswith("DKIM_DOMAIN is set, but DKIM_SELECTOR is missing")
    assert "cannot be read" in read(**given | {"DKIM_KEY": "/nowhere/key.pem"})
    assert "holds no RSA key" in read(**given | {"DKIM_KEY": str(tmp_path / "bad.pem")})
    assert "write a name" in read(**given | {"DKIM_DOMAIN": "https://vendor.example"})
