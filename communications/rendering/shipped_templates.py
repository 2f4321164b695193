"""The templates that every installation starts with, one for each kind. `…` is where the author has something to put in."""

from communications.models import ContentTemplate, Kind

# Kind, title, who must act, text.
_SHIPPED = (
    (Kind.PRODUCT_UPDATE, "… is here: what it does for your customers", "",
     "… is available from today. In one sentence: …\n\n## What is new\n\n- …\n- …\n\n## What it means for you\n\n…\n\n"
     "::: facts\nVersion: … → …\n:::\n\n::: button\n[Read the release notes](https://example.com/)\n:::"),
    (Kind.SALES_PLAY, "How to win … with …", "Account managers: name three customers by …",
     "Customers who … have this trouble: …\n\n"
     "## Whom to talk to\n\n…\n\n## What to ask first\n\n1. …\n2. …\n\n## What to offer\n\n…"),
    (Kind.TRAINING, "… for your engineers, …", "Managers: reserve places by …",
     "After these … hours your people can …\n\n## For whom\n\n…\n\n## What they learn\n\n- …\n\n"
     "::: button\n[Reserve a place](https://example.com/)\n:::"),
    (Kind.COLLATERAL, "New for your customers: …", "",
     "Use it when a customer asks …\n\n"
     "## What there is\n\n- …\n\n::: note\nYou may put your own logo on it. Leave … as it is.\n:::"),
    (Kind.POLICY, "… changes on …", "Everyone who …: read it, then acknowledge by …",
     "From … on, … Until now it was … Why we change it: …\n\n## What you do\n\n1. …\n\n## What stays as it is\n\n…"),
    (Kind.PRICE_LIST, "New prices for … from …", "Account managers: check open quotes before …",
     "From … on the prices for … change.\n\n::: facts\n…: … → …\n:::\n\n"
     "::: dates\n2030-05-01: The last day for orders at the old prices\n:::\n\nQuotes that are open: …"),
    (Kind.PLANNED_CHANGE, "… on …: what you do before", "…: confirm by …",
     "On … we …\n\n## What it means for you\n\n…\n\n::: dates\n2030-05-01: It begins\n2030-05-02: It is over\n:::"),
    (Kind.SECURITY_ADVISORY, "Security: install … by …", "Engineers: install … at every customer by …, then acknowledge",
     "… lets somebody … Version … closes it.\n\n::: warning\nUntil it is installed: …\n:::\n\n"
     "## How to see whether you are affected\n\n1. …\n\n## What to do\n\n1. …"),
    (Kind.EVENT, "You are invited: …, …", "Everyone who wants to come: reply by …",
     "We meet on … in … to talk about …\n\n"
     "## What is planned\n\n- …\n\n::: button\n[Say that you come](https://example.com/)\n:::"),
    (Kind.INCENTIVE, "Earn … for each … until …", "Account managers: register your sales by …",
     "From … to … you get … for each …\n\n"
     "::: facts\nFor each …: …\nAt most: …\n:::\n\n## What counts\n\n…\n\n## How it is paid\n\n…"),
    (Kind.NEWSLETTER, "…: what is new for you", "",
     "The three things to know this month:\n\n1. …\n2. …\n3. …\n\n## …\n\n…\n\n## Dates\n\n::: dates\n2030-05-01: …\n:::"),
    (Kind.CRISIS, "…: what happened, and what to do now", "Everyone: …, now",
     "::: warning\nDo this first: …\n:::\n\n## What we know\n\n…\n\n## What we do not know yet\n\n…\n\n## Whom to call\n\n…"),
)  # fmt: skip


def shipped_templates() -> list[ContentTemplate]:
    return [
        ContentTemplate(name=str(Kind(kind).label), kind=kind, title=title, call_to_action=who, body=body, language="en")
        for kind, title, who, body in _SHIPPED
    ]
