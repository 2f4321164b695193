"""A crisis as it stands at this moment: who has acknowledged, who is late, whom nothing reaches; by organisation, site and role.

Everything on the board is counted from the same rows, in the same four groups, so that each line adds up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, F, Func, Max, Min, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.api.inputs import as_uuid
from communications.models import (
    Crisis,
    CrisisAlarm,
    CrisisCall,
    CrisisMessage,
    CrisisPerson,
    Delivery,
    DeliveryState,
    Standing,
)
from communications.queries.protocols import sites_around
from partners.models import ContactFunction, Partner, Site

SHOWN = 100
# What wants a person's eye first.
_WORST_FIRST = ("-unreachable", "-late", "-waiting", "name")


@dataclass(frozen=True)
class Line:
    """A group of people: by the id that its filter takes, and in words."""

    key: str
    name: str
    acknowledged: int
    waiting: int
    late: int
    unreachable: int
    first_at: datetime | None = None  # when one of them acknowledged first
    last_at: datetime | None = None

    @property
    def all_at(self) -> datetime | None:
        """When the last of them did; None while one is missing."""
        return self.last_at if self.is_done else None

    @property
    def people(self) -> int:
        return self.acknowledged + self.waiting + self.late + self.unreachable

    @property
    def is_done(self) -> bool:
        return self.acknowledged == self.people

    @property
    def has_answered(self) -> bool:
        return self.acknowledged > 0

    @property
    def percent(self) -> int:
        """Rounded down: all is only all."""
        return self.acknowledged * 100 // self.people if self.people else 0


@dataclass(frozen=True)
class Board:
    at: datetime
    people: Line
    by_one: int
    organisations: tuple[Line, ...]
    organisations_asked: int
    organisations_answered: int
    sites: tuple[Line, ...]
    roles: tuple[Line, ...]
    alarms: tuple[CrisisAlarm, ...]
    calls: tuple[CrisisCall, ...]
    messages: tuple[CrisisMessage, ...]
    handed_over: int
    on_their_way: int

    @property
    def next_alarm(self) -> CrisisAlarm | None:
        return next((alarm for alarm in self.alarms if alarm.decided_at is None), None)

    @property
    def more_organisations(self) -> int:
        return self.organisations_asked - len(self.organisations)


def people_of(crisis: Crisis, user) -> QuerySet[CrisisPerson]:
    """As far as this manager sees partners."""
    return CrisisPerson.objects.filter(crisis=crisis).visible_to(user).with_standing()


def board_of(crisis: Crisis, user) -> Board:
    """Ten queries, whatever the number of people."""
    people = people_of(crisis, user)
    whole = people.order_by().aggregate(
        asked=Count("contact__partner", distinct=True),
        answered=Count("contact__partner", distinct=True, filter=Q(acknowledged_at__isnull=False)),
        by_one=Count("pk", filter=~Q(by_mail=F("by_portal"))),
        **_figures(),
    )
    asked, answered, by_one = whole.pop("asked"), whole.pop("answered"), whole.pop("by_one")
    mails = Delivery.objects.filter(announcement__crisis_message__crisis=crisis).aggregate(
        done=Count("pk", filter=Q(state=DeliveryState.DELIVERED)),
        left=Count("pk", filter=Q(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED))),
    )  # fmt: skip
    return Board(
        at=timezone.now(), people=Line("", "", **whole), by_one=by_one,
        organisations=_by_organisation(people), organisations_asked=asked,
        organisations_answered=answered, sites=by_site(crisis, people, user), roles=by_role(crisis, people),
        alarms=tuple(crisis.alarms.all()), calls=tuple(crisis.calls.select_related("user", "alarm")),
        messages=tuple(crisis.messages.select_related("announcement", "by", "alarm")),
        handed_over=mails["done"], on_their_way=mails["left"],
    )  # fmt: skip


def _figures() -> dict[str, Aggregate]:
    """Of a line: how many stand how, and when the first and the last of them acknowledged."""
    counts = {standing.value: Count("pk", filter=Q(standing=standing.value)) for standing in Standing}
    return {**counts, "first_at": Min("acknowledged_at"), "last_at": Max("acknowledged_at")}


def _by_organisation(people: QuerySet[CrisisPerson]) -> tuple[Line, ...]:
    rows = people.order_by().values(key=F("contact__partner__public_id"), name=F("contact__partner__name"))
    rows = rows.annotate(**_figures()).order_by(*_WORST_FIRST)[:SHOWN]
    return tuple(Line(**{**row, "key": str(row["key"])}) for row in rows)


def by_site(crisis: Crisis, people: QuerySet[CrisisPerson], user) -> tuple[Line, ...]:
    """At a site are the people of the organisation whose site it is: nobody tells us at which of its sites somebody works. A site
    where it happened and nobody was called stands first."""
    if not crisis.version.is_at_site:
        return ()
    affected = _affected(crisis)
    rows = people.filter(contact__partner__sites__in=affected).order_by()
    name = Concat("contact__partner__name", Value(" · "), "contact__partner__sites__name")
    rows = rows.values(key=F("contact__partner__sites__public_id"), name=name)
    rows = rows.annotate(**_figures()).order_by(*_WORST_FIRST)[:SHOWN]
    lines = [Line(**{**row, "key": str(row["key"])}) for row in rows]
    called = {line.key for line in lines}
    chosen = crisis.sites.filter(partner__in=Partner.objects.visible_to(user).values("pk")).select_related("partner")
    empty = [Line(str(site.public_id), name_of_site(site), 0, 0, 0, 0) for site in chosen if str(site.public_id) not in called]
    return tuple(empty + lines) if len(lines) < SHOWN else tuple(lines)


def name_of_site(site: Site) -> str:
    return f"{site.partner.name} · {site.name}"


def _affected(crisis: Crisis) -> QuerySet[Site]:
    return sites_around(crisis.sites.all(), crisis.around)


def by_role(crisis: Crisis, people: QuerySet[CrisisPerson]) -> tuple[Line, ...]:
    """By function of the people, those of the protocol first. Who has two is counted with each."""
    function = Func(F("contact__functions"), function="unnest", output_field=TextField())
    rows = people.order_by().annotate(function=function).values(key=F("function")).annotate(**_figures())
    names = dict(ContactFunction.objects.values_list("key", "name"))
    lines = [Line(**{"name": names.get(row["key"], row["key"]), **row}) for row in rows]
    wanted = crisis.version.partner_roles
    missing = [Line(key, names.get(key, key), 0, 0, 0, 0) for key in wanted if key not in {line.key for line in lines}]
    return tuple(sorted([*lines, *missing], key=lambda line: (line.key not in wanted, line.name)))


def narrowed(crisis: Crisis, people: QuerySet[CrisisPerson], asked: dict[str, str]) -> QuerySet[CrisisPerson]:
    """The rows behind a figure of the board or of the report."""
    if asked.get("state") in Standing.values:
        people = people.filter(standing=asked["state"])
    elif asked.get("state") == "silent":
        people = people.silent()
    elif asked.get("state") == "by_one":
        people = people.exclude(by_mail=F("by_portal"))
    if asked.get("role"):
        people = people.filter(contact__functions__contains=[asked["role"]])
    if asked.get("site"):
        people = people.filter(contact__partner__sites__in=_affected(crisis).filter(public_id=as_uuid(asked["site"])))
    if asked.get("how"):
        people = people.filter(acknowledged_how=asked["how"])
    if (within := asked.get("within", "")).isascii() and within.isdigit():
        people = people.filter(acknowledged_at__lte=crisis.started_at + timedelta(seconds=int(within[:9])))
    return people
