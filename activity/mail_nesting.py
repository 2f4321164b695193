"""A mail can be nested deeper than Python reads: parts or mails within one another, by the thousand."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from activity.refusals import Invalid


@contextmanager
def too_deep_is_refused() -> Iterator[None]:
    """Also as a decorator, outside a transaction."""
    try:
        yield
    except RecursionError:
        raise Invalid(_("This mail is nested too deeply to be read.")) from None
