"""What each kind of announcement asks for. This one table is what the composer, the API and the submission obey, and what readers
are shown above the text.

A detail of a kind is a short value beside the text: a date, a choice, a line of words. What is required may also be a field that
every announcement has, such as who must act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.refusals import Invalid
from communications.models.announcements import Announcement, Kind

LONGEST = 300


class Form(StrEnum):
    WORDS = "words"
    DATE = "date"
    CHOICE = "choice"


@dataclass(frozen=True)
class Detail:
    key: str
    label: str | Promise
    form: Form = Form.WORDS
    choices: tuple[str, ...] = ()
    help: str | Promise = ""

    @property
    def field(self) -> str:
        """As a refusal names it."""
        return f"details.{self.key}"

    @property
    def is_translated(self) -> bool:
        return self.form == Form.WORDS


@dataclass(frozen=True)
class KindRules:
    """`details` in the order in which they are shown."""

    details: tuple[str, ...]
    required: tuple[str, ...] = ()


SEVERITIES = ("low", "moderate", "high", "critical")

DETAILS = {
    detail.key: detail
    for detail in (
        Detail("product", gettext_lazy("Product")),
        Detail("version", gettext_lazy("Version")),
        Detail("customers", gettext_lazy("Which customers it is for")),
        Detail("used_for", gettext_lazy("What it is for")),
        Detail("effective_on", gettext_lazy("Takes effect on"), Form.DATE),
        Detail("ends_on", gettext_lazy("Ends on"), Form.DATE),
        Detail("changes_from", gettext_lazy("As it is now"), help=gettext_lazy("What changes: from this …")),
        Detail("changes_to", gettext_lazy("As it will be"), help=gettext_lazy("… to this.")),
        Detail("act_by", gettext_lazy("Act by"), Form.DATE),
        Detail("severity", gettext_lazy("Severity"), Form.CHOICE, SEVERITIES),
        Detail("affected", gettext_lazy("What is affected"), help=gettext_lazy("Products and versions, or parts and lots.")),
        Detail("fixed_in", gettext_lazy("Solved by")),
        Detail("starts_on", gettext_lazy("Takes place on"), Form.DATE),
        Detail("place", gettext_lazy("Where"), help=gettext_lazy("A place, or “online”.")),
        Detail("register_by", gettext_lazy("Register by"), Form.DATE),
        Detail("reward", gettext_lazy("What can be earned")),
        Detail("period", gettext_lazy("Period")),
        Detail("what_happened", gettext_lazy("What happened")),
        Detail("next_update", gettext_lazy("Next update"), help=gettext_lazy("When you will say more, such as “today 18:00 UTC”.")),
    )
}

WHO_ACTS = "call_to_action"
KINDS: dict[str, KindRules] = {
    Kind.PRODUCT_UPDATE: KindRules(("product", "version", "effective_on"), ("product", "effective_on")),
    Kind.SALES_PLAY: KindRules(("customers", "product", "ends_on"), ("customers",)),
    Kind.TRAINING: KindRules(("starts_on", "place", "register_by"), (WHO_ACTS, "starts_on", "place")),
    Kind.COLLATERAL: KindRules(("used_for", "product", "ends_on"), ("used_for",)),
    Kind.POLICY: KindRules(
        ("effective_on", "changes_from", "changes_to", "act_by"), (WHO_ACTS, "effective_on", "changes_from", "changes_to")
    ),
    Kind.PRICE_LIST: KindRules(("effective_on", "changes_from", "changes_to"), ("effective_on", "changes_from", "changes_to")),
    Kind.PLANNED_CHANGE: KindRules(
        ("effective_on", "changes_from", "changes_to", "act_by"), (WHO_ACTS, "effective_on", "changes_from", "changes_to")
    ),
    Kind.SECURITY_ADVISORY: KindRules(
        ("severity", "affected", "fixed_in", "act_by"), (WHO_ACTS, "severity", "affected", "act_by")
    ),
    Kind.EVENT: KindRules(("starts_on", "place", "register_by"), ("starts_on", "place")),
    Kind.INCENTIVE: KindRules(("effective_on", "ends_on", "reward"), (WHO_ACTS, "effective_on", "ends_on", "reward")),
    Kind.NEWSLETTER: KindRules(("period",), ("period",)),
    Kind.CRISIS: KindRules(("what_happened", "place", "next_update"), (WHO_ACTS, "what_happened", "next_update")),
}  # fmt: skip


def rules_of(kind: str) -> KindRules:
    return KINDS.get(kind, KindRules(()))


def details_of(kind: str) -> list[Detail]:
    return [DETAILS[key] for key in rules_of(kind).details]


def own_details(announcement: Announcement) -> dict:
    """Those that its kind knows, with what was written; what is left of another kind is not shown."""
    return {key: announcement.details[key] for key in rules_of(announcement.kind).details if announcement.details.get(key)}


def check_details(details: dict, *, words_only: bool = False) -> None:
    """May these be kept? Raises `Invalid` with the field at fault."""
    for key, value in details.items():
        detail = DETAILS.get(key)
        if detail is None or words_only and not detail.is_translated:
            known = ", ".join(key for key, one in DETAILS.items() if one.is_translated or not words_only)
            raise Invalid(_("There is no detail “%(key)s”. Known are: %(known)s.") % {"key": str(key)[:60], "known": known},
                          field="details")  # fmt: skip
        _check_value(detail, value)
    first, last = details.get("effective_on"), details.get("ends_on")
    if first and last and last < first:
        raise Invalid(_("It would end before it takes effect. Move one of the two dates."), field="details.ends_on")


def _check_value(detail: Detail, value) -> None:
    words = {"label": detail.label, "most": LONGEST}
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise Invalid(_("“%(label)s” is one line of at most %(most)d characters.") % words, field=detail.field)
    if not value:
        return
    if detail.form == Form.DATE and not _is_date(value):
        raise Invalid(_("“%(label)s” is a date, such as 2030-05-01.") % words, field=detail.field)
    if detail.form == Form.CHOICE and value not in detail.choices:
        known = ", ".join(detail.choices)
        raise Invalid(_("“%(label)s” is one of: %(known)s.") % {**words, "known": known}, field=detail.field)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def missing_of(announcement: Announcement) -> Iterator[Invalid]:
    """What its kind asks for and nobody has written yet: in its own words, then in each translation."""
    kind = announcement.get_kind_display()
    for name in rules_of(announcement.kind).required:
        if name == WHO_ACTS:
            if not announcement.call_to_action.strip():
                yield Invalid(_("Say who must act, and by when: “%(kind)s” asks for it.") % {"kind": kind}, field=WHO_ACTS)
        elif not announcement.details.get(name, "").strip():
            words = {"label": DETAILS[name].label, "kind": kind}
            yield Invalid(_("Fill in “%(label)s”: “%(kind)s” asks for it.") % words, field=DETAILS[name].field)
