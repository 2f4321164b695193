"""Maria watches a large send in her browser, pauses it, lets it go on, and a worker is killed under it. What her page says at the
end is what the mail server took."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.browser import PATIENCE, WIDE, look
from tests.faults.house import wait_until
from tests.faults.story import company, compare, end_forgotten, is_settled, sums_of

pytestmark = pytest.mark.slow
AN_HOUR = 3_600
BY_STATE = "#report table:has(tfoot)"


@pytest.fixture
def window(browser):
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sign_in(window, user, address: str) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def path_of(announcement, name: str) -> str:
    return reverse(f"admin:communications_announcement_{name}", args=[announcement.public_id])


def shown(window) -> dict[str, int]:
    """The column of mails in the table of the report, by state, without those of which there are none."""
    rows = window.locator(f"{BY_STATE} tbody tr")
    texts = [row.split("\t") for row in rows.all_inner_texts()]
    return {name.strip().replace(" ", "_"): n for name, count in texts if (n := int(count.strip().replace(",", "")))}


def test_a_send_is_watched_paused_resumed_and_killed(house, size, window):
    people = size.watched
    told = company(people)
    address = f"http://localhost:{house.port}"
    sign_in(window, told.maria, address)
    with house.counting_sink(pause=0 if size.waits else 0.05) as sink:
        announcement = told.send()
        page, report = (f"{address}{path_of(announcement, name)}" for name in ("page", "report"))
        wait_until(lambda: sums_of(announcement).get("delivered", 0) > people * 0.1, AN_HOUR, "a tenth is mailed")
        window.goto(report)
        first = shown(window)
        before = window.locator(BY_STATE).inner_text()  # the figures renew themselves
        window.wait_for_function("([table, before]) => document.querySelector(table).innerText !== before", arg=[BY_STATE, before])
        assert shown(window)["delivered"] > first["delivered"]
        look(window, "watched-moving")

        window.goto(page)
        window.get_by_role("button", name="Pause").click()
        window.get_by_text("Paused: nothing goes out until somebody resumes it.").wait_for()
        wait_until(lambda: not announcement.deliveries.filter(state="sending").exists(), what="what was in hand is done")
        held = sink.count
        window.goto(report)
        while_paused = shown(window)
        assert while_paused == sums_of(announcement)
        assert while_paused["pending"] > 0
        look(window, "watched-paused")
        assert sink.count == held

        window.goto(page)
        window.get_by_role("button", name="Resume").click()
        window.get_by_text("It is on its way.").wait_for()
        wait_until(lambda: sink.count > people * 0.5, AN_HOUR, "half of them are mailed")
        house.kill("worker")
        house.start("worker")
        wait_until(lambda: is_settled(announcement) or end_forgotten(size), AN_HOUR, "all settled")
        in_doubt = compare(announcement, sink.recipients, people)

    assert in_doubt <= 2 * settings.MAIL_CONNECTIONS
    window.goto(report)
    at_the_end = shown(window)
    assert sum(at_the_end.values()) == people
    assert at_the_end == sums_of(announcement)
    assert at_the_end["delivered"] <= len(sink.recipients) <= at_the_end["delivered"] + in_doubt
    look(window, "watched-end")
