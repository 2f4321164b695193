"""One worker of a benchmark: takes chunks until none is left, as a Celery worker would."""

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from communications.actions import deliveries  # noqa: E402
from communications.models import DeliveryChunk  # noqa: E402

settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
while chunks := list(
    DeliveryChunk.objects.filter(done_at=None, lease=None, due_at__lte=timezone.now(), announcement__state="sending").values_list(
        "pk", flat=True
    )[:20]
):
    for chunk_id in chunks:
        deliveries.deliver_chunk(chunk_id)
