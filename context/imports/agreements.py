"""Agreements in rows of a file. One is known by its title, and by its kind and programme where both sides say them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from context.imports.days import read_day
from context.imports.ledger_rows import Kind, Said
from context.imports.vocabulary import Vocabulary
from partners.actions.agreements import check_notice, check_term
from partners.actions.checks import check_line
from partners.models import PartnerAgreement

_DAYS = ("signed_on", "effective_on", "expires_on")
_TERM = (*_DAYS, "notice_days")

AGREEMENTS = Kind(
    key="agreements",
    model=PartnerAgreement,
    which=("title",),
    open=("kind", "programme"),
    blank=dict.fromkeys(_TERM),
    name_of=lambda said: _("agreement %(title)s") % said.which,
    check=lambda columns: check_term(*(columns[name] for name in _TERM)),
    twice=gettext_lazy("An earlier row is about the same agreement. Keep one of them."),
    several=gettext_lazy("There are several agreements called “%(title)s”. Add agreement_kind or agreement_programme."),
)


def read_agreement(given: dict[str, Any], vocabulary: Vocabulary) -> Said:
    if "title" not in given:
        raise Invalid(_("The row has details of an agreement, but no agreement_title."), field="agreement_title")
    kind = vocabulary.agreement_kind(given["kind"]) if "kind" in given else ""
    programme = vocabulary.programme(given["programme"]) if "programme" in given else ""
    days = {name: read_day(given.get(name), f"agreement_{name}") for name in _DAYS}
    reference = check_line(given.get("reference"), "agreement_reference", longest=500)
    told = {**days, "notice_days": _notice(given.get("notice_days")), "evidence": reference}
    title = check_line(given["title"], "agreement_title", required=True)
    return Said(
        AGREEMENTS,
        {"title": title, "kind": kind, "programme": programme},
        {name: value for name, value in told.items() if value not in (None, "")},
        first={"kind": kind or PartnerAgreement.Kind.PARTNER.value},
    )


def _notice(value: Any) -> int | None:
    """`int` would take signs, spaces and underscores, too."""
    word = str(value or "").strip()
    return check_notice(int(word) if word.isdecimal() and len(word) < 6 else word or None)
