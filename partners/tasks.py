"""What this app does by the clock. Kicks may come twice or late: each looks at the rows first."""

from celery import shared_task

from partners.actions.retention import run_rules


@shared_task(name="partners.run_retention_rules")
def run_retention_rules() -> None:
    run_rules()
