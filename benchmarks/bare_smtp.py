"""The limit of `send`: the standard library's client on one kept connection, with nothing else to do."""

import sys

import django

django.setup()

from benchmarks.communications import send_bare  # noqa: E402

send_bare(int(sys.argv[1]), int(sys.argv[2]))
