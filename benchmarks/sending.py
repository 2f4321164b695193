"""What sending costs, beside what the same machine can do at all: `smtp-source` against the same server, with as many
connections and messages of the same length; a bare INSERT; and how soon an urgent announcement passes a large one."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import dkim
from django.utils import timezone

from benchmarks import world
from benchmarks.communications import freeze, scheduled
from benchmarks.figures import Figure, seconds
from benchmarks.sink import free_port, running, running_sink
from communications.actions import deliveries
from communications.models import Announcement, AttentionPolicy, Delivery, Kind
from communications.models.attention import MOST
from communications.queries.announcement_report import report_of
from communications.queries.mail_window import mail_window, version_to_send
from communications.rendering.mail import MailTemplate
from partners.models import Contact

WORKERS = 2
CONNECTIONS = 5  # of each worker
ROUND_TRIP_MS = 20
URGENT_PEOPLE = 100
SIGNED_MAILS = 200
BODY = "Hello {{ contact.name }},\n\n" + "\n\n".join(
    f"the {number}th paragraph tells {{{{ partner.name }}}} what is new in Aurora 3, and what is to be done about it until the end "
    f"of the quarter, with [all the details of part {number}](https://vendor.example/aurora/{number})." for number in range(1, 6)
)  # fmt: skip
_SPEAKS_FRENCH = {"all": [{"field": "contact.language", "op": "eq", "value": "fr"}]}
_memory: dict[int, float] = {}


def send(programme, size: int) -> Figure:
    """The whole path: claim, render, sign links, journal, SMTP, outcome recorded."""
    with running_sink() as port:
        return _sent(programme, size, port)


def send_20ms(programme, size: int) -> Figure:
    """A tenth of the people, through a proxy that answers 20 ms later."""
    with running_sink() as port, _far_away(port) as far:
        return _sent(programme, size // 10, far, remember=False)


def _sent(programme, people_mailed: int, port: int, *, remember: bool = True) -> Figure:
    AttentionPolicy.objects.update_or_create(pk=1, defaults={"per_day": MOST, "per_week": MOST})  # each gets a few in this run
    announcement = scheduled(programme, ["email"], body=BODY)
    deliveries.release_due()
    _keep_only(announcement, people_mailed)
    length = _length_of_a_mail(announcement)
    told: list[dict] = []
    workers = Workers(port)
    ours = seconds(lambda: told.extend(workers.work_off()))
    deliveries.finish_completed()
    sums = report_of(announcement).channels["email"]
    if not sums.audience == sums.delivered == people_mailed:
        raise SystemExit(f"Not everyone got it: {sums}")
    if remember:
        _memory[people_mailed] = max(worker["grown_mb"] for worker in told)
    limit = seconds(lambda: _smtp_source(port, people_mailed, length))
    return Figure(people_mailed / ours, "per second", people_mailed / limit, f"smtp-source, {WORKERS * CONNECTIONS} connections",
                  cpu_seconds=sum(worker["cpu_seconds"] for worker in told))  # fmt: skip


def sender_memory(programme, size: int) -> Figure:
    """How much the larger of the two workers grew above idle during that send."""
    if size not in _memory:
        send(programme, size)
    return Figure(_memory[size], "MB", 200.0, "the promise")


def urgent(programme, size: int) -> Figure:
    """From the moment that an advisory to a hundred is scheduled, in the middle of a send to everyone, to its last mail."""
    for number in range(URGENT_PEOPLE):
        partner = Contact.objects.order_by("pk").first().partner_id
        Contact.objects.get_or_create(
            email=f"urgent{number}@bench.example", defaults={"name": "Urgent", "partner_id": partner, "language": "fr"}
        )
    large = scheduled(programme, ["email"], body=BODY)
    deliveries.release_due()
    with running_sink() as port:
        sending = threading.Thread(target=Workers(port).work_off)
        sending.start()
        while not Delivery.objects.filter(announcement=large, state="delivered").exists():
            time.sleep(0.01)
        advisory = scheduled(
            programme, ["email"], kind=Kind.SECURITY_ADVISORY, contact_rule=_SPEAKS_FRENCH, call_to_action="Install it now",
            details={"severity": "high", "affected": "Bench 1", "act_by": "2030-05-01"},
        )  # fmt: skip
        begun = timezone.now()
        deliveries.release_due()  # as the timetable does every second
        sending.join()
        Workers(port).work_off()
    settled = list(Delivery.objects.filter(announcement=advisory, state="delivered").values_list("settled_at", flat=True))
    if len(settled) != URGENT_PEOPLE:
        raise SystemExit(f"{len(settled)} of {URGENT_PEOPLE} got the urgent one.")
    deliveries.finish_completed()
    Contact.objects.filter(language="fr").delete()
    return Figure(
        (max(settled) - begun).total_seconds() + 1, "s", 5.0, "the promise; a second until the timetable's next turn included"
    )


def signing(_programme, _size: int) -> Figure:
    """What a DKIM signature adds, in mails a second on one core, beside building the mail."""
    announcement = Announcement.objects.filter(frozen_at__isnull=False).exclude(kind=Kind.SECURITY_ADVISORY).latest("pk")
    recipient, template = _anybody(announcement)
    pem = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout
    message = template.message_for(recipient)
    ours = seconds(lambda: [dkim.sign(message, b"hub", b"bench.example", pem) for _ in range(SIGNED_MAILS)])
    limit = seconds(lambda: [template.message_for(recipient) for _ in range(SIGNED_MAILS)])
    return Figure(SIGNED_MAILS / ours, "per second", SIGNED_MAILS / limit, "building the mail")


def freeze_a_million(programme, size: int) -> Figure:
    """Ten times the people of the other measures."""
    world.clear()
    return freeze(world.build(size * 10), size * 10)


class Workers:
    """Started and ready; they begin when told, since workers of a real installation are there before there is work."""

    def __init__(self, port: int):
        command = [sys.executable, "-m", "benchmarks.worker", str(port), "--when-told"]
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)
        ]
        for process in self.processes:
            process.stdout.readline()

    def work_off(self) -> list[dict]:
        for process in self.processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate()[0] for process in self.processes]
        if any(process.returncode for process in self.processes):
            raise SystemExit("A worker failed.")
        return [json.loads(words) for words in told]


def _smtp_source(port: int, count: int, length: int) -> None:
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/bin")
    if not program:
        raise SystemExit("smtp-source is missing; it comes with Debian's postfix. As root, `make bench` installs it.")
    subprocess.run(
        [program, "-d", "-s", str(WORKERS * CONNECTIONS), "-m", str(count), "-l", str(length),
         "-f", "news@bench.example", "-t", "somebody@bench.example", f"inet:127.0.0.1:{port}"], check=True)  # fmt: skip


def _far_away(port: int):
    far = free_port()
    return running([sys.executable, "-m", "benchmarks.delay", str(far), str(port), str(ROUND_TRIP_MS)], far)


def _keep_only(announcement: Announcement, count: int) -> None:
    """An audience of exactly so many."""
    kept = Delivery.objects.filter(announcement=announcement).order_by("contact_id").values_list("contact_id", flat=True)[:count]
    Delivery.objects.filter(announcement=announcement).exclude(contact_id__in=list(kept)).delete()


def _anybody(announcement: Announcement):
    version = version_to_send(Announcement.objects.get(pk=announcement.pk))
    contact = Delivery.objects.filter(announcement=announcement).order_by("contact_id").values_list("contact_id", flat=True)[0]
    return mail_window(version, [contact]).recipients[0], MailTemplate.of(version)


def _length_of_a_mail(announcement: Announcement) -> int:
    recipient, template = _anybody(announcement)
    return len(template.message_for(recipient))


MEASURES: dict[str, Callable[..., Figure | None]] = {
    "send": send, "send_20ms": send_20ms, "urgent_seconds": urgent, "sender_memory_mb": sender_memory,
    "dkim_signatures": signing, "freeze_1m_seconds": freeze_a_million,
}  # fmt: skip
