"""What each world promised its segments, some of it kept and some not; and the next newsletter of each: one waits to be
checked, one was released by its rule."""

from datetime import timedelta

from accounts.models import User
from communications.actions.cadences import approve_release_rule, create_cadence
from communications.actions.newsletters import keep_newsletters
from communications.models import Cadence
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.sending import Desk

# Programme, name, segment, kind, weeks, owner, how many periods ago it began, days until the next begins.
PROMISES = (
    (vendor.PROGRAMME.key, "Lumenvale partner news", "network", "newsletter", 4, "author", 5, 2),
    (vendor.PROGRAMME.key, "A webinar a quarter", "builders", "meeting", 13, "author", 1, 20),
    (vendor.PROGRAMME.key, "A word to every seller", "sellers", "announcement", 8, "manager", 3, 30),
    (carmaker.PROGRAMME.key, "Supplier meeting", "suppliers", "meeting", 13, "pavel", 1, 15),
    (carmaker.PROGRAMME.key, "Quality news", "quality", "announcement", 4, "pavel", 4, 11),
    (carmaker.PROGRAMME.key, "Kestrane supplier news", "suppliers", "newsletter", 6, "pavel", 1, 3),
)
BY_RULE = "Kestrane supplier news"
INTRODUCTION = "Dear {{ contact.first_name }}, this has happened since the last newsletter. What is chosen below is for you."


def promise_cadences(desk: Desk, managers: dict[str, User]) -> None:
    for key, name, segment, kind, weeks, owner, periods, days in PROMISES:
        starts_on = dates.today() + timedelta(days=days) - timedelta(weeks=weeks * periods)
        introduction = INTRODUCTION if kind == "newsletter" else ""
        cadence = create_cadence(
            by=managers[owner], name=name, segment=desk.segments[segment], kind=kind, weeks=weeks, starts_on=starts_on,
            programme=desk.worlds[key].programme, introduction=introduction, release="rule" if name == BY_RULE else "person",
        )  # fmt: skip
        if name == BY_RULE:
            approve_release_rule(cadence, by=managers["approver"])
        Cadence.objects.filter(pk=cadence.pk).update(created_at=dates.at(starts_on, 9))
    keep_newsletters()
