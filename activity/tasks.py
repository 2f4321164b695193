"""Handing work to the background."""

from functools import partial

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError


def soon(task: Task, *arguments) -> None:
    """After this transaction. Without a broker it waits for the sweep that looks at what is still to do."""
    transaction.on_commit(partial(_send, task, *arguments))


def _send(task: Task, *arguments) -> None:
    try:
        task.delay(*arguments)
    except OperationalError:
        return
