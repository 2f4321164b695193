"""Was it a person? Signals that a hit came from a machine; without one a person is assumed.

Every rule here is stated in docs/engagement.md. Raw hits are kept, so they can be judged again when the rules get better."""

import re

# Gateways and proxies that name themselves. Image proxies fetch for a reader who may or may not be there.
_SCANNERS = re.compile(
    r"barracuda|mimecast|proofpoint|safelinks|fireeye|symantec|trend ?micro|messagelabs|cloudmark|ironport|sophos|"
    r"bot\b|crawler|spider|preview|headless|urlscan|virustotal",
    re.IGNORECASE,
)
_PROXIES = re.compile(r"GoogleImageProxy|YahooMailProxy|via ggpht|Outlook-iOS-Proxy|AppleMailPrivacy", re.IGNORECASE)


def machine_signal(*, action: str, method: str, agent: str, purpose: str) -> str:
    """The name of the signal, or "" for a person."""
    if method == "HEAD":
        return "head"
    if "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return "prefetch"
    if not agent:
        return "no_agent"
    if _SCANNERS.search(agent):
        return "scanner"
    if action == "opened" and (_PROXIES.search(agent) or agent == "Mozilla/5.0"):
        return "image_proxy"
    return ""
