"""Mails that came back lie in a mailbox: they are fetched by IMAP or POP, each counted once, none lost."""

import os
import signal
import ssl
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from django.utils import timezone

from communications.actions import alarms, bounce_mailbox
from communications.actions.bounce_mailbox import fetch_bounces
from communications.models import Alarm, Delivery, MailboxTrouble, ReturnedMail, Rule, Suppression
from communications.queries.troubles import MAILBOX_AWAY_AT_LEAST
from partnerhub import env
from tests.announcement_story import draft, send
from tests.bounce_story import mailed, returned_from
from tests.mailboxes import PASSWORD, USER, MailboxServer
from tests.test_bounces import plain, standard
from tests.test_returned_mails import NORA, state_of

pytestmark = pytest.mark.django_db
LETTER = plain("Please call me about the prices.", sender="Ben <ben@alpenglow.example>", subject="Re: News")


@pytest.fixture
def read(settings, monkeypatch):
    """Names the mailbox as the environment would."""

    def read(server, *, password=PASSWORD, scheme="", path="", host="127.0.0.1"):
        scheme = scheme or ("imap" if server.RequestHandlerClass.__name__ == "_Imap" else "pop3")
        url = f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@{host}:{server.port}{path}"
        monkeypatch.setenv("BOUNCE_MAILBOX_URL", url)
        settings.BOUNCE_MAILBOX = env.mailbox_to_read("BOUNCE_MAILBOX_URL")

    return read


@pytest.fixture(params=["imap", pytest.param("pop3", marks=pytest.mark.slow)])
def server(request, read):
    with MailboxServer(request.param) as server:
        read(server)
        yield server


@pytest.fixture
def imap(read):
    with MailboxServer("imap") as server:
        read(server)
        yield server


@pytest.fixture
def sent(cast):
    return mailed(cast)


def test_what_came_back_is_taken_and_removed(cast, sent, server):
    server.heap.put(returned_from(cast.nora, sent), returned_from(cast.ben, sent, status="5.2.2"))
    assert fetch_bounces() == 2
    assert (state_of(cast.nora)[0], state_of(cast.ben)[0], state_of(cast.sven)[0]) == ("failed", "failed", "delivered")
    assert Suppression.objects.get().address == NORA
    assert server.heap.mails == {}
    assert fetch_bounces() == 0


@pytest.mark.slow
def test_it_is_known_by_the_address_it_was_sent_back_to(cast, sink, server, settings):
    settings.BOUNCE_ADDRESS = "bounces@mail.vendor.example"
    send(draft(cast), cast)
    [address] = {sender for recipient, sender in sink.senders if recipient == NORA}
    wordless = standard(recipient=NORA).partition(b"--b1\nContent-Type: message/rfc822")[0] + b"--b1--\n"
    server.heap.put(b"Delivered-To: " + address.encode() + b"\n" + wordless)
    fetch_bounces()
    assert state_of(cast.nora)[0] == "failed"


def test_a_letter_stays_for_a_person_where_the_server_has_marks(cast, imap):
    imap.heap.put(LETTER)
    fetch_bounces()
    assert imap.heap.mails[1].flags == {"\\Seen"}
    imap.heap.commands.clear()
    assert fetch_bounces() == 0
    assert not [line for line in imap.heap.commands if "FETCH" in line]


def test_what_somebody_else_marked_is_not_expunged(cast, sent, imap):
    imap.heap.put(LETTER, returned_from(cast.nora, sent))
    imap.heap.mails[1].flags.add("\\Deleted")
    fetch_bounces()
    assert list(imap.heap.mails) == [1]


@pytest.mark.slow
def test_an_old_server_without_names_for_plain_and_expunge(cast, sent, imap, read):
    imap.heap.knows_plain = imap.heap.knows_uidplus = False
    read(imap, password="plain")
    imap.heap.put(returned_from(cast.nora, sent))
    assert fetch_bounces() == 1
    assert imap.heap.mails == {}
    read(imap, password=PASSWORD)
    fetch_bounces()
    assert MailboxTrouble.objects.get().said == "it takes no letters beyond ASCII in a name or a password."


def test_a_crash_between_reading_and_removing_counts_nothing_twice(cast, sent, server):
    server.heap.put(returned_from(cast.nora, sent, status="5.2.2", said="552 5.2.2 Mailbox full"))
    server.heap.hangs_up = lambda command: command.split()[0] == "DELE" or "STORE" in command
    fetch_bounces()
    assert state_of(cast.nora)[0] == "failed"
    assert len(server.heap.unseen) == 1
    settled_at = Delivery.objects.get(contact=cast.nora, channel="email").settled_at
    server.heap.hangs_up = lambda command: False
    assert fetch_bounces() == 1
    assert server.heap.mails == {}
    assert ReturnedMail.objects.count() == 1
    assert Delivery.objects.get(contact=cast.nora, channel="email").settled_at == settled_at
    assert not MailboxTrouble.objects.exists()


FETCH = "import django; django.setup(); from communications.actions.bounce_mailbox import fetch_bounces; fetch_bounces()"


