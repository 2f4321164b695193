"""A real browser for tests: pages as a named person sees them, with whatever the console complained about."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]  # fmt: skip
PATIENCE = 90_000  # milliseconds until something that is waited for will never come, on the busiest of machines
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@dataclass
class Visit:
    """One person's browser window."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path, wait_until="load")
        return self.page


def find_chromium(own: str) -> str | None:
    """$CHROMIUM, the system's, Playwright's own; None where there is none."""
    for path in (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", own):
        if path and Path(path).exists():
            return path
    return None


def px_too_wide(page: Page) -> int:
    """How far a page reaches beyond its window, once it is there."""
    page.wait_for_load_state("load")
    return page.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")


def look(page: Page, name: str) -> None:
    """No wider than its window; a picture where pictures are asked for."""
    assert px_too_wide(page) <= 0, f"{name} is wider than its window"
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(scope="session")
def browser():
    # Playwright keeps an event loop in this thread; Django takes that for async code and would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        if path is None and os.environ.get("CI"):
            pytest.fail("There is no Chromium: install one, or name it in CHROMIUM.")
        if path is None:
            pytest.skip("There is no Chromium: install one, or name it in CHROMIUM.")
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, live_server):
    """`visit(user, width="phone", theme="dark")` opens a window in which that user is signed in."""
    contexts = []

    def start(user=None, *, width: str = "wide", theme: str = "light", scripts: bool = True, session: dict | None = None) -> Visit:
        context = browser.new_context(viewport=PHONE if width == "phone" else WIDE, color_scheme=theme, reduced_motion="reduce",
                                      java_script_enabled=scripts, locale="en-GB")  # fmt: skip
        contexts.append(context)
        if user is not None:
            client = Client()  # one for each window: a second sign-in would end the first
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            if session:
                kept = client.session
                kept.update(session)
                kept.save()
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        context.set_default_timeout(PATIENCE)
        window = Visit(context.new_page(), live_server.url)
        window.page.on("console", lambda message: _note(window, message))
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        return window

    yield start
    for context in contexts:
        context.close()


# What htmx says of a request that was under way when its page was left; what truly fails says so in words of its own.
LEFT_IN_BETWEEN = {"htmx:afterRequest", "htmx:sendAbort"}


def _note(window: Visit, message) -> None:
    if message.type in ("error", "warning") and message.text not in LEFT_IN_BETWEEN:
        window.complaints.append(f"{message.text} ({message.location.get('url', '')})")
