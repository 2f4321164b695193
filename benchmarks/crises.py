"""How soon a crisis has called everybody: from the click that starts it to the first mail, and to the last."""

from uuid import uuid4

from django.db.models import Count, Max, Min
from django.utils import timezone

from benchmarks.communications import people_of_bench
from benchmarks.figures import Figure
from benchmarks.sending import Workers
from benchmarks.sink import running_sink
from communications.actions import deliveries
from communications.actions.crises import start_crisis
from communications.actions.protocols import approve_protocol, create_protocol, replace_parts, submit_protocol
from communications.models import CrisisProtocol, Delivery
from context.actions.segments import create_segment

MOST = 10_000
_TEXT = {
    "title": "Fire", "call_to_action": "Everybody: leave the building", "what_happened": "A fire", "next_update": "in an hour",
    "body": "Dear {{ contact.name }},\n\n[this is what to do](https://bench.example/do) at {{ partner.name }}.",
}  # fmt: skip
_TIMETABLE = 1.0  # until the next turn of the timetable, at most
_taken: dict[int, tuple[float, float]] = {}


def first_message(programme, size: int) -> Figure | None:
    if size > MOST:
        return None
    return Figure(_run(programme, size)[0], "s", 5.0, "the promise; a second until the timetable's next turn included")


def all_messages(programme, size: int) -> Figure | None:
    if size > MOST:
        return None
    return Figure(_run(programme, size)[1], "s", 60.0, "the promise")


def _run(programme, size: int) -> tuple[float, float]:
    """Once for each size: the second measure is of the same run."""
    if size not in _taken:
        protocol = _protocol(programme)
        with running_sink() as port:
            workers = Workers(port)
            begun = timezone.now()
            crisis = start_crisis(
                protocol, by=protocol.approved_version.submitted_by, is_drill=False, key=uuid4(), confirmed="real"
            )
            deliveries.release_due()  # as the timetable does every second
            workers.work_off()
        deliveries.finish_completed()
        mails = Delivery.objects.filter(announcement__crisis_message__crisis=crisis, channel="email", state="delivered")
        found = mails.aggregate(first=Min("settled_at"), last=Max("settled_at"), n=Count("pk"))
        if found["n"] != size:
            raise SystemExit(f"{found['n']} of {size} got it.")
        _taken[size] = tuple((found[one] - begun).total_seconds() + _TIMETABLE for one in ("first", "last"))
    return _taken[size]


def _protocol(programme) -> CrisisProtocol:
    author, approver = people_of_bench()
    segment = create_segment(by=author, name=f"All {uuid4()}")
    protocol = create_protocol(
        by=author, programme=programme, name=f"Fire {uuid4()}", incident="plant_fire", segment=segment,
        channels=["portal", "email", "webhook"],
    )  # fmt: skip
    rung = {"after_minutes": 15, "missing": 20, "measure": "percent", "whom": "silent"}
    texts = {"alarm": {"en": _TEXT}, "all_clear": {"en": _TEXT}}
    replace_parts(protocol, by=author, roles=[{"name": "Lead", "holder": author}], rungs=[rung], texts=texts)
    version = submit_protocol(protocol, by=author)
    approve_protocol(protocol, by=approver, version=version.number)
    protocol.refresh_from_db()
    return protocol
