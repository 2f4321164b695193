"""A sent announcement with something of everything in its report, for the pages that show it."""

from django.utils import timezone

from communications.actions import announcements, deliveries
from communications.actions.engagement import acknowledge_announcement, mark_read
from communications.actions.questions import ask_question
from communications.models import Action, Actor, Announcement, EngagementEvent, Suppression, Touch
from tests import factories


def draft(cast, title: str = "Aurora 3 is here", **fields) -> Announcement:
    segment = fields.pop("segment", None) or factories.make_segment(f"Everyone for {title}")
    return factories.make_announcement(title, programme=cast.programme, segment=segment, author=cast.maria, **fields)


def approve(announcement: Announcement, cast) -> Announcement:
    version = announcements.submit_announcement(announcement, by=cast.maria)
    announcements.approve_announcement(announcement, by=cast.arthur, version=version.number)
    return announcement


def work_off() -> None:
    """What beat and a worker do, until nothing is left to hand out."""
    deliveries.release_due()
    while chunks := deliveries.hand_out_chunks():
        for chunk in chunks:
            deliveries.deliver_chunk(chunk)
    deliveries.hand_out_chunks()


def send(announcement: Announcement, cast) -> Announcement:
    announcements.schedule_announcement(approve(announcement, cast), by=cast.maria)
    work_off()
    announcement.refresh_from_db()
    return announcement


def touch(announcement: Announcement, contact, action: str, actor: str, *, link: int | None = None) -> None:
    now = timezone.now()
    Touch.objects.create(announcement=announcement, contact=contact, action=action, actor=actor, first_at=now)
    signal, agent = ("", "Firefox") if actor == Actor.HUMAN else ("scanner", "Mimecast")
    EngagementEvent.objects.create(
        announcement=announcement, contact=contact, action=action, actor=actor, channel="email", link=link, occurred_at=now,
        signal=signal, agent=agent,
    )  # fmt: skip


def tell(cast) -> Announcement:
    """Nora reads it in the portal, acknowledges and asks; Ben opens the mail and follows the link; for Sven only a machine
    opened it, and his mail was refused before. A portal delivery is made to each."""
    Suppression.objects.create(address="sven@baltic.example", reason="550 no such user")
    announcement = send(draft(cast, requires_acknowledgement=True), cast)
    mark_read(announcement, contact=cast.nora)
    acknowledge_announcement(announcement, contact=cast.nora)
    ask_question(announcement, contact=cast.nora, text="Is there a trial?")
    touch(announcement, cast.ben, Action.OPENED, Actor.HUMAN)
    touch(announcement, cast.ben, Action.CLICKED, Actor.HUMAN, link=0)
    touch(announcement, cast.sven, Action.OPENED, Actor.MACHINE)
    return announcement
