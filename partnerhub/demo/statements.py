"""What each programme states in many places, before anything is sent; and what has changed since it was."""

from dataclasses import dataclass

from accounts.models import User
from communications.actions.statements import change_value, create_statement
from communications.models import Statement, StatementRevision
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World


@dataclass(frozen=True)
class Stated:
    programme: str
    key: str
    name: str
    kind: str
    text: str
    phrases: tuple[str, ...]
    currency: str = ""
    words: tuple[tuple[str, str], ...] = ()


SUPPORT, RELABELLING = "premium-support", "relabelling"
STATED = (
    Stated(vendor.PROGRAMME.key, SUPPORT, "Premium support", "price", "4800", ("premium support site year",), "EUR"),
    Stated(vendor.PROGRAMME.key, "current-version", "Version of Current", "version", "1.0", ("Lumenvale Current",)),
    Stated(vendor.PROGRAMME.key, "introductory-margin", "Introductory margin for Current", "percentage", "5",
           ("introductory margin Current",)),
    Stated(vendor.PROGRAMME.key, "partner-day", "The partner day", "name", "Lumenvale Partner Day", ("partner day",),
           words=(("de", "Lumenvale-Partnertag"), ("fr", "Journée des partenaires Lumenvale"))),
    Stated(carmaker.PROGRAMME.key, RELABELLING, "Relabelling a pallet", "price", "38", ("old labels relabelled pallet",
           "umetikettiert Palette"), "EUR"),
    Stated(carmaker.PROGRAMME.key, "kqs-version", "Version of the quality standard", "version", "4.1", ("quality standard KQS",
           "Qualitätsstandard KQS")),
    Stated(carmaker.PROGRAMME.key, "call-off-answer", "Share of call-offs answered in time", "percentage", "95",
           ("call-offs answered in time",)),
)  # fmt: skip
# Programme, key, what it is now, days ago, why.
CHANGED = (
    (vendor.PROGRAMME.key, SUPPORT, "4950", 3, "The price list was corrected: two countries pay for travel separately"),
    (carmaker.PROGRAMME.key, RELABELLING, "42.50", 5, "New contract with the warehouse in Zvolen"),
)


def keep_statements(worlds: dict[str, World], managers: dict[str, User]) -> None:
    begun = dates.days_ago(200)
    for one in STATED:
        with as_of(begun):
            create_statement(
                by=managers["manager"], name=one.name, key=one.key, kind=one.kind, text=one.text, currency=one.currency,
                words=dict(one.words), phrases=list(one.phrases), programme=worlds[one.programme].programme,
            )  # fmt: skip
    Statement.objects.update(created_at=begun, changed_at=begun)
    StatementRevision.objects.update(at=begun)


def change_statements(managers: dict[str, User]) -> None:
    """After it was told: the pages of these two say to whom."""
    for programme, key, text, days, reason in CHANGED:
        statement = Statement.objects.get(programme__key=programme, key=key)
        changed = dates.days_ago(days)
        with as_of(changed):
            change_value(statement, by=managers["manager"], text=text, currency=statement.currency, reason=reason)
        Statement.objects.filter(pk=statement.pk).update(changed_at=changed)
        statement.revisions.filter(number=statement.revision).update(at=changed)
