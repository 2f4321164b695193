"""What spans apps and runs in the background."""

from celery import shared_task

from partners.models import DataCopy
from portal.actions.gaps import ask_owners as ask_them
from portal.copies import make_copy as put_together


@shared_task(name="portal.make_copy")
def make_copy(pk: int) -> None:
    """Of somebody who was erased meanwhile there is none to make."""
    for copy in DataCopy.objects.select_related("contact__partner", "asked_by").filter(pk=pk, state=DataCopy.State.ASKED):
        put_together(copy)


@shared_task(name="portal.resume_copies")
def resume_copies() -> None:
    """Whatever a lost message or a killed worker left behind."""
    for pk in DataCopy.objects.filter(state=DataCopy.State.ASKED).values_list("pk", flat=True):
        make_copy.delay(pk)


@shared_task(name="portal.ask_owners")
def ask_owners() -> None:
    """For what partners asked and nobody has answered."""
    ask_them()
