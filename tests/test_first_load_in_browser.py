"""A first visit on a phone over a slow line: how much is fetched, whether anything moves, when it answers; and reading without
scripts. Times are printed and not asserted: they say more about the machine than about the pages."""

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

from tests import factories, portal_story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MOST_BYTES = 150 * 1024
# A mid-range phone on 4G, as Lighthouse has it: 150 ms, 1.6 Mbit/s, a processor four times as slow.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
WATCH = """
  window.seen = {shift: 0, blocked: 0, moved: []};
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (entry.hadRecentInput) return;
    window.seen.shift += entry.value;
    entry.sources.forEach(({node}) => window.seen.moved.push(node?.outerHTML?.slice(0, 80)));
  })).observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    window.seen.blocked = Math.max(window.seen.blocked, entry.startTime + entry.duration);
  })).observe({type: "longtask", buffered: true});
"""
INSIDE = ("portal:home", "portal:organisation", "portal:people", "communications:announcements", "communications:preferences",
          "collaboration:meetings", "portal:help", "portal:together")  # fmt: skip


@pytest.fixture
def packed(monkeypatch):
    """Static files come packed, as they do in production; the server of the tests sends them as they are."""
    serve = StaticFilesHandlerMixin.serve
    pack = GZipMiddleware(serve).process_response
    monkeypatch.setattr(StaticFilesHandlerMixin, "serve", lambda self, request: pack(request, serve(self, request)))


def test_a_first_visit_is_light_and_nothing_moves(cast, packed, visit, capsys):
    portal_story.tell(cast)
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    figures = {}
    for name in ("account_login", *INSIDE):
        window = visit(None if name == "account_login" else cast.nora.user, width="phone")
        figures[name] = _first_load(window, reverse(name))
        window.page.close()  # slowed down it keeps a processor busy, also when nothing happens
    lines = [f"{name}: {seen['bytes'] / 1024:.0f} KB, shift {seen['shift']:.4f}, first paint {seen['paint']:.0f} ms, "
             f"interactive {seen['interactive']:.0f} ms" for name, seen in figures.items()]  # fmt: skip
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201 - times are told, not asserted
    assert {name: seen["bytes"] for name, seen in figures.items() if seen["bytes"] > MOST_BYTES} == {}
    assert {name: seen["moved"] for name, seen in figures.items() if seen["shift"] > 0} == {}


@pytest.mark.parametrize("page", ["account_login", *INSIDE])
def test_without_scripts_everything_is_there_to_read(cast, visit, page):
    portal_story.tell(cast)
    factories.make_contact(cast.baltic, "Nora Berg", "nora@baltic.example", user=cast.nora.user)
    person = None if page == "account_login" else cast.nora.user
    plain, lively = visit(person, width="phone", scripts=False), visit(person, width="phone")
    text = "document.querySelector('main').innerText"
    with_scripts = lively.open(reverse(page)).evaluate(text)
    assert len(with_scripts) > 40
    lines = {line.strip() for line in with_scripts.splitlines() if len(line.strip()) > 3}
    shown = plain.open(reverse(page)).locator("main").inner_text()
    # What only works with scripts says so by being absent: the switch of the keys.
    assert {line for line in lines if line not in shown} <= {"Use single keys in this browser"}


def test_the_whole_portal_by_keys(cast, visit):
    portal_story.tell(cast)
    window = visit(cast.nora.user)
    page = window.open("/")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/announcements/")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    dialog.get_by_text("Show these keys").wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.get_by_role("link", name="Keys and help").click()
    page.get_by_label("Use single keys in this browser").uncheck()
    page.keyboard.press("Tab")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.keyboard.press("?")
    assert page.url.endswith(reverse("portal:help"))
    assert page.get_by_role("dialog").count() == 0
    assert window.complaints == []


def test_what_did_not_arrive_is_said_and_nothing_is_lost(cast, visit):
    asked = portal_story.tell(cast)
    window = visit(cast.ben.user, width="phone")
    page = window.open(reverse("communications:announcement", args=[asked.public_id]))
    page.get_by_label("Your question").fill("Is there a trial licence?")
    page.context.set_offline(True)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("That did not arrive.").wait_for()
    assert page.get_by_label("Your question").input_value() == "Is there a trial licence?"
    assert page.locator("main [aria-busy=true]").count() == 0
    page.context.set_offline(False)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Your question is on its way.").wait_for()


def _first_load(window, path: str) -> dict:
    """With an empty cache, of a server that has been asked for the page before."""
    page, answers = window.page, []
    page.request.get(window.address + path)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.on("response", lambda answer: answers.append(answer))
    page.add_init_script(WATCH)
    window.open(path)
    page.wait_for_load_state("networkidle")
    seen = page.evaluate("""() => {
      const loaded = performance.getEntriesByType("navigation")[0];
      const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
      return {...window.seen, paint, interactive: Math.max(loaded.domContentLoadedEventEnd, window.seen.blocked, paint)};
    }""")
    return {**seen, "bytes": sum(_on_the_wire(answer) for answer in answers)}


def _on_the_wire(answer) -> int:
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
