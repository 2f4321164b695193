"""What must not be in a log line. Our own lines name announcements and people by their ids; others' words may hold an address."""

import logging
import re

from django.core.exceptions import PermissionDenied

_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")


def without_addresses(_logger, _method: str, line: dict) -> dict:
    """A server's refusal, a broken constraint or an exception's text may quote an address: it is left out."""
    return {key: _ADDRESS.sub("…@…", value) if isinstance(value, str) else value for key, value in line.items()}


class RefusalsInOneLine(logging.Filter):
    """Who may not is told so; where in the code that was decided is no news."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
