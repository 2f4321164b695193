"""Was it a person? Signals that a hit came from a machine; without one a person is assumed.

Every rule here is stated in docs/engagement.md. Raw hits are kept, so they can be judged again when the rules get better."""

import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from communications.models import Action
from communications.models.engagement import Signal

# Gateways and proxies that name themselves. Image proxies fetch for a reader who may or may not be there.
_SCANNERS = re.compile(
    r"barracuda|mimecast|proofpoint|safelinks|fireeye|symantec|trend ?micro|messagelabs|cloudmark|ironport|sophos|"
    r"bot\b|crawler|spider|preview|headless|urlscan|virustotal",
    re.IGNORECASE,
)
_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy|via ggpht|Outlook-iOS-Proxy|AppleMailPrivacy", re.IGNORECASE)

# Where mail servers and gateways stand that look into messages, as their operators publish it: Barracuda, Microsoft Exchange
# Online Protection, Proofpoint, Mimecast. People do not read their mail from there.
_KNOWN_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64.235.144.0/20", "209.222.80.0/21", "40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17", "67.231.144.0/20",
        "148.163.128.0/19", "205.139.110.0/23", "207.211.30.0/23",
    )
)  # fmt: skip

TRAPPED_WITHIN = timedelta(seconds=60)
BURST_WITHIN = timedelta(seconds=2)
BURST_LINKS, BURST_LINKS_AT_ONCE = 3, 2
AT_ONCE = timedelta(seconds=10)


class Seen(Protocol):
    """A hit as it is judged."""

    action: str
    link: int | None
    method: str
    purpose: str
    agent: str
    network: str
    occurred_at: datetime


Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


def judge(hits: Sequence[Seen], handed_over_at: datetime | None, *, named: Networks = ()) -> list[str]:
    """For each hit of one person on one announcement the signal, or "" for a person. `handed_over_at` is when a mail server
    had taken the mail, None where that is not known. `named` are networks of scanners that managers named."""
    trapped = [hit.occurred_at for hit in hits if hit.action == Action.TRAPPED]
    burst = _burst(hits, handed_over_at)
    if not trapped and not burst:
        return [own_signal(hit, named) for hit in hits]
    return [
        own_signal(hit, named)
        or (Signal.TRAP.value if _is_near(hit, trapped, TRAPPED_WITHIN) else "")
        or (Signal.BURST.value if _is_near(hit, burst, BURST_WITHIN) else "")
        for hit in hits
    ]


def own_signal(hit: Seen, named: Networks = ()) -> str:
    """What a hit says of itself, whatever else happened."""
    if hit.action == Action.TRAPPED:
        return Signal.TRAP.value
    return _signal(hit.action, hit.method, hit.purpose, hit.agent, hit.network, named)


@lru_cache(maxsize=10_000)
def _signal(action: str, method: str, purpose: str, agent: str, network: str, named: Networks) -> str:
    is_proxied = action == Action.OPENED and (_PROXIES.search(agent) or agent == "Mozilla/5.0")
    signs: tuple[tuple[Signal, Callable[[], object]], ...] = (
        (Signal.HEAD, lambda: method == "HEAD"),
        (Signal.PREFETCH, lambda: re.search("prefetch|preview|prerender", purpose, re.IGNORECASE)),
        (Signal.NO_AGENT, lambda: not agent),
        (Signal.SCANNER, lambda: _SCANNERS.search(agent)),
        (Signal.KNOWN_NETWORK, lambda: _is_known(network, named)),
        (Signal.IMAGE_PROXY, lambda: is_proxied),
    )
    return next((signal.value for signal, holds in signs if holds()), "")


def _is_known(network: str, named: Networks) -> bool:
    return bool(network) and any(ipaddress.ip_address(network) in known for known in (*_KNOWN_NETWORKS, *named))


def _burst(hits: Sequence[Seen], handed_over_at: datetime | None) -> list[datetime]:
    """When several different links were followed as no hand can; fewer are enough right after the mail was handed over."""
    clicks = [hit for hit in hits if hit.action == Action.CLICKED]
    return [hit.occurred_at for hit in clicks if _links_around(hit, clicks) >= _links_of_burst(hit, handed_over_at)]


def _links_around(hit: Seen, clicks: list[Seen]) -> int:
    return len({other.link for other in clicks if _is_near(hit, [other.occurred_at], BURST_WITHIN)})


def _links_of_burst(hit: Seen, handed_over_at: datetime | None) -> int:
    is_at_once = handed_over_at is not None and hit.occurred_at - handed_over_at < AT_ONCE
    return BURST_LINKS_AT_ONCE if is_at_once else BURST_LINKS


def _is_near(hit: Seen, moments: list[datetime], within: timedelta) -> bool:
    return any(abs(hit.occurred_at - moment) <= within for moment in moments)
