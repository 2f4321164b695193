"""Drafting rooms of both programmes: one that is being written, with a suggestion and a comment; one that is finished."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from enablement.actions.room_comments import comment_on_draft, suggest_wording
from enablement.actions.rooms import finish_room, open_room, save_text
from enablement.models import Room, RoomMember
from enablement.writers import Writer
from partnerhub.demo import carmaker, dates, vendor
from partnerhub.demo.history import as_of
from partnerhub.demo.worlds import World
from partners.models import Contact

PLAN = """# Our plan for the first half

We want to bring **Harbour** to twelve customers whom Brightwater serves already.

## What each of us does

* Brightwater names the customers and invites them.
* We send an engineer to the first three workshops.

## How we see that it works

Six pilots by the end of March.
"""
LONGER = PLAN + "\nWe look at it together every second Friday.\n"
LETTER = """Dear colleagues,

from the first Monday of the quarter on, delivery notes carry the new plant code. A sample is attached to each order until then.
"""


def draft_together(worlds: dict[str, World], managers: dict[str, User]) -> None:
    paula = Contact.objects.get(email="partner@demo.example", partner__name=vendor.RESELLER)
    sofia = Contact.objects.get(email="supplier@demo.example")
    _plan(worlds[vendor.PROGRAMME.key], Writer(contact=paula), Writer(user=managers["manager"]))
    _letter(worlds[carmaker.PROGRAMME.key], Writer(contact=sofia), Writer(user=managers["pavel"]))


def _plan(world: World, paula: Writer, manager: Writer) -> None:
    room = _open(world, paula, manager, "Plan for the first half", PLAN, dates.days_ago(9, 10))
    save_text(room, LONGER, base=1, writer=paula, note="how often we look at it")
    suggest_wording(room, writer=manager, quote="Six pilots by the end of March.", replacement="Six pilots by the end of April.",
                    text="March is short, and two of them are in a migration.")  # fmt: skip
    comment_on_draft(room, writer=paula, text="Could it be the same engineer each time?", quote="We send an engineer")
    _date(room, dates.days_ago(1, 16), seen_by=paula)


def _letter(world: World, sofia: Writer, manager: Writer) -> None:
    room = _open(world, sofia, manager, "Letter to our own suppliers", LETTER, dates.days_ago(20, 10))
    save_text(room, LETTER + "\nAsk us where something is unclear.\n", base=1, writer=sofia, note="whom to ask")
    finish_room(room, writer=sofia)
    _date(room, dates.days_ago(14, 15), seen_by=sofia)


def _open(world: World, partner: Writer, manager: Writer, title: str, text: str, at: datetime) -> Room:
    contact = partner.contact
    with as_of(at):
        room = open_room(contact.partner, by=manager.user, programme=world.programme, title=title, text=text, contacts=[contact])
    Room.objects.filter(pk=room.pk).update(opened_at=at)
    room.versions.update(at=at)
    return room


def _date(room: Room, at: datetime, *, seen_by: Writer) -> None:
    Room.objects.filter(pk=room.pk).update(last_at=at)
    Room.objects.filter(pk=room.pk, finished_at__isnull=False).update(finished_at=at)
    room.versions.filter(number=2).update(at=at)
    room.comments.update(at=at)
    room.members.update(seen_at=None)
    RoomMember.objects.filter(room=room, **seen_by.membership).update(seen_at=timezone.now())
