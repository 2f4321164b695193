"""What this app does by the clock. Kicks may come twice or late: each looks at the rows first."""

from celery import shared_task

from partners.actions import duplicates
from partners.actions.colleague_requests import work_off_colleague_requests
from partners.actions.data_copies import forget_old_copies
from partners.actions.erasures import carry_out_erasure
from partners.actions.handovers import do_due_handovers
from partners.actions.retention import run_rules
from partners.actions.summaries import send_due_summaries
from partners.models import Erasure


@shared_task(name="partners.run_retention_rules")
def run_retention_rules() -> None:
    run_rules()


@shared_task(name="partners.do_due_handovers")
def hand_over() -> None:
    do_due_handovers()


@shared_task(name="partners.send_due_summaries")
def send_summaries() -> None:
    send_due_summaries()


@shared_task(name="partners.erase_person")
def erase_person(pk: int) -> None:
    carry_out_erasure(Erasure.objects.get(pk=pk))


@shared_task(name="partners.resume_erasures")
def resume_erasures() -> None:
    """Whatever a lost message or a killed worker left behind."""
    for pk in Erasure.objects.filter(state=Erasure.State.RUNNING).values_list("pk", flat=True):
        erase_person.delay(pk)


@shared_task(name="partners.forget_old_copies")
def forget_copies() -> None:
    forget_old_copies()


@shared_task(name="partners.find_duplicates")
def find_duplicates() -> None:
    duplicates.find_duplicates()


# Acknowledged early: what a crash leaves is found in the rows, and not mailed twice by the broker.
@shared_task(name="partners.work_off_colleague_requests", acks_late=False, reject_on_worker_lost=False)
def answer_colleague_requests() -> None:
    work_off_colleague_requests()
