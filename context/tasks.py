"""What runs in the background: each task loads by id, calls one action."""

from celery import shared_task
from django.utils.translation import gettext as _

from activity.tasks import soon
from context.actions import facts, imports, observations, stages, tiers
from context.models import ImportRun
from partners.tasks import find_duplicates


@shared_task(name="context.preview_import")
def preview_import(pk: int) -> None:
    imports.preview_import(ImportRun.objects.get(pk=pk))


@shared_task(name="context.run_import")
def run_import(pk: int) -> None:
    imports.run_import(ImportRun.objects.get(pk=pk))
    soon(find_duplicates)


@shared_task(name="context.resume_imports")
def resume_imports() -> None:
    """Whatever a lost message or a killed worker left behind."""
    for pk, status in ImportRun.objects.filter(status__in=("checking", "running")).values_list("pk", "status"):
        (preview_import if status == ImportRun.Status.CHECKING else run_import).delay(pk)


@shared_task(name="context.keep_house")
def keep_house() -> None:
    facts.let_newer_claims_take_over()
    stages.catch_up_stage_moves(_("Found so"))
    tiers.evaluate_all_tiers()
    imports.forget_old_uploads()


@shared_task(name="context.record_what_was_seen")
def record_what_was_seen() -> None:
    observations.record_what_was_seen()


@shared_task(name="context.evaluate_tiers")
def evaluate_tiers() -> None:
    """All partners under every published policy: after one was published."""
    tiers.evaluate_all_tiers()


@shared_task(name="context.evaluate_changed_tiers")
def evaluate_changed_tiers() -> None:
    tiers.evaluate_changed_tiers()
