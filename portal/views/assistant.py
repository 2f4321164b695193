"""The assistant: a question in one's own words, an answer with its sources, and a person whenever one is wanted."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.queries.conversations import responsible_manager
from partners.readers import for_contacts
from portal.actions.questions import ask, ask_person, hand_over_question, rate_answer
from portal.forms.assistant import HandOverForm, QuestionForm
from portal.models import AskedQuestion
from portal.queries.assistant import shown_to
from portal.queries.example_questions import example_questions

ASKED_BEFORE = 5


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def assistant(request):
    """`to=person` among what is posted takes the question to the manager without asking the assistant."""
    if request.method != "POST":
        return _empty(request, QuestionForm())
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _empty(request, form, status=422)
    try:
        if request.POST.get("to") == "person":
            conversation = ask_person(request.contact, form.cleaned_data["question"], key=form.cleaned_data["key"])
            messages.success(request, _("Your question is on its way."))
            return redirect("communications:conversation", conversation.public_id)
        question = ask(request.contact, form.cleaned_data["question"], by=request.user)
    except Refused as refusal:
        form.add_error("question", str(refusal))
        return _empty(request, form, status=refusal.status)
    return redirect("portal:assistant_answer", question.public_id)


@require_safe
@for_contacts
def answer(request, public_id):
    return _answer(request, _own(request, public_id), HandOverForm())


@require_POST
@for_contacts
def useful(request, public_id):
    question = _own(request, public_id)
    try:
        rate_answer(question, is_useful=request.POST.get("useful") == "yes")
        messages.success(request, _("Thank you. Whoever owns what was quoted sees it, without your name."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:assistant_answer", public_id)


@require_POST
@for_contacts
def hand_over(request, public_id):
    question, form = _own(request, public_id), HandOverForm(request.POST)
    if not form.is_valid():
        return _answer(request, question, form, status=422)
    try:
        conversation = hand_over_question(question, note=form.cleaned_data["note"])
    except Refused as refusal:
        form.add_error("note", str(refusal))
        return _answer(request, question, form, status=refusal.status)
    messages.success(request, _("Your question is on its way, with what the assistant showed."))
    return redirect("communications:conversation", conversation.public_id)


def _own(request, public_id) -> AskedQuestion:
    rows = _asked(request).select_related("contact__partner", "contact__user", "conversation")
    return get_object_or_404(rows, public_id=public_id)


def _asked(request):
    """Theirs alone: a manager who views as somebody else finds none."""
    return AskedQuestion.objects.none() if request.viewed_as else AskedQuestion.objects.of_contact(request.contact)


def _empty(request, form, *, status: int = 200):
    return render(request, "portal/assistant.html", {
        "form": form, "manager": responsible_manager(request.contact), "examples": example_questions(request.user, request.contact),
        "asked": _asked(request)[:ASKED_BEFORE],
    }, status=status)  # fmt: skip


def _answer(request, question: AskedQuestion, form, *, status: int = 200):
    shown = shown_to(request.user, question)
    return render(request, "portal/assistant_answer.html", {
        "question": question, "answer": shown, "form": QuestionForm(), "hand_over": form,
        "manager": responsible_manager(request.contact), "is_gone": question.is_answered and shown.is_abstained,
        "has_changed": "changed" in shown.notes,
    }, status=status)  # fmt: skip
