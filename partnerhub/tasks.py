"""The heartbeat: proof that beat, broker and a worker or the clerk together do work."""

from celery import shared_task
from celery.signals import before_task_publish

from activity.heartbeat import BEAT, WORKER, beat_now

NAME = "partnerhub.heartbeat"


@shared_task(name=NAME)
def heartbeat(part: str = WORKER) -> None:
    beat_now(part)


@before_task_publish.connect(sender=NAME)
def _asked_for(**_about) -> None:
    """Only beat asks for it, so asking shows that beat lives, also where no worker does."""
    beat_now(BEAT)
