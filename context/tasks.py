"""What runs in the background: each task loads by id, calls one action."""

from functools import partial

from celery import Task, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from context.actions import facts, imports, observations
from context.models import ImportRun


@shared_task(name="context.preview_import")
def preview_import(pk: int) -> None:
    imports.preview_import(ImportRun.objects.get(pk=pk))


@shared_task(name="context.run_import")
def run_import(pk: int) -> None:
    imports.run_import(ImportRun.objects.get(pk=pk))


@shared_task(name="context.resume_imports")
def resume_imports() -> None:
    """Whatever a lost message or a killed worker left behind."""
    for pk, status in ImportRun.objects.filter(status__in=("checking", "running")).values_list("pk", "status"):
        (preview_import if status == ImportRun.Status.CHECKING else run_import).delay(pk)


@shared_task(name="context.keep_house")
def keep_house() -> None:
    facts.let_newer_claims_take_over()
    imports.forget_old_uploads()


@shared_task(name="context.record_what_was_seen")
def record_what_was_seen() -> None:
    observations.record_what_was_seen()


def soon(task: Task, pk: int) -> None:
    """After this transaction. Without a broker it waits for `resume_imports`."""
    transaction.on_commit(partial(_send, task, pk))


def _send(task: Task, pk: int) -> None:
    try:
        task.delay(pk)
    except OperationalError:
        return
