"""Links are followed in the background when a person asks: only to where it is safe, told with its age, never in anybody's way."""

import ipaddress
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse

from activity.channels.links import follow
from communications.actions import announcements
from communications.actions.link_checks import ask_for_link_checks, check_due_links
from communications.models import LinkCheck, State
from communications.queries.link_checks import link_state
from tests.announcement_story import draft

ANSWERS = {"/fine": (200, ""), "/gone": (404, ""), "/moved": (302, "/fine"), "/loop": (302, "/loop"), "/secret": (403, ""),
           "/broken": (500, ""), "/inside": (302, "http://169.254.1.1/"), "/elsewhere": (302, "ftp://x.example/")}  # fmt: skip


@contextmanager
def _served():
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, location = ANSWERS[self.path]
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    with _served() as (address, asked):
        yield address, asked


@pytest.mark.parametrize(
    ("path", "is_fine", "says"),
    [
        ("/fine", True, "leads somewhere"),
        ("/moved", True, "leads somewhere"),
        ("/secret", True, "does not show it to us (403)"),
        ("/gone", False, "nothing at that address (404)"),
        ("/broken", False, "answered 500"),
        ("/loop", False, "on and on"),
        ("/inside", False, "link-local"),
        ("/elsewhere", False, "nothing we can call"),
    ],
)
def test_what_comes_of_following_one(site, path, is_fine, says):
    found = follow(site[0] + path)
    assert found.is_fine == is_fine
    assert says in found.sentence


def test_nobody_is_led_inside(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with _served() as (address, asked):
        assert not follow(address + "/fine").is_fine
        assert asked == []


@pytest.mark.django_db
def test_each_is_followed_once_for_each_time_it_is_asked_for(site):
    address, asked = site
    urls = [address + "/fine", address + "/gone", address + "/fine"]
    ask_for_link_checks(urls)
    ask_for_link_checks(urls)
    assert check_due_links() == 2
    assert check_due_links() == 0
    assert sorted(asked) == ["/fine", "/gone"]
    ask_for_link_checks(urls)
    assert check_due_links() == 2
    assert LinkCheck.objects.count() == 2


@pytest.mark.django_db
def test_the_composer_asks_shows_and_lets_it_pass(cast, client, site):
    address, _asked = site
    begun = draft(cast, body=f"Read [the notes]({address}/gone) and [the plan]({address}/fine).")
    client.force_login(cast.maria)
    entered = {"announcement": str(begun.public_id), "title": begun.title, "body": begun.body, "kind": begun.kind}
    part = reverse("admin:communications_announcement_links")
    assert "2 links, not followed yet" in client.post(part, entered).content.decode()
    assert "are being followed" in client.post(part, entered | {"ask": "1"}).content.decode()
    check_due_links()
    told = client.post(part, entered).content.decode()
    assert "1 link is broken, as of" in told
    assert f"{address}/gone" in told
    assert link_state(begun).broken[0].sentence.startswith("There is nothing")
    announcements.submit_announcement(begun, by=cast.maria)
    assert begun.state == State.SUBMITTED


@pytest.mark.django_db
def test_without_a_script_the_same_button_asks(cast, client, site):
    begun = draft(cast, body=f"Read [the notes]({site[0]}/fine).")
    client.force_login(cast.maria)
    entered = {"announcement": str(begun.public_id), "title": "Not saved", "body": begun.body, "kind": begun.kind, "then": "links"}
    page = client.post(reverse("admin:communications_announcement_change", args=[begun.public_id]), entered)
    assert "are being followed" in page.content.decode()
    begun.refresh_from_db()
    assert begun.title != "Not saved"
