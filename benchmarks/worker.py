"""One worker of a benchmark: takes chunks until none is left, as a Celery worker would. Says what it took of the machine."""

import json
import os
import resource
import sys

import django

from partnerhub.garbage import keep_what_is_loaded

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from communications.actions import deliveries  # noqa: E402
from communications.models import DeliveryChunk  # noqa: E402


def resident_mb() -> float:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
keep_what_is_loaded()
connection.ensure_connection()
idle = resident_mb()
peak = idle
if "--when-told" in sys.argv:
    print("ready", flush=True)
    sys.stdin.readline()
begun = resource.getrusage(resource.RUSAGE_SELF)
while chunks := list(DeliveryChunk.objects.to_take().in_turn()[:4]):
    for chunk_id in chunks:
        deliveries.deliver_chunk(chunk_id)
        peak = max(peak, resident_mb())
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"grown_mb": peak - idle, "cpu_seconds": used.ru_utime + used.ru_stime - begun.ru_utime - begun.ru_stime}))
