"""The heartbeat: proof that beat, broker and worker together do work."""

from celery import shared_task
from celery.signals import before_task_publish

from activity.heartbeat import BEAT, beat_now

NAME = "partnerhub.heartbeat"


@shared_task(name=NAME)
def heartbeat() -> None:
    beat_now()


@before_task_publish.connect(sender=NAME)
def _asked_for(**_about) -> None:
    """Only beat asks for it, so asking shows that beat lives, also where no worker does."""
    beat_now(BEAT)
