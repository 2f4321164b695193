"""Are the links of a text broken? Looked at in the background when a person asks; it stops nobody."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from activity.channels.links import follow
from communications.models import LinkCheck

MOST = 100
AT_ONCE = 8


@transaction.atomic
def ask_for_link_checks(urls: Iterable[str]) -> int:
    """Those that are being looked at already are not asked for twice. Returns how many are asked for now."""
    now, urls = timezone.now(), list(dict.fromkeys(urls))[:MOST]
    LinkCheck.objects.bulk_create([LinkCheck(url=url, asked_at=now) for url in urls], ignore_conflicts=True)
    return LinkCheck.objects.filter(url__in=urls, checked_at__gte=F("asked_at")).update(asked_at=now)


def check_due_links() -> int:
    """Follow what was asked for. Run twice at once, it asks twice and says the same."""
    due = list(LinkCheck.objects.due().order_by("asked_at")[:MOST])
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        found = list(pool.map(follow, [row.url for row in due]))
    for row, followed in zip(due, found, strict=True):
        row.checked_at, row.is_fine, row.sentence = timezone.now(), followed.is_fine, followed.sentence[:300]
    LinkCheck.objects.bulk_update(due, ["checked_at", "is_fine", "sentence"])
    return len(due)
