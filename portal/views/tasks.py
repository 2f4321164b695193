"""What a partner and its manager do together: the tasks that are shared."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.actions.tasks import finish_task
from activity.models import Task
from activity.refusals import Refused
from partners.queries.tasks import shared_tasks
from partners.readers import for_contacts

ENDED_SHOWN = 20


@require_safe
@for_contacts
def tasks(request):
    rows = shared_tasks(request.contact.partner)
    ended = rows.exclude(state=Task.State.OPEN).select_related("ended_by").order_by("-ended_at")[:ENDED_SHOWN]
    return render(request, "portal/tasks.html", {"open": list(rows.open()), "ended": list(ended)})


@require_POST
@for_contacts
def task_done(request, public_id):
    task = get_object_or_404(shared_tasks(request.contact.partner), public_id=public_id)
    try:
        finish_task(task, by=request.user)
        messages.success(request, _("Done. Your partner manager sees it."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:tasks")
