from datetime import UTC, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Invalid


def moment_asked(name: str, text: str) -> datetime:
    """ISO 8601, a day or a moment with its offset, told in UTC: not every offset is one that the database knows."""
    try:
        moment = datetime.fromisoformat(text if len(text) > 10 else f"{text}T23:59:59.999999+00:00")
        moment = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Invalid(_("Write a day such as 2025-03-31, or a time with its offset."), field=name)
    if moment.date() > timezone.now().date():
        raise Invalid(_("This day lies in the future; nobody knows what will be true then."), field=name)
    return moment
