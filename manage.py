#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here. Run this with .venv/bin/python; `make run` makes that.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"PartnerHub cannot start: {error}")
    except OperationalError:
        _say_when_not_running()
        raise


def _say_when_not_running() -> None:
    from django.conf import settings

    from partnerhub.running import is_running

    if settings.EMBEDDED and not is_running(settings.DATA_DIR):
        sys.exit(f"PartnerHub is not running under DATA_DIR {settings.DATA_DIR}; start it with: make run")


if __name__ == "__main__":
    main()
