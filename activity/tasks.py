"""Handing work to the background, and the work of this app that is done there."""

from functools import partial

from celery import Task, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from activity.actions import webhook_sending


def soon(task: Task, *arguments) -> None:
    """After this transaction. Without a broker it waits for the sweep that looks at what is still to do."""
    transaction.on_commit(partial(_send, task, *arguments))


def _send(task: Task, *arguments) -> None:
    try:
        task.delay(*arguments)
    except (OperationalError, RedisError):  # away, or full
        return


# Acknowledged early: what a worker was about is found again in the rows, not by the broker.
@shared_task(name="activity.send_webhooks", acks_late=False, reject_on_worker_lost=False)
def send_webhooks() -> None:
    webhook_sending.send_webhooks(failing=False)


@shared_task(name="activity.send_failing_webhooks", acks_late=False, reject_on_worker_lost=False)
def send_failing_webhooks() -> None:
    webhook_sending.send_webhooks(failing=True)
