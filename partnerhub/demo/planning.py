"""What each world's communication is for: objectives, themes, and the weeks to come on the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import User
from communications.actions.announcements import create_announcement
from communications.actions.objectives import create_objective
from communications.actions.themes import create_theme
from communications.models import Announcement, Holiday, Kind, Objective, Theme, Topic
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.sending import Desk


@dataclass(frozen=True)
class Aim:
    """`texts` are the announcements that served it; days count from today."""

    programme: str
    name: str
    reason: str
    outcome: str
    target: int
    segments: tuple[str, ...]
    since: int
    until: int
    texts: tuple[Kind, ...]
    stages: tuple[str, ...]
    action: str
    parameter: str = ""


AIMS = (
    Aim(vendor.PROGRAMME.key, "Partners can deliver Current", "New business with Current fails where nobody is certified.",
        "certificates", 12, ("builders",), 45, 60, (Kind.PRODUCT_UPDATE, Kind.TRAINING), ("enable", "sell"), "book the exam",
        parameter="current-engineer"),
    Aim(vendor.PROGRAMME.key, "The network reads us", "A newsletter that nobody reads is not sent.", "reads", 60, ("network",), 180,
        30, (Kind.NEWSLETTER,), ("market", "sell", "accelerate"), "read it"),
    Aim(vendor.PROGRAMME.key, "New projects are registered", "What is registered early, we protect and help to win.",
        "figures", 60, ("sellers",), 70, 25, (Kind.PRICE_LIST, Kind.SALES_PLAY), ("sell",), "register the project",
        parameter="registered_deals"),
    Aim(carmaker.PROGRAMME.key, "The labelling standard is accepted", "From the start date unlabelled goods are sent back.",
        "acknowledgements", 25, ("quality",), 30, 20, (Kind.POLICY,), ("enable", "sell"), "acknowledge the standard"),
    Aim(carmaker.PROGRAMME.key, "Suppliers plan with us", "Call-offs that are confirmed late cost a week.", "links", 15,
        ("planners", "suppliers"), 60, 45, (Kind.PLANNED_CHANGE, Kind.EVENT), ("sell",), "confirm the call-offs"),
    Aim(carmaker.PROGRAMME.key, "We know what plants can make", "A bottleneck that we know of early is one that we plan around.",
        "facts", 20, ("suppliers",), 75, 50, (Kind.PRODUCT_UPDATE,), ("sell", "accelerate"), "tell us your capacity",
        parameter="capacity_use"),
)  # fmt: skip
THEMES = {
    vendor.PROGRAMME.key: {
        "Streaming without operations": (
            "Current runs where your customers' data is.",
            "The first project pays for the certificate.",
        ),
        "Safe by default": ("Every update is announced a week before.", "One hour is enough to install it."),
    },
    carmaker.PROGRAMME.key: {
        "One label, one scan": ("One label on every box.", "Old labels are read until the start date."),
        "Plan together": ("Call-offs are confirmed within ten days.",),
    },
}
_OF_THEME = {
    Kind.PRODUCT_UPDATE: 0, Kind.TRAINING: 0, Kind.SECURITY_ADVISORY: 1, Kind.POLICY: 0, Kind.PLANNED_CHANGE: 1, Kind.EVENT: 1,
}  # fmt: skip
# Programme, title, segment, topic, kind, days from today.
PLANNED = (
    (vendor.PROGRAMME.key, "How Brightwater won its first streaming project", "builders", "product", Kind.SALES_PLAY, 4),
    (vendor.PROGRAMME.key, "Exam dates for Current", "builders", "training", Kind.TRAINING, 9),
    (vendor.PROGRAMME.key, "Campaign kit for the autumn", "sellers", "commercial", Kind.COLLATERAL, 9),
    (vendor.PROGRAMME.key, "Newsletter of next month", "network", "general", Kind.NEWSLETTER, 16),
    (vendor.PROGRAMME.key, "Gate 6.4 leaves sale", "builders", "product", Kind.PLANNED_CHANGE, 19),
    (vendor.PROGRAMME.key, "Registering deals: who the customer is", "sellers", "commercial", Kind.POLICY, 23),
    (vendor.PROGRAMME.key, "Come to the Lumenvale Partner Day", "network", "training", Kind.EVENT, 26),
    (vendor.PROGRAMME.key, "A bonus for three projects with Current", "sellers", "commercial", Kind.INCENTIVE, 30),
    (carmaker.PROGRAMME.key, "Questions and answers on the new label", "quality", "security", Kind.POLICY, 5),
    (carmaker.PROGRAMME.key, "Kestrane Arc: what goes into series", "suppliers", "product", Kind.PRODUCT_UPDATE, 8),
    (carmaker.PROGRAMME.key, "Call-offs over the holidays", "planners", "product", Kind.PLANNED_CHANGE, 12),
    (carmaker.PROGRAMME.key, "How to offer a second line for Arc", "planners", "commercial", Kind.SALES_PLAY, 15),
    (carmaker.PROGRAMME.key, "Freight rates of next year", "planners", "commercial", Kind.PRICE_LIST, 19),
    (carmaker.PROGRAMME.key, "Exchange the keys of your data line", "quality", "security", Kind.SECURITY_ADVISORY, 22),
    (carmaker.PROGRAMME.key, "A bonus for labels before the start date", "quality", "commercial", Kind.INCENTIVE, 26),
)  # fmt: skip
# Of what is planned, the words that are there already: somebody wrote down the price of before.
BEGUN = {"Questions and answers on the new label": "Old labels are relabelled at €38 for each pallet, as the standard says."}
_HOLIDAYS = {
    (1, 1): ("DE AT CH CZ GB FR", "New Year's Day"), (5, 1): ("DE AT CZ FR", "Labour Day"), (10, 3): ("DE", "Day of German Unity"),
    (10, 26): ("AT", "National Day"), (11, 11): ("FR", "Armistice Day"), (10, 28): ("CZ", "Independence Day"),
    (12, 25): ("DE AT CH CZ GB FR", "Christmas Day"),
    (12, 26): ("DE AT CH CZ GB", "Second day of Christmas"),
}  # fmt: skip


def plan_communication(desk: Desk, managers: dict[str, User]) -> None:
    themes = {key: _make_themes(desk, key, managers["manager"]) for key in THEMES}
    for aim in AIMS:
        _set(aim, desk, managers)
    for row in Announcement.objects.filter(kind__in=_OF_THEME).select_related("programme"):
        row.theme = themes[row.programme.key][_OF_THEME[Kind(row.kind)]]
        row.save(update_fields=["theme"])
        row.versions.update(theme=row.theme)
    for key, title, segment, topic, kind, days in PLANNED:
        _plan(desk, managers["author"], themes, key, title, segment, topic, kind, days)
    _make_holidays()


def _make_themes(desk: Desk, key: str, by: User) -> list[Theme]:
    programme = desk.worlds[key].programme
    return [
        create_theme(by=by, name=name, key_messages=list(messages), programme=programme) for name, messages in THEMES[key].items()
    ]


def _set(aim: Aim, desk: Desk, managers: dict[str, User]) -> Objective:
    """What was sent before it was set serves it, too."""
    programme = desk.worlds[aim.programme].programme
    objective = create_objective(
        by=managers["manager"], name=aim.name, reason=aim.reason, programme=programme, outcome=aim.outcome, parameter=aim.parameter,
        target=aim.target, starts_on=dates.today() - timedelta(days=aim.since), ends_on=dates.today() + timedelta(days=aim.until),
        segments=[desk.segments[name] for name in aim.segments],
    )  # fmt: skip
    purpose = {"objective": objective, "wanted_action": aim.action, "stages": list(aim.stages)}
    for row in Announcement.objects.filter(programme=programme, kind__in=aim.texts):
        Announcement.objects.filter(pk=row.pk).update(**purpose)
        row.versions.update(**purpose)
    return objective


def _plan(desk: Desk, by: User, themes, key: str, title: str, segment: str, topic: str, kind: Kind, days: int) -> None:
    programme = desk.worlds[key].programme
    create_announcement(
        by=by, title=title, body=BEGUN.get(title, ""), segment=desk.segments[segment], programme=programme, kind=kind,
        topic=Topic.objects.get(key=topic),
        objective=Objective.objects.filter(programme=programme, announcements__kind=kind).first(),
        theme=themes[key][_OF_THEME.get(kind, 0)], planned_on=dates.days_after(dates.today(), days),
    )  # fmt: skip


def _make_holidays() -> None:
    """Fixed ones of this year and the next; movable ones come from a country's own file."""
    year = dates.today().year
    Holiday.objects.bulk_create(
        [
            Holiday(country=country, day=date(each, month, day), name=name)
            for each in (year, year + 1)
            for (month, day), (countries, name) in _HOLIDAYS.items()
            for country in countries.split()
        ],
        ignore_conflicts=True,
    )
