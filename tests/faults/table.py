"""The table of faults: what is done to the running system, and what must come of it. Each row has a drill in this folder."""

from typing import NamedTuple


class Fault(NamedTuple):
    done: str
    must: str


FAULTS = {
    "child killed": Fault("`kill -9` of a worker's child in mid-send", "at most one in doubt for each connection, the rest sent"),
    "worker killed": Fault("`kill -9` of the whole worker", "the sweep resumes from the rows, within minutes"),
    "SIGTERM": Fault("SIGTERM to a worker, as in a deploy", "what is in hand is finished or given back; nothing in doubt"),
    "clerk stuck": Fault(
        "the clerk comes to nothing, its work heaps up", "what is sent goes out as ever, the heap is worked off after"
    ),
    "Redis away": Fault("Redis stopped", "web answers in < 1 s, sending goes on or waits, nothing lost"),
    "Redis emptied": Fault("Redis back, and FLUSHALL in mid-send", "work goes on within 60 s, no restart; all is done"),
    "Redis full": Fault("Redis has no memory left", "writes refused and reported, nothing evicted, no hit lost"),
    "second copy": Fault("a task comes twice while it runs", "the second copy finds it claimed and exits"),
    "PostgreSQL restarted": Fault("PostgreSQL restarted in mid-send", "503 for a moment, well again in 30 s, the sums hold"),
    "asked to wait": Fault("SMTP 421, 450, 451, greylisting", "deferred with growing pauses, never failed at once"),
    "refused": Fault("SMTP 550", "failed and suppressed, the others unaffected"),
    "dropped after the dot": Fault("connection dropped after the final dot", "in doubt, never sent again by itself"),
    "hangs": Fault("SMTP server hangs", "time-out, the others are mailed, the slot is free again"),
    "poison": Fault("a chunk that fails whenever it is worked on", "held after 3 attempts with the reason, nothing else waits"),
    "two clocks": Fault("two beats; clock stepped back; both DST days", "one occurrence each"),
    "never published": Fault("crash between commit and publish", "the sweep finds it"),
    "disk full": Fault("disk full while a file is uploaded", "refused with a sentence, nothing half-written"),
    "locked migration": Fault("a lock held while a migration wants the table", "the migration gives up, the site serves"),
}
