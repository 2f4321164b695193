from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity.refusals import Refused
from communications.actions.questions import ask_question
from communications.forms.questions import QuestionForm
from communications.queries.announcement_thread import questions_of
from communications.views.announcements import delivered_or_404, render_announcement, says_what_is_over
from partners.readers import for_contacts


@require_POST
@for_contacts
@says_what_is_over
def ask(request, public_id):
    announcement = delivered_or_404(request, public_id)
    form = QuestionForm(request.POST)
    if form.is_valid():
        try:
            ask_question(announcement, contact=request.contact, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            return _asked(request, announcement)
    if request.htmx:
        return _discussion(request, announcement, form, status=422)
    return render_announcement(request, announcement, form, status=422)


def _asked(request, announcement):
    if request.htmx:
        return _discussion(request, announcement, QuestionForm(), is_new=True)
    messages.success(request, _("Your question is on its way. You find the answer here."))
    return redirect(reverse("communications:announcement", args=[announcement.public_id]) + "#questions")


def _discussion(request, announcement, form, *, status: int = 200, is_new: bool = False):
    return render(request, "communications/parts/discussion.html", {
        "announcement": announcement, "questions": questions_of(announcement, request.contact), "form": form, "is_new": is_new,
    }, status=status)  # fmt: skip
