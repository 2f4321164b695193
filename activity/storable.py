"""What the database can keep of what somebody sent."""

from django.utils.translation import gettext as _

from activity.refusals import Invalid


def refuse_unstorable(value) -> None:
    """PostgreSQL stores neither NUL nor half of a surrogate pair."""
    if isinstance(value, dict):
        for key, inner in value.items():
            refuse_unstorable(key)
            refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            refuse_unstorable(inner)
    elif isinstance(value, str) and any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
        raise Invalid(_("The text holds a character that cannot be stored (NUL or half of a surrogate pair)."))
