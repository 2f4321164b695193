"""The timetable: which kicks there are, how long each is good for, and which program does what."""

import pytest
from celery.schedules import crontab

from partnerhub.celery import LONG, app

PERIODS = {name: entry["schedule"] for name, entry in app.conf.beat_schedule.items() if not isinstance(entry["schedule"], crontab)}
OFTEN = 30.0
URGENT = (
    "communications.release_due",
    "communications.hand_out_chunks",
    "communications.deliver_chunk",
    "communications.settle_abandoned",
    "communications.climb_ladders",
    "communications.send_crisis_calls",
)


@pytest.fixture(scope="module", autouse=True)
def _all_tasks_are_there():
    app.loader.import_default_modules()


def queue_of(task: str) -> str:
    return app.amqp.router.route({}, task)["queue"].name


def test_each_kick_asks_for_a_task_that_exists():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= app.tasks.keys()


def test_kicks_that_come_often_are_good_for_the_same_time():
    """On a machine that is too busy none of them starves for the sake of the others."""
    patience = {name: app.conf.beat_schedule[name]["options"]["expires"] for name, period in PERIODS.items() if period < OFTEN}
    assert len(patience) > 15
    assert set(patience.values()) == {10}


def test_every_kick_is_dropped_in_the_end():
    assert [name for name in PERIODS if "expires" not in app.conf.beat_schedule[name]["options"]] == []


@pytest.mark.parametrize("task", URGENT)
def test_what_is_urgent_never_waits_behind_an_import(task):
    assert queue_of(task) == "celery"


@pytest.mark.parametrize("task", ["context.run_import", "partners.erase_person", "portal.make_copy", "enablement.prepare_files"])
def test_what_takes_long_is_done_by_the_clerk(task):
    assert queue_of(task) == LONG


def test_each_of_both_gives_its_own_sign_of_life():
    beats = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == "partnerhub.heartbeat"]
    assert [(entry["options"].get("queue", "celery"), entry.get("kwargs", {})) for entry in beats] == [
        ("celery", {}),
        (LONG, {"part": "clerk"}),
    ]


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_each_kick_calls_its_task_as_the_task_wants_to_be_called(name):
    """What Celery would check at each kick, and refuse into a log."""
    entry = app.conf.beat_schedule[name]
    app.tasks[entry["task"]].__header__(*entry.get("args", ()), **entry.get("kwargs", {}))
