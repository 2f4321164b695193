"""What somebody else wrote, in a title, a text, a name, or in what a browser says of itself: on the pages and in the mails of
partners and managers it is words, and nothing of it runs, loads or leads astray."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from activity.refusals import Invalid
from communications.actions.hits import read_hits
from communications.channels import hits
from communications.models import Channel, EngagementEvent, TopicPreference
from communications.rendering import MergeValues, compile_text
from communications.tracking_tokens import Place, TrackingToken
from tests import announcement_story
from tests.test_preview_safety import HOSTILE

pytestmark = pytest.mark.django_db

RUNS = "<script>document.title = 'run'</script><img src=x onerror=document.title='run'>"
SIGNED_IN = {"backend": "django.contrib.auth.backends.ModelBackend"}


class Alive(HTMLParser):
    """What of the hostile words is markup."""

    def __init__(self, html: str):
        super().__init__()
        self.found, self.inside = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.found += [(tag, name) for name, value in attributes if name.startswith("on") and "document.title" in (value or "")]
        self.found += [
            (tag, value) for name, value in attributes if name in ("src", "href") and (value or "").startswith(("x", "java"))
        ]

    def handle_data(self, data):
        if self.inside == "script" and "document.title" in data:
            self.found.append(("script", data))

    def handle_endtag(self, _tag):
        self.inside = ""


def alive(html: str) -> list:
    return Alive(html).found


@pytest.fixture
def sent(cast, sink):
    cast.nora.name = RUNS
    cast.nora.save()
    cast.alpenglow.name = f"Alpenglow {RUNS}"
    cast.alpenglow.save()
    draft = announcement_story.draft(cast, f"Aurora {RUNS}", body=f"{HOSTILE} {{{{ partner.name }}}} [notes](https://vendor.example/n)",
                                     call_to_action=f"Now {RUNS}", requires_acknowledgement=True)  # fmt: skip
    return announcement_story.send(draft, cast)


def shown(client, *addresses: str) -> str:
    pages = [client.get(address) for address in addresses]
    assert [page.status_code for page in pages] == [200] * len(pages)
    return "".join(page.content.decode() for page in pages)


def test_partners_read_them_as_words(client, cast, sent):
    client.force_login(cast.nora.user, **SIGNED_IN)
    page = reverse("communications:announcement", args=[sent.public_id])
    found = shown(client, "/", reverse("communications:announcements"), page, reverse("portal:search") + "?q=aurora",
                  reverse("portal:own_data"), reverse("portal:people"), page)  # fmt: skip
    assert "&lt;script&gt;document.title" in found
    assert alive(found) == []


def managers_pages(sent, cast, figure: str) -> list[str]:
    of_it = [reverse(f"admin:communications_announcement_{name}", args=[sent.public_id]) for name in ("page", "report")]
    people = reverse("admin:communications_announcement_report_people", args=[sent.public_id, figure])
    partner = reverse("admin:partners_partner_change", args=[cast.alpenglow.pk])
    return [reverse("admin:communications_announcement_changelist"), *of_it, people, partner]


def test_so_do_managers(client, cast, sent):
    client.force_login(cast.maria, **SIGNED_IN)
    found = shown(client, *managers_pages(sent, cast, "received"))
    assert "&lt;script&gt;document.title" in found
    assert alive(found) == []


def test_and_in_the_mail(cast, sent, sink):
    mail = sink.to(cast.nora.email)
    html = mail.get_body(("html",)).get_content()
    assert "&lt;script&gt;document.title" in html
    assert alive(html) == []
    assert mail["Subject"].startswith("Aurora <script>")  # a subject is never markup


def test_what_a_browser_says_of_itself_is_shown_as_words_wherever_it_is_told(client, cast, sent):
    hits._client().delete(hits.STREAM)
    token = TrackingToken(sent.pk, cast.nora.pk, Channel.EMAIL, 1, 0)
    said = {"HTTP_USER_AGENT": f"Mozilla/5.0 {RUNS}", "HTTP_REFERER": f"https://x.example/{RUNS}", "HTTP_SEC_PURPOSE": RUNS}
    assert client.get(f"/t/c/{token}", **said).status_code == 302
    assert read_hits() == 1
    event = EngagementEvent.objects.get()
    assert RUNS in event.agent
    assert "x.example" not in f"{event.agent}{event.purpose}"  # where it came from is not kept at all

    client.force_login(cast.maria, **SIGNED_IN)
    found = shown(client, *managers_pages(sent, cast, "clicked"))
    client.force_login(cast.nora.user, **SIGNED_IN)
    found += shown(client, reverse("portal:own_data"), reverse("communications:preferences"))
    assert alive(found) == []


@pytest.mark.parametrize("place", ["file:///etc/passwd", "FILE:///etc/passwd", "file://localhost/etc/passwd", "../../etc/passwd",
                                   "/etc/passwd", "ftp://x.example/a", "data:text/html,x", "\\\\host\\share"])  # fmt: skip
@pytest.mark.parametrize("text", ["[x]({})", "![x]({})", "[x]: {}\n\n[x] ![x]", "<{}>"])
def test_no_file_of_the_machine_is_named_by_a_text(text, place):
    """Refused with a sentence, or words that lead nowhere."""
    try:
        compiled = compile_text(text.format(place), "en")
    except Invalid:
        return
    html = compiled.as_html(MergeValues("", "", "", "", ""), link=lambda number: f"/l/{number}", file=lambda name: f"/f/{name}")
    assert compiled.links == ()
    assert not compiled.files
    assert "href" not in html
    assert "src" not in html


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", [Place.WAY_OUT])
def test_a_scanner_with_a_browser_of_its_own_leaves_no_topic(cast, sink, visit, place):
    """It opens the way out, runs what there is to run, and follows every link."""
    sent = announcement_story.send(announcement_story.draft(cast), cast)
    token = TrackingToken(sent.pk, cast.nora.pk, Channel.EMAIL, 1, place)
    scanner = visit()
    page = scanner.open(f"/t/u/{token}")
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Stop these mails").is_visible()
    for address in page.eval_on_selector_all("a", "links => links.map(link => link.href)"):
        if address.startswith(scanner.address):
            page.request.get(address)
    assert not TopicPreference.objects.exists()
    page.get_by_role("button", name="Stop these mails").click()
    page.get_by_role("heading", name="No more mails on").wait_for()
    assert TopicPreference.objects.get().address == cast.nora.email


@pytest.mark.parametrize(
    "address",
    [
        "/announcements/?kind=%00&topic=%00x", "/search/?q=%00", "/admin/enablement/resource/?kind__exact=%00x",
        "/admin/enablement/idea/?status__exact=%00", "/admin/communications/opinionsurvey/?state__exact=%00x",
    ],
)  # fmt: skip
def test_an_address_with_what_no_database_keeps_asks_without_it(cast, client, address):
    client.force_login(cast.maria if address.startswith("/admin/") else cast.nora.user)
    assert client.get(address, follow=True).status_code == 200
