"""Who made a hit: what it says of itself, and what was made around it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from communications.rendering.machines import judge

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"


@dataclass(frozen=True)
class Hit:
    action: str = "clicked"
    after: float = 0.0  # seconds after noon
    link: int | None = 0
    method: str = "GET"
    purpose: str = ""
    agent: str = FIREFOX
    network: str = "192.0.2.0"

    @property
    def occurred_at(self) -> datetime:
        return NOON + timedelta(seconds=self.after)


def signals(*hits: Hit, handed_over: float | None = None) -> list[str]:
    return judge(hits, None if handed_over is None else NOON + timedelta(seconds=handed_over))


@pytest.mark.parametrize(
    ("change", "signal"),
    [
        ({}, ""),
        ({"method": "HEAD"}, "head"),
        ({"purpose": "prefetch;prerender"}, "prefetch"),
        ({"purpose": "preview"}, "prefetch"),
        ({"agent": ""}, "no_agent"),
        ({"agent": "Mozilla/5.0 Barracuda Sentinel (EE)"}, "scanner"),
        ({"agent": "Googlebot/2.1"}, "scanner"),
        ({"network": "40.92.17.0"}, "known_network"),
        ({"network": "2001:db8::"}, ""),
        ({"network": ""}, ""),
        ({"agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}, ""),  # nobody follows a link through an image proxy
        ({"action": "opened", "link": None, "agent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)"}, "image_proxy"),
        ({"action": "opened", "link": None, "agent": "Mozilla/5.0"}, "image_proxy"),
        ({"action": "trapped", "link": None}, "trap"),
    ],
)
def test_what_a_hit_says_of_itself(change, signal):
    assert signals(replace(Hit(), **change)) == [signal]


def test_who_follows_the_link_that_no_person_sees_is_a_machine_in_all_it_did_then():
    opened, clicked, trap = Hit("opened", 0, None), Hit("clicked", 20), Hit("trapped", 25, None)
    later = Hit("clicked", 400)
    assert signals(opened, clicked, trap, later) == ["trap", "trap", "trap", ""]


def test_three_links_in_two_seconds_are_no_hand():
    assert signals(Hit(link=0), Hit(after=0.5, link=1), Hit(after=1.0, link=2)) == ["burst"] * 3
    assert signals(Hit(link=0), Hit(after=0.5, link=1)) == ["", ""]
    assert signals(Hit(link=0), Hit(after=0.5, link=0), Hit(after=1, link=0)) == ["", "", ""]  # a double click
    assert signals(Hit(link=0), Hit(after=5, link=1), Hit(after=10, link=2)) == ["", "", ""]


def test_right_after_it_was_handed_over_two_are_enough():
    two = Hit(after=3, link=0), Hit(after=3.5, link=1)
    assert signals(*two, handed_over=0) == ["burst", "burst"]
    assert signals(*two, handed_over=4) == ["burst", "burst"]  # looked at before the server had said yes
    assert signals(*two, handed_over=-60) == ["", ""]
    assert signals(Hit(after=0.5), handed_over=0) == [""]  # one may be a quick person


def test_what_else_a_burst_fetched_belongs_to_it():
    picture = Hit("opened", 0.2, None)
    assert signals(picture, Hit(after=0.5, link=0), Hit(after=0.6, link=1), Hit(after=0.7, link=2))[0] == "burst"
    assert signals(replace(picture, after=-30), Hit(link=0), Hit(after=0.1, link=1), Hit(after=0.2, link=2))[0] == ""


def test_its_own_sign_goes_before_what_happened_around_it():
    assert signals(Hit(method="HEAD"), Hit("trapped", 1, None)) == ["head", "trap"]