def start_fetching() -> subprocess.Popen:
    """A process of its own, with the mailbox that this test names in its environment."""
    database = connection.settings_dict
    own = {
        "DATABASE_URL": f"postgres://postgres@{quote(database['HOST'], safe='')}/{database['NAME']}", "SECRET_KEY": "of a test",
        "REDIS_URL": django_settings.REDIS_URL, "EMAIL_URL": "smtp://127.0.0.1:1", "ALLOWED_HOSTS": "localhost", "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "partnerhub.settings",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-W", "ignore", "-c", FETCH], env={**os.environ, **own}, cwd=django_settings.BASE_DIR)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_kill_9_between_reading_and_removing(cast, read, protocol):
    sent = mailed(cast)
    with MailboxServer(protocol) as server:
        read(server)
        server.heap.put(returned_from(cast.nora, sent), returned_from(cast.ben, sent, status="5.2.2", said="552 5.2.2 full"))
        fetching = []

        def killed(command: str) -> bool:
            if command.startswith("DELE") or "STORE" in command:
                fetching[0].kill()
                return True
            return False

        server.heap.hangs_up = killed
        fetching.append(start_fetching())
        assert fetching[0].wait(timeout=300) == -signal.SIGKILL
        assert (state_of(cast.nora)[0], state_of(cast.ben)[0]) == ("failed", "delivered")
        assert server.heap.unseen == [1, 2]

        server.heap.hangs_up = lambda command: False
        assert start_fetching().wait(timeout=300) == 0
        assert server.heap.mails == {}
    assert state_of(cast.ben)[0] == "failed"
    assert sorted(ReturnedMail.objects.values_list("kind", flat=True)) == ["hard", "soft"]
    assert Suppression.objects.get().address == NORA


def test_a_report_that_is_quicker_than_our_own_record_waits(cast, sent, server):
    server.heap.put(returned_from(cast.nora, sent), returned_from(cast.ben, sent))
    mail = Delivery.objects.filter(contact=cast.nora, channel="email")
    mail.update(state="sending", settled_at=None)
    assert fetch_bounces() == 1
    assert server.heap.unseen == [1]
    mail.update(state="delivered")
    assert fetch_bounces() == 1
    assert (state_of(cast.nora)[0], server.heap.mails) == ("failed", {})


def test_a_broken_mail_does_not_stop_the_others(cast, sent, server, monkeypatch):
    long_line = returned_from(cast.nora, sent).replace(b"Hello Nora", b"." * 70_000 + b"\n.\n..\nHello Nora")
    server.heap.put(b"\xff\x00\n" * 50, b"", returned_from(cast.nora, sent, said="poison"), long_line)
    server.heap.refuses = lambda number: number == 2
    take = bounce_mailbox.take_bounce

    def taken(content):
        if b"poison" in content:
            raise ValueError("cannot be taken")
        return take(content)

    monkeypatch.setattr(bounce_mailbox, "take_bounce", taken)
    fetch_bounces()
    assert state_of(cast.nora)[0] == "failed"
    has_marks = server.RequestHandlerClass.__name__ == "_Imap"
    assert server.heap.unseen == ([2] if has_marks else [2, 3])
    assert 3 in server.heap.mails
    assert 4 not in server.heap.mails


@pytest.mark.slow
def test_a_heap_of_megabytes_is_read_as_far_as_it_says_something(cast, sent, server):
    server.heap.put(returned_from(cast.nora, sent) + b"A" * 3_000_000 + b"\n" + b"A" * 76 + b"\n")
    assert fetch_bounces() == 1
    assert state_of(cast.nora)[0] == "failed"


def test_while_the_database_is_away_every_mail_waits(cast, sent, server, monkeypatch):
    server.heap.put(returned_from(cast.nora, sent))

    def away(_content):
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr(bounce_mailbox, "take_bounce", away)
    with pytest.raises(OperationalError):
        fetch_bounces()
    assert server.heap.unseen == [1]


def test_a_mailbox_that_is_away_is_a_trouble_until_it_is_back(cast, server, read):
    read(server, password="wrong")
    assert fetch_bounces() == 0
    assert "rong name or password" in MailboxTrouble.objects.get().said
    alarms.look_for_alarms()
    assert not Alarm.objects.exists()
    MailboxTrouble.objects.update(since=timezone.now() - MAILBOX_AWAY_AT_LEAST)
    fetch_bounces()
    alarms.look_for_alarms()
    alarm = Alarm.objects.get()
    assert alarm.rule == Rule.MAILBOX_AWAY
    assert alarm.sentence.startswith("What comes back cannot be fetched since ")
    assert PASSWORD not in alarm.sentence
    read(server)
    fetch_bounces()
    assert not MailboxTrouble.objects.exists()


def test_nobody_listens_or_nobody_answers(cast, server, settings):
    server.heap.hangs_up = lambda command: True
    fetch_bounces()
    assert MailboxTrouble.objects.get().said
    settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX._replace(port=1)
    fetch_bounces()
    assert MailboxTrouble.objects.get().said == "nobody listens there."


def test_a_folder_that_is_not_there_is_said(cast, imap, read):
    read(imap, path="/Returned")
    fetch_bounces()
    assert MailboxTrouble.objects.get().said == "There is no such folder"


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["imap", "pop3"])
def test_over_tls_only_with_a_certificate_that_holds(cast, sent, read, certificate, monkeypatch, protocol):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with MailboxServer(protocol, context) as server:
        read(server, scheme=f"{protocol}s")
        server.heap.put(returned_from(cast.nora, sent))
        fetch_bounces()
        assert MailboxTrouble.objects.get().said.startswith("its certificate is not valid")
        assert server.heap.commands == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        assert fetch_bounces() == 1
        assert state_of(cast.nora)[0] == "failed"


def test_without_a_mailbox_nothing_is_fetched(cast):
    assert fetch_bounces() == 0
    assert not MailboxTrouble.objects.exists()
