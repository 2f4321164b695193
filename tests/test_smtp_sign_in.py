"""A mail server that wants TLS and a password: the library's client opens the connection, and what goes wrong there is told."""

import ssl
from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import AuthResult

from communications.channels import email
from communications.channels.contract import Mail, NobodyAsks
from communications.channels.email import Connections
from communications.models import DeliveryState
from tests.smtp_sink import SinkController

PASSWORD = "correct horse"
MESSAGE = b"Subject: Aurora\r\n\r\nHello\r\n"


class Strict:
    """Takes mail from who has signed in over TLS, and writes down what it was told."""

    def __init__(self, *, is_tls_throughout: bool):
        self.is_tls_throughout = is_tls_throughout
        self.passwords, self.taken = [], []

    def sign_in(self, _server, session, _envelope, _mechanism, data):
        self.passwords.append((data.password.decode(), self.is_tls_throughout or bool(session.ssl)))
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.taken.append((envelope.rcpt_tos[0], self.is_tls_throughout or bool(session.ssl), session.authenticated))
        return "250 OK"


@contextmanager
def listening(settings, folder, *, offers_tls=True, at_once=False):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    strict = Strict(is_tls_throughout=at_once)
    secure = {"ssl_context": context} if at_once else {"tls_context": context, "require_starttls": True} if offers_tls else {}
    server = SinkController(strict, authenticator=strict.sign_in, auth_require_tls=not at_once, **secure)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = not at_once, at_once
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD, settings.EMAIL_TIMEOUT = "hub", PASSWORD, 20
    yield strict
    email.close_kept()
    server.stop()


def hand_over():
    channel = Connections(1)
    told = list(channel.hand_over([Mail(1, "news@vendor.example", "nora@alpenglow.example", MESSAGE)], NobodyAsks()))
    channel.close()
    ((_contact_id, outcome),) = told
    return outcome


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "smtps"])
def test_it_signs_in_over_tls(settings, certificate, monkeypatch, at_once):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with listening(settings, certificate, at_once=at_once) as strict:
        assert hand_over().state == DeliveryState.DELIVERED
    assert strict.taken == [("nora@alpenglow.example", True, True)]
    assert strict.passwords == [(PASSWORD, True)]


@pytest.mark.parametrize("at_once", [False, True], ids=["STARTTLS", "smtps"])
def test_whoever_cannot_show_that_they_are_the_server_gets_no_password(settings, certificate, at_once):
    with listening(settings, certificate, at_once=at_once) as strict:
        outcome = hand_over()
    assert outcome.state == DeliveryState.DEFERRED
    assert "no connection to the mail server" in outcome.reason
    assert "certificate" in outcome.reason
    assert strict.passwords == strict.taken == []


def test_a_server_that_offers_no_tls_gets_neither_password_nor_mail(settings, certificate):
    with listening(settings, certificate, offers_tls=False) as strict:
        outcome = hand_over()
    assert outcome.state == DeliveryState.DEFERRED
    assert "STARTTLS" in outcome.reason
    assert strict.passwords == strict.taken == []


def test_a_wrong_password_puts_mails_off_and_is_told(settings, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with listening(settings, certificate) as strict:
        settings.EMAIL_HOST_PASSWORD = "wrong"
        outcome = hand_over()
    assert outcome.state == DeliveryState.DEFERRED
    assert "535" in outcome.reason
    assert strict.taken == []
