"""Alerts as pages show them; how useful each rule has been; and what segments may ask of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import CharField, Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from communications.alert_causes import alert_cause_named
from communications.models import Alert, AlertRule, Verdict
from communications.rates import Rate
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner
from partners.panels import PartnerPage

SHOWN = 20
HAPPENING = "partner.alert"


@dataclass(frozen=True)
class RuleSum:
    """`useful` of those that were judged; what was not judged says nothing."""

    rule: AlertRule
    cause: str
    open: int
    opened: int
    useful: Rate

    @property
    def unjudged(self) -> int:
        return self.opened - self.useful.of

    @property
    def false_alarms(self) -> int:
        return self.useful.of - self.useful.count

    @property
    def percent(self) -> int:
        return round(100 * (self.useful.value or 0))

    @property
    def low(self) -> int:
        return round(100 * (self.useful.interval or (0, 1))[0])

    @property
    def high(self) -> int:
        return round(100 * (self.useful.interval or (0, 1))[1])


def sums_of(rules: Iterable[AlertRule], user) -> list[RuleSum]:
    """One query for any number of rules; of the partners that this reader sees."""
    rules = list(rules)
    rows = Alert.objects.visible_to(user).filter(rule__in=rules).order_by().values("rule").annotate(
        opened=Count("pk"), open=Count("pk", filter=Q(closed_at=None)),
        useful=Count("pk", filter=Q(verdict=Verdict.USEFUL)), judged=Count("pk", filter=~Q(verdict="")),
    )  # fmt: skip
    found = {row["rule"]: row for row in rows}
    nothing = {"opened": 0, "open": 0, "useful": 0, "judged": 0}
    return [_sum(rule, found.get(rule.pk, nothing)) for rule in rules]


def _sum(rule: AlertRule, row: dict) -> RuleSum:
    cause = alert_cause_named(rule.cause)
    return RuleSum(rule, str(cause.label) if cause else rule.cause, row["open"], row["opened"], Rate(row["useful"], row["judged"]))


def alerts_of(rule: AlertRule, user, *, is_open: bool | None = None) -> QuerySet[Alert]:
    rows = Alert.objects.visible_to(user).filter(rule=rule).select_related("rule", "partner", "owner", "notice", "judged_by")
    if is_open is not None:
        rows = rows.filter(closed_at__isnull=is_open)
    return rows.order_by("closed_at", "due_on", "pk") if is_open else rows


def alerts_panel(page: PartnerPage) -> dict:
    """Open ones about this partner, the earliest due first, then the latest that are closed. One query."""
    rows = Alert.objects.visible_to(page.reader).filter(partner=page.partner).select_related("rule", "owner")
    return {"alerts": rows.order_by(F("closed_at").desc(nulls_first=True), "due_on", "pk")[:SHOWN]}


# --- What segments may ask ------------------------------------------------------------------------------------------------------


def register() -> None:
    register_words("alert_rule", lambda: _t("alert rule"), _words)
    register_happening(HAPPENING, _("open alert about them"), "alert_rule", _rows)
    register_happened(_happened)


def _words() -> QuerySet:
    return keyed("alert_rule", AlertRule.objects.all(), key=Cast("public_id", CharField()), name="name")


def _rows(words: tuple[str, ...] | None) -> QuerySet:
    """Of everybody at a partner about whom one is open."""
    rows = Alert.objects.open().annotate(contact=FilteredRelation("partner__contacts"))
    if words is None:
        return rows
    ids = [found for word in words if (found := as_uuid(word))]
    return rows.filter(rule__public_id__in=ids) if ids else rows.filter(pk=0)


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = Alert.objects.open().filter(partner=partner, partner__contacts__left_on=None)
    for contact_id, name in rows.values_list("partner__contacts", "rule__name"):
        yield HAPPENING, contact_id, name
