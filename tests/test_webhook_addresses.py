"""Where webhooks may lead: the public internet with TLS, and networks that the settings name. Judged when it is saved, and again
at the moment the socket opens."""

import ipaddress
import socket
import ssl
import threading

import pytest

from activity.actions.webhook_endpoints import add_endpoint
from activity.channels import webhooks as channel
from activity.channels.addresses import look_up
from activity.models import WebhookEndpoint, WebhookMessage
from activity.refusals import Invalid
from tests.test_webhooks import allowed, receiver, work_off  # noqa: F401 - pytest finds them here


@pytest.fixture
def names(monkeypatch):
    """A name server of the test: each name leads to the next of its addresses, and stays at the last."""
    known: dict[str, list[str]] = {}
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host not in known:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        address = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in address.split()]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    known["asked"] = asked
    return known


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:///etc/passwd", "“file” is nothing we can call"),
        ("gopher://8.8.8.8/", "“gopher” is nothing we can call"),
        ("javascript:alert(1)", "“javascript” is nothing we can call"),
        ("hooks.example", "begins with https://"),
        ("https://", "names no server"),
        ("https://user:secret@8.8.8.8/", "Leave the user name"),
        ("https://8.8.8.8:port/", "no address"),
        ("https://8.8.8.8/a b", "no spaces"),
        ("https://8.8.8.8/\r\nHost: x", "no spaces"),
        ("https://8.8.8.8/" + "a" * 500, "at most 500 fit"),
        ("http://8.8.8.8/", "could be read on its way"),
        ("https://127.0.0.1/", "this machine itself"),
        ("https://localhost/", "this machine itself"),
        ("https://2130706433/", "this machine itself"),
        ("https://0x7f.1/", "this machine itself"),
        ("https://[::1]/", "this machine itself"),
        ("https://[::ffff:127.0.0.1]/", "this machine itself"),
        ("https://0.0.0.0/", "this machine itself"),
        ("https://169.254.169.254/latest/meta-data/", "link-local"),
        ("https://[fe80::1]/", "link-local"),
        ("https://[64:ff9b::a9fe:a9fe]/", "link-local"),
        ("https://10.0.0.1/", "private network"),
        ("https://192.168.1.1/", "private network"),
        ("https://172.16.0.1/", "private network"),
        ("https://100.64.0.1/", "private network"),
        ("https://[fd00::1]/", "private network"),
        ("https://[64:ff9b::a00:1]/", "private network"),
        ("https://224.0.0.1/", "private network"),
        ("https://255.255.255.255/", "private network"),
        ("https://no-such-name.invalid/", "cannot be found"),
    ],
)
def test_each_refusal_says_what_is_wrong(url, says):
    with pytest.raises(Invalid, match=says):
        look_up(url)


def test_what_is_public_may_be_called():
    place = look_up("https://8.8.8.8:8443/hook?a=1")
    assert (place.host, place.port, place.target, place.addresses) == ("8.8.8.8", 8443, "/hook?a=1", ("8.8.8.8",))


def test_a_name_with_one_private_address_among_public_ones_is_refused(names):
    names["two.example"] = ["8.8.8.8 10.0.0.1"]
    with pytest.raises(Invalid, match="private network"):
        look_up("https://two.example/")


@pytest.mark.django_db
def test_nothing_is_kept_of_what_is_refused(cast):
    with pytest.raises(Invalid) as refusal:
        add_endpoint(by=cast.nora.user, name="Inside", url="https://169.254.169.254/", partner_id=cast.alpenglow.pk)
    assert refusal.value.field == "url"
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.django_db
def test_a_name_that_leads_inside_later_is_refused_when_the_socket_opens(cast, names, receiver, settings):  # noqa: F811
    """DNS rebinding: a public address when it was saved, this machine when it is called."""
    settings.WEBHOOK_ALLOWED_NETWORKS = ()
    names["rebound.example"] = ["8.8.8.8", "127.0.0.1"]
    url = f"https://rebound.example:{receiver.server.server_port}/hook"
    endpoint = add_endpoint(by=cast.nora.user, name="Rebound", url=url, partner_id=cast.alpenglow.pk)
    message = WebhookMessage.objects.create(endpoint=endpoint, event="test", body="{}")

    work_off()

    message.refresh_from_db()
    assert message.state == WebhookMessage.State.DEFERRED
    assert message.reason == "“rebound.example” is this machine itself, which is not called from here."
    assert receiver.received == []


@pytest.mark.django_db
def test_the_address_that_was_judged_is_the_one_connected_to(cast, names, receiver):  # noqa: F811
    """A name is asked for once for each try; what it would lead to the next moment is nothing to us."""
    names["moving.example"] = ["127.0.0.1", "127.0.0.1", "10.9.9.9"]
    url = f"http://moving.example:{receiver.server.server_port}/hook"
    endpoint = add_endpoint(by=cast.nora.user, name="Moving", url=url, partner_id=cast.alpenglow.pk)
    WebhookMessage.objects.create(endpoint=endpoint, event="test", body="{}")

    work_off()

    assert receiver.received[0].headers["host"] == f"moving.example:{receiver.server.server_port}"
    assert names["asked"] == ["moving.example"] * 2


def test_a_server_with_tls_is_asked_by_its_name(names, allowed):  # noqa: F811
    names["named.example"] = ["127.0.0.1"]
    listening = socket.create_server(("127.0.0.1", 0))
    asked: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda _sock, name, _context: asked.append(name)
    thread = threading.Thread(target=_refuse_one, args=(listening, context))
    thread.start()
    endpoint = WebhookEndpoint(form="slack", url=f"https://named.example:{listening.getsockname()[1]}/")
    answer = channel.post(WebhookMessage(endpoint=endpoint, body="{}"))
    thread.join()
    listening.close()
    assert asked == ["named.example"]
    assert answer.status is None
    assert answer.text.startswith("no connection")
    assert not answer.is_lost


def _refuse_one(listening: socket.socket, context: ssl.SSLContext) -> None:
    """It has no certificate, so it can only listen to whom it is asked for."""
    client, _address = listening.accept()
    try:
        context.wrap_socket(client, server_side=True)
    except ssl.SSLError:
        client.close()


def test_networks_that_the_settings_name_may_be_called_without_tls(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = (ipaddress.ip_network("10.1.0.0/16"),)
    assert look_up("http://10.1.2.3/").addresses == ("10.1.2.3",)
    with pytest.raises(Invalid, match="private network"):
        look_up("https://10.2.0.1/")
