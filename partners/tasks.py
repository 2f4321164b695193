"""What this app does by the clock. Kicks may come twice or late: each looks at the rows first."""

from celery import shared_task

from partners.actions.handovers import do_due_handovers
from partners.actions.retention import run_rules
from partners.actions.summaries import send_due_summaries


@shared_task(name="partners.run_retention_rules")
def run_retention_rules() -> None:
    run_rules()


@shared_task(name="partners.do_due_handovers")
def hand_over() -> None:
    do_due_handovers()


@shared_task(name="partners.send_due_summaries")
def send_summaries() -> None:
    send_due_summaries()
