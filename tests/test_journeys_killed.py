"""`kill -9` in the middle of a kick: what a set of partners was to go through has not happened, and the next kick does it once."""

import os
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from communications.models import Delivery, JourneyPass, JourneyRun
from tests import journey_story

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# It dies once the deliveries are written and before it is written down that the partners went on.
KICK = """
import os, signal, django
django.setup()
from communications.actions import journey_engine
if {dies}:
    journey_engine.{at} = lambda *about: os.kill(os.getpid(), signal.SIGKILL)
journey_engine.move_on()
"""


def kick(at: str = "") -> int:
    """In a process of its own. Returns how it ended."""
    database = connection.settings_dict
    own = {
        "DATABASE_URL": f"postgres://postgres@{quote(database['HOST'], safe='')}/{database['NAME']}", "SECRET_KEY": "of a test",
        "REDIS_URL": settings.REDIS_URL, "EMAIL_URL": "smtp://127.0.0.1:1", "ALLOWED_HOSTS": "localhost", "DEMO": "0",
        "DJANGO_SETTINGS_MODULE": "partnerhub.settings",
    }  # fmt: skip
    program = KICK.format(dies=bool(at), at=at or "move_on")
    kicked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], env={**os.environ, **own}, cwd=settings.BASE_DIR, timeout=60, check=False
    )
    return kicked.returncode


def test_nothing_twice_and_nothing_lost(cast, sink):
    journey_story.publish(journey_story.welcome(cast), cast)
    journey_story.let_in()
    for at in ("_note", "_go_on"):
        assert kick(at) == -signal.SIGKILL
        assert (Delivery.objects.count(), JourneyPass.objects.count()) == (0, 0)
        assert set(JourneyRun.objects.values_list("step_key", flat=True)) == {1}
    assert kick() == 0
    assert JourneyPass.objects.count() == 2
    assert kick() == 0
    journey_story.go_on()
    assert sorted(sink.recipients) == ["ben@alpenglow.example", "nora@alpenglow.example", "sven@baltic.example"]
