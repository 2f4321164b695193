"""A notice waits on its manager's first page until they say that they have seen it."""

from django.utils import timezone

from accounts.models import User
from communications.models import JourneyNotice
from partners.models.partners import stood_for_by


def see_notices(*, by: User, notices=None) -> int:
    """These, or all that wait for this manager and those whose leave they cover. Returns how many."""
    rows = JourneyNotice.objects.visible_to(by).filter(seen_at=None)
    rows = rows.filter(manager__in=stood_for_by(by)) if notices is None else rows.filter(pk__in=notices)
    return JourneyNotice.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(seen_at=timezone.now())
