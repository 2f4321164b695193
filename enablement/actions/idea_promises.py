"""What was promised for an idea and did not come: a task for who has it in hand, once for each promise."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions.tasks import create_task
from activity.models import Task
from enablement.models import Idea

AT_MOST_A_RUN = 200


def look_for_late_ideas() -> int:
    """Returns how many became tasks."""
    late = Idea.objects.late().filter(late_told_at=None).order_by("promised_by").values_list("pk", flat=True)
    return sum(_make_task(pk) for pk in list(late[:AT_MOST_A_RUN]))


@transaction.atomic
def _make_task(pk: int) -> bool:
    """Of two workers one finds it."""
    idea = Idea.objects.late().filter(pk=pk, late_told_at=None).select_for_update(skip_locked=True).first()
    if idea is None:
        return False
    Idea.objects.filter(pk=pk).update(late_told_at=timezone.now())
    title = _("Say how it goes on with “%(title)s”") % {"title": idea.title[:140]}
    day = timezone.localtime(idea.promised_by).date()
    detail = _("It is %(status)s; its partners were promised the next word by %(day)s.")
    words = {"status": idea.get_status_display(), "day": day}
    is_open = Task.objects.open().filter(source_type=Idea._meta.label_lower, source_id=pk).exists()
    if not is_open:
        owner = idea.owner if idea.owner and idea.owner.is_active else None
        create_task(title, by=None, owner=owner, due_on=day, detail=detail % words, source=idea)
    return not is_open
