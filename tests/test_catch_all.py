"""The catch-all takes every mail over real SMTP and shows the newest."""

import asyncio
import smtplib
import threading
from email.message import EmailMessage

import pytest

from partnerhub.catch_all.server import serve
from partnerhub.catch_all.store import MailStore
from partnerhub.running import LOOPBACK, any_free_port, is_free

# The project adds these addresses in embedded mode only; the suite has its own DATABASE_URL, so it is not embedded.
pytestmark = pytest.mark.urls("tests.urls_of_catch_all")


@pytest.fixture
def store(tmp_path, settings) -> MailStore:
    settings.DATA_DIR = tmp_path
    return MailStore(tmp_path / "mail")


@pytest.fixture
def port(store):
    """A running mail server, in a thread of its own."""
    port, stop = any_free_port(), threading.Event()

    async def run() -> None:
        serving = asyncio.create_task(serve(store, port))
        await asyncio.to_thread(stop.wait)
        serving.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    while is_free(port):
        thread.join(0.01)
    yield port
    stop.set()
    thread.join(5)


def letter(subject="Hello Nora", to="nora@alpenglow.example") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Maria <maria@vendor.example>", to, subject
    message["List-Unsubscribe"] = "<https://hub.example/t/u/1>"
    message["Message-ID"] = "<one@hub.example>"
    message.set_content("Read https://hub.example/news today.")
    message.add_alternative('<p><a href="https://hub.example/t/c/1?a=1&amp;b=2">Read</a></p><script>x()</script>', subtype="html")
    return message


def test_a_mail_sent_over_smtp_is_read_as_json(client, port):
    with smtplib.SMTP(LOOPBACK, port) as server:
        server.send_message(letter())

    (mail,) = client.get("/dev/mail.json").json()

    assert mail["from"] == "maria@vendor.example"
    assert mail["to"] == ["nora@alpenglow.example"]
    assert mail["subject"] == "Hello Nora"
    assert mail["headers"]["List-Unsubscribe"] == "<https://hub.example/t/u/1>"
    assert mail["headers"]["Message-ID"] == "<one@hub.example>"
    assert mail["text"].startswith("Read https://hub.example/news")
    assert mail["links"] == ["https://hub.example/t/c/1?a=1&b=2", "https://hub.example/news"]


@pytest.fixture
def three(store):
    store.open()
    for subject, to in (
        ("First", "ben@alpenglow.example"),
        ("Second", "nora@alpenglow.example"),
        ("Ünïted", "nora@alpenglow.example"),
    ):
        store.add("maria@vendor.example", [to], letter(subject, to).as_bytes())
    return store


def test_newest_first_and_found_by_address_and_subject(client, three):
    def subjects(**query):
        return [mail["subject"] for mail in client.get("/dev/mail.json", query).json()]

    assert subjects() == ["Ünïted", "Second", "First"]
    assert subjects(to="NORA@") == ["Ünïted", "Second"]
    assert subjects(subject="first") == ["First"]
    assert subjects(limit=1) == ["Ünïted"]
    assert subjects(limit="many") == ["Ünïted", "Second", "First"]


def test_the_oldest_go_when_there_are_too_many(tmp_path):
    store = MailStore(tmp_path / "mail", keep_at_most=3, drop_at_once=2).open()
    for number in range(5):
        store.add("maria@vendor.example", ["nora@alpenglow.example"], letter(f"Mail {number}").as_bytes())

    assert [entry.subject for entry in store.entries()] == ["Mail 2", "Mail 3", "Mail 4"]
    assert len(list(store.folder.glob("*.eml"))) == 3


def test_html_of_a_mail_cannot_do_anything(client, three):
    entry = list(three.entries())[-1]

    page = client.get(f"/dev/mail/{entry.id}/html")

    policy = page.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy


@pytest.mark.django_db
def test_a_mail_that_is_not_there(client, three):
    for address in ("/dev/mail/1/", "/dev/mail/1/html", "/dev/mail/..%2fsecret_key/"):
        assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_the_page_shows_the_newest_mail(client, three):
    page = client.get("/dev/mail/").content.decode()

    assert "<h2>Ünïted</h2>" in page
    assert 'sandbox="allow-popups' in page


@pytest.mark.urls("partnerhub.urls")
def test_outside_embedded_mode_there_is_no_such_page(client, db):
    assert client.get("/dev/mail.json").status_code == 404


@pytest.mark.django_db
def test_a_mail_nested_without_an_end_is_shown_as_it_came(client, store):
    head = b"Subject: Boxes\r\nContent-Type: message/rfc822\r\n\r\n"
    store.open().add("maria@vendor.example", ["nora@alpenglow.example"], head * 3_000 + b"\r\nthe last")

    (mail,) = client.get("/dev/mail.json").json()
    page = client.get("/dev/mail/")

    assert "Content-Type: message/rfc822" in mail["text"]
    assert mail["html"] == ""
    assert "Boxes" in page.content.decode()
