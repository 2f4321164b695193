"""What was, is and will be announced. The texts are in `texts/`: the first line is the title."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from communications.models import Kind
from partnerhub.demo import dates, details

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Plan:
    """`sent_at` is None for what has not been sent. `acknowledge_in` and `expires_in` are days from `day`.
    `interest` is the share of people who open it."""

    text: str
    kind: Kind
    topic: str
    programme: str
    segment: str
    day: date
    author: str = "manager"
    sent_at: datetime | None = None
    call_to_action: str = ""
    acknowledge_in: int | None = None
    expires_in: int | None = None
    interest: float = 0.5
    title: str = field(init=False)
    body: str = field(init=False)

    def __post_init__(self) -> None:
        title, _blank, body = (TEXTS / f"{self.text}.md").read_text(encoding="utf-8").partition("\n")
        object.__setattr__(self, "title", dates.fill_dates(title.removeprefix("# "), self.day))
        object.__setattr__(self, "body", dates.fill_dates(body.strip(), self.day))
        object.__setattr__(self, "call_to_action", dates.fill_dates(self.call_to_action, self.day))

    @property
    def details(self) -> dict[str, str]:
        return details.details_of(self.text, self.day)

    @property
    def translations(self) -> dict[str, dict]:
        return details.translations_of(self.text, self.day)

    @property
    def acknowledge_by(self) -> date | None:
        return None if self.acknowledge_in is None else dates.days_after(self.day, self.acknowledge_in)

    @property
    def expires_at(self) -> datetime | None:
        return None if self.expires_in is None else dates.at(dates.days_after(self.day, self.expires_in), 18)


def sent_announcements() -> list[Plan]:
    """Old to new: a later one must know which addresses an earlier one found closed."""
    return sorted([*_newsletters(), *_others()], key=lambda plan: plan.sent_at)


def _newsletters() -> list[Plan]:
    interests = (0.46, 0.41, 0.49, 0.44, 0.55, 0.58)
    return [
        Plan(f"newsletter_{number}", Kind.NEWSLETTER, "general", "lumenvale", "network", day, author="author",
             sent_at=dates.at(day, 8, 30), interest=interest)
        for number, (day, interest) in enumerate(zip(dates.first_tuesdays(len(interests)), interests, strict=True), 1)
    ]  # fmt: skip


def _others() -> list[Plan]:
    launch = dates.first_tuesdays(1)[0] + timedelta(days=1)
    return [
        Plan("current", Kind.PRODUCT_UPDATE, "product", "lumenvale", "builders", launch, sent_at=dates.at(launch, 12),
             interest=0.62),
        _sent("prices", Kind.PRICE_LIST, "commercial", "lumenvale", "sellers", days=9, interest=0.71,
              call_to_action="Account managers: check open quotes before $in_30_days"),
        _sent("shutdown", Kind.PLANNED_CHANGE, "product", "kestrane", "planners", days=52, interest=0.66,
              call_to_action="Planners: confirm the higher call-offs within ten days"),
        _sent("standard", Kind.POLICY, "security", "kestrane", "quality", days=18, interest=0.8, acknowledge_in=28,
              call_to_action="Quality managers: read, then acknowledge by $in_28_days"),
        _sent("meeting", Kind.EVENT, "training", "kestrane", "suppliers", days=6, interest=0.6, expires_in=25,
              call_to_action="Everyone who wants to come: reply by $in_14_days"),
        _sent("labels", Kind.COLLATERAL, "security", "kestrane", "quality", days=110, interest=0.5),
    ]  # fmt: skip


def _sent(text: str, kind: Kind, topic: str, programme: str, segment: str, *, days: int, **more) -> Plan:
    sent_at = dates.days_ago(days, 8, 15)
    return Plan(text, kind, topic, programme, segment, sent_at.date(), sent_at=sent_at, **more)


def enablement_session() -> Plan:
    return Plan(
        "training", Kind.TRAINING, "training", "lumenvale", "uncertified", dates.today(),
        call_to_action="Managing directors: reserve two places by $in_7_days",
    )  # fmt: skip


def label_training() -> Plan:
    return Plan(
        "label_training", Kind.TRAINING, "training", "kestrane", "quality", dates.today(),
        call_to_action="Whoever looks after label printers: reserve a place by $in_7_days",
    )  # fmt: skip


def security_update() -> Plan:
    return Plan(
        "security", Kind.SECURITY_ADVISORY, "security", "lumenvale", "security", dates.today(), acknowledge_in=7,
        call_to_action="Engineers: install Gate 7.2.1 at every customer by $in_7_days, then acknowledge",
    )  # fmt: skip


def sales_play() -> Plan:
    return Plan("sales_play", Kind.SALES_PLAY, "commercial", "lumenvale", "sellers", dates.today())
