"""Templates of each programme's own, beside those that every installation starts with."""

from accounts.models import User
from communications.actions.templates import create_template
from communications.models import Kind
from partners.models import Programme

_OWN = (
    ("lumenvale", "Release of a product", Kind.PRODUCT_UPDATE, "en", "… is here: what it does for your customers", "",
     "Hello {{ contact.first_name }},\n\n… is available from today. In one sentence: …\n\n## What is new\n\n- …\n\n"
     "::: facts\nVersion: … → …\nUpgrade: free for …\n:::\n\n"
     "::: button\n[Read the release notes](https://partners.lumenvale.example/)\n:::"),
    ("lumenvale", "Enablement session", Kind.TRAINING, "en", "…: two days, one certificate",
     "Managing directors: reserve places by …",
     "Hello {{ contact.first_name }},\n\n…\n\n::: dates\n2030-05-01: First day\n2030-05-02: Second day, and the test\n:::\n\n"
     "::: note\nNone of it costs anything for Gold and Platinum partners.\n:::"),
    ("kestrane", "Stop of a line", Kind.PLANNED_CHANGE, "en", "Line stop at …: no deliveries from … to …", "Planners: confirm by …",
     "Dear {{ contact.first_name }},\n\nThe line for … stops from … to …\n\n"
     "::: warning\nGoods that arrive in that week go back.\n:::"
     "\n\n## What you do\n\n1. …"),
    ("kestrane", "Lieferantentag", Kind.EVENT, "de", "Einladung: …, …", "Wer kommen möchte: Antwort bis …",
     "Guten Tag {{ contact.first_name }},\n\nwir treffen uns am … in …\n\n::: dates\n2030-05-01: Anmeldeschluss\n:::\n\n"
     "::: button\n[Platz reservieren](https://suppliers.kestrane.example/)\n:::"),
)  # fmt: skip


def make_templates(programmes: dict[str, Programme], by: User) -> None:
    for programme, name, kind, language, title, who, body in _OWN:
        create_template(
            by=by,
            programme=programmes[programme],
            name=name,
            kind=kind,
            language=language,
            title=title,
            call_to_action=who,
            body=body,
        )
