"""What people are asked about their opinion, in the portal; and what became of it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.refusals import Refused
from communications.actions.opinions import answer_opinion
from communications.forms.opinions import OpinionForm
from communications.models import OpinionAsk, OpinionState, OpinionSurvey
from communications.opinions.languages import Told, told_in
from communications.queries.merge_values import language_of
from communications.queries.opinions import asks_of, questions_of, with_title_in
from partners.readers import for_contacts

SHOWN = 50


@require_safe
@for_contacts
def opinion_list(request):
    """What they were asked: what waits, and what was done about the rest."""
    asks = list(with_title_in(asks_of(request.contact), language_of(request.contact)).order_by("-asked_at")[:SHOWN])
    return render(request, "communications/opinions.html", {
        "waiting": [each for each in asks if not each.has_answered and each.survey.may_be_answered],
        "others": [each for each in asks if each.has_answered or not each.survey.may_be_answered],
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def opinion_page(request, public_id):
    ask = _ask_or_404(request, public_id)
    survey = ask.survey
    form, status = None, 200
    if not ask.has_answered and survey.may_be_answered:
        form = OpinionForm(_told(request, survey).questions, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        try:
            answers = form.answers() if form else {}
            if form is None or form.is_valid():
                answer_opinion(ask, answers, version=_number(request.POST.get("version", "")), by=request.user)
                return _thanked(request, public_id)
        except Refused as refusal:
            return _refused(request, ask, form, refusal)
    return _page(request, ask, form, status)


def _thanked(request, public_id):
    if "at_home" in request.POST:
        messages.success(request, _("Thank you. Your answer is in."))
        return redirect("portal:home")
    messages.success(request, _("Thank you. Your answers are in."))
    return redirect("communications:opinion", public_id)


def _refused(request, ask: OpinionAsk, form: OpinionForm | None, refusal: Refused):
    """With the questions as they are asked now; whatever was answered to those that stayed is still there."""
    ask = _ask_or_404(request, ask.survey.public_id)
    if form is None or ask.has_answered or not ask.survey.may_be_answered:
        messages.error(request, str(refusal))
        return _page(request, ask, None, refusal.status)
    form = OpinionForm(_told(request, ask.survey).questions, request.POST)
    form.full_clean()
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _page(request, ask, form, refusal.status)


def _page(request, ask: OpinionAsk, form: OpinionForm | None, status: int):
    survey = ask.survey
    outcomes = list(survey.outcomes.all()) if survey.told_at else []
    return render(request, "communications/opinion.html", {
        "survey": survey, "told": _told(request, survey), "ask": ask, "form": form, "outcomes": outcomes,
        "is_closed": survey.state == OpinionState.CLOSED,
    }, status=status)  # fmt: skip


def _told(request, survey: OpinionSurvey) -> Told:
    return told_in(survey, questions_of(survey), language_of(request.contact))


def _ask_or_404(request, public_id) -> OpinionAsk:
    ask = asks_of(request.contact).filter(survey__public_id=public_id).order_by("-pk").first()
    if ask is None:
        raise Http404
    return ask


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
