"""Taking over who was there from a file: first what it says and whom it means, then it is done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from collaboration.actions.attendance import drop_file, keep_file, take_file
from collaboration.admin.pages import meeting_or_404, needs, page
from collaboration.forms.meetings import AttendanceForm
from collaboration.models import AttendanceFile, Meeting
from collaboration.queries.attendance import matched


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_meeting")
def attendance(request, public_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request, public_id)
    form, refusal, status = AttendanceForm(request.POST or None, request.FILES or None), "", 200
    if request.method == "POST":
        try:
            if answer := _do(request, meeting, form):
                return answer
            status = 422
        except Refused as refused:
            status = refused.status
            if refused.field == "file" and form.is_bound:
                form.add_error("file", str(refused))
            else:
                refusal = str(refused)
    file = AttendanceFile.objects.filter(meeting=meeting).select_related("meeting").first()
    found = matched(file, request.user) if file else None
    title = _("Who was at “%(title)s”") % {"title": meeting}
    return page(
        request,
        "meeting/attendance.html",
        title,
        status=status,
        meeting=meeting,
        form=form,
        file=file,
        found=found,
        refusal=refusal,
    )


def _do(request, meeting: Meeting, form: AttendanceForm) -> HttpResponse | None:
    """None where the form says what is wrong."""
    do = request.POST.get("do")
    if do == "take":
        found = take_file(meeting, by=request.user, at=request.POST.get("at", ""))
        words = {"n": len(found.invited) + len(found.uninvited), "strangers": len(found.strangers)}
        messages.success(request, _("%(n)d people were there; %(strangers)d strangers are listed.") % words)
        return redirect("admin:collaboration_meeting_page", meeting.public_id)
    if do == "drop":
        drop_file(meeting)
        return redirect("admin:collaboration_meeting_page", meeting.public_id)
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    keep_file(meeting, upload.name, upload.read(5 * 1024 * 1024 + 1), by=request.user)
    return redirect("admin:collaboration_meeting_attendance", meeting.public_id)
