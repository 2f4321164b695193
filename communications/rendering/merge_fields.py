"""Merge fields: `{{ contact.name }}` in a title or a text. A closed list; nothing is evaluated."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from communications.rendering.statement_marks import PREFIX, literal_of

PATTERN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class MergeValues:
    """What is put in for one person. All are plain text; each place of use escapes for its own format. But a newsletter's items for
    this person are made up already, once as HTML with everything escaped, once as text."""

    contact_name: str
    contact_email: str
    partner_name: str
    partner_country: str
    programme_name: str
    tier: str = ""
    manager_name: str = ""
    items_html: str = ""
    items_text: str = ""

    @property
    def contact_first_name(self) -> str:
        return self.contact_name.split(" ")[0]


MERGE_FIELDS: dict[str, Callable[[MergeValues], str]] = {
    "contact.name": lambda values: values.contact_name,
    "contact.first_name": lambda values: values.contact_first_name,
    "contact.email": lambda values: values.contact_email,
    "partner.name": lambda values: values.partner_name,
    "partner.country": lambda values: values.partner_country,
    "partner.tier": lambda values: values.tier,
    "programme.name": lambda values: values.programme_name,
    "manager.name": lambda values: values.manager_name,
}

# What stands in a field's place where no one person reads: in managers' lists, heads and sentences.
LABELS = {
    "contact.name": gettext_lazy("contact's name"),
    "contact.first_name": gettext_lazy("contact's first name"),
    "contact.email": gettext_lazy("contact's address"),
    "partner.name": gettext_lazy("partner's name"),
    "partner.country": gettext_lazy("partner's country"),
    "partner.tier": gettext_lazy("partner's tier"),
    "programme.name": gettext_lazy("programme's name"),
    "manager.name": gettext_lazy("manager's name"),
}


def check_merge_fields(text: str, *, field: str) -> None:
    """Refuse a merge field that does not exist, naming the nearest one that does. Whether a statement does, its programme knows
    (communications/actions/statement_checks.py)."""
    for match in PATTERN.finditer(text):
        name = match.group(1).strip()
        if name in MERGE_FIELDS or name.startswith(PREFIX):
            continue
        near = difflib.get_close_matches(name, MERGE_FIELDS, n=1)
        hint = _("Did you mean {{ %(near)s }}?") % {"near": near[0]} if near else ""
        raise Invalid(
            _("There is no merge field {{ %(name)s }}. %(hint)s Known are: %(known)s.")
            % {"name": name[:60], "hint": hint, "known": ", ".join(MERGE_FIELDS)},
            code="unknown_merge_field",
            field=field,
        )


def fill(text: str, values: MergeValues, escape: Callable[[str], str] = str) -> str:
    """`text` with every known field put in. Used for short texts such as a title; bodies are compiled."""
    return PATTERN.sub(lambda match: escape(value_of(match.group(1).strip(), values)), text)


def value_of(name: str, values: MergeValues) -> str:
    literal = literal_of(name)
    return MERGE_FIELDS[name](values) if literal is None else literal


def with_labels(text: str) -> str:
    """`text` as managers read it, for nobody in particular: "Hello [contact's name]". An unknown field stays as written."""

    def label(match: re.Match) -> str:
        name = match.group(1).strip()
        return f"[{LABELS[name]}]" if name in LABELS else literal_of(name) or match.group(0)

    return PATTERN.sub(label, text)
