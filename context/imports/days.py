"""Days as files write them."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from activity.refusals import Invalid


def read_day(value: Any, field: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        words = {"field": field.replace("_", " "), "value": value}
        raise Invalid(_("The %(field)s “%(value)s” is not a date such as 2025-03-31.") % words, field=field) from None
