"""Writing down who looked."""

from datetime import UTC

from django.utils import timezone

from activity.models import Access


def record_access(partner_id: int, *, by) -> None:
    """Once a day (UTC) for each manager and partner; looking again changes nothing."""
    now = timezone.now()
    Access.objects.bulk_create(
        [Access(user=by, partner_id=partner_id, day=now.astimezone(UTC).date(), first_at=now)], ignore_conflicts=True
    )
