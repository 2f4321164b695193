"""What has aged: one that came to its review, one that is overdue, one that another has replaced; and a remark on what waits for
approval, with its deadline."""

from datetime import timedelta

from accounts.models import User
from communications.actions.comments import remark_on_version, reply_to_remark
from communications.actions.freshness import retire_announcement
from communications.models import Announcement, ApprovalPolicy, Kind, State
from partnerhub.demo import dates


def let_time_pass(managers: dict[str, User]) -> None:
    _review(Kind.PLANNED_CHANGE, -9)
    _review(Kind.PRICE_LIST, 6)
    first, *_others, last = Announcement.objects.filter(kind=Kind.NEWSLETTER, state=State.SENT).order_by("send_at")
    retire_announcement(first, by=managers["manager"], reason="What it says has changed since", successor=last)


def ask_for_approval_in_time() -> None:
    """Before anything is submitted: trainings are to be approved within two days."""
    ApprovalPolicy.objects.create(kind=Kind.TRAINING, from_people=0, deadline_hours=48)


def ask_what_it_is_for() -> None:
    """From now on nothing is submitted without its purpose. A crisis cannot wait for that, and in a newsletter each item has its
    own."""
    ApprovalPolicy.objects.update(needs_purpose=True)
    for kind in (Kind.CRISIS, Kind.NEWSLETTER):
        ApprovalPolicy.objects.update_or_create(kind=kind, from_people=0, defaults={"needs_purpose": False})


def remark_on(announcement: Announcement, managers: dict[str, User]) -> None:
    remark = remark_on_version(
        announcement, announcement.version, by=managers["approver"], quote="in groups of eight",
        text="Are eight still enough? Three partners asked for two places each.",
    )  # fmt: skip
    reply_to_remark(remark, by=announcement.author, text="There is a second group from the Thursday on. I will add it.")


def _review(kind: Kind, days: int) -> None:
    Announcement.objects.filter(kind=kind, state=State.SENT).update(review_on=dates.today() + timedelta(days=days))
