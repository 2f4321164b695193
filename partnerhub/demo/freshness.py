"""What has aged: one that came to its review, one that is overdue, one in each programme that another has replaced; and a remark on
what waits for approval, with its deadline."""

from datetime import timedelta

from django.contrib.auth.models import Group

from accounts.models import User
from communications.actions.comments import remark_on_version, reply_to_remark
from communications.actions.freshness import retire_announcement
from communications.models import Announcement, ApprovalPolicy, Kind, State
from partnerhub.demo import carmaker, dates

# Of what waits for approval: the passage, what the approver remarks, what the author answers.
REMARKS = {
    "training": (
        "in groups of eight", "Are eight still enough? Three partners asked for two places each.",
        "There is a second group from the Thursday on. I will add it.",
    ),
    "label_training": (
        "in groups of twelve", "Two of the plants print in shifts. Is there an hour in the evening, too?",
        "I ask whether gate 4 is manned then.",
    ),
}  # fmt: skip


def let_time_pass(managers: dict[str, User]) -> None:
    _review(Kind.PLANNED_CHANGE, -9)
    _review(Kind.PRICE_LIST, 6)
    first, *_others, last = Announcement.objects.filter(kind=Kind.NEWSLETTER, state=State.SENT).order_by("send_at")
    retire_announcement(first, by=managers["manager"], reason="What it says has changed since", successor=last)
    ours = Announcement.objects.filter(programme__key=carmaker.PROGRAMME.key, state=State.SENT)
    labels, standard = ours.get(kind=Kind.COLLATERAL), ours.get(kind=Kind.POLICY)
    retire_announcement(labels, by=managers["manager"], reason="KQS 4.1 has other labels", successor=standard)


def ask_for_approval_in_time() -> None:
    """Before anything is submitted: trainings are to be approved within two days, and prices that many people get within one, by
    approvers alone until then."""
    approvers, admins = (Group.objects.get(name=name) for name in ("Approver", "Programme admin"))
    ApprovalPolicy.objects.create(kind=Kind.TRAINING, from_people=0, deadline_hours=48)
    ApprovalPolicy.objects.create(kind=Kind.PRICE_LIST, from_people=20, group=approvers, deadline_hours=24, stand_ins=admins)


def ask_what_it_is_for() -> None:
    """From now on nothing is submitted without its purpose. A crisis cannot wait for that, and in a newsletter each item has its
    own."""
    ApprovalPolicy.objects.update(needs_purpose=True)
    for kind in (Kind.CRISIS, Kind.NEWSLETTER):
        ApprovalPolicy.objects.update_or_create(kind=kind, from_people=0, defaults={"needs_purpose": False})


def remark_on(announcement: Announcement, text: str, managers: dict[str, User]) -> None:
    quote, remark, reply = REMARKS[text]
    remarked = remark_on_version(announcement, announcement.version, by=managers["approver"], quote=quote, text=remark)
    reply_to_remark(remarked, by=announcement.author, text=reply)


def _review(kind: Kind, days: int) -> None:
    Announcement.objects.filter(kind=kind, state=State.SENT).update(review_on=dates.today() + timedelta(days=days))
