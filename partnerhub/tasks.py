"""The heartbeat: proof that beat, broker and worker together do work."""

from celery import shared_task

from partnerhub.health.heartbeat import beat_now


@shared_task(name="partnerhub.heartbeat")
def heartbeat() -> None:
    beat_now()
