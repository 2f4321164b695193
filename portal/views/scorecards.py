"""A shared scorecard, as the partner's own people read it, and the records behind each of its figures."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from context.models import Scorecard
from context.queries.scorecards import period_asked, scorecard_of
from context.queries.scorecards import records_page as records_behind
from partners.models import Enrolment
from partners.readers import for_contacts
from partners.visibility import hidden_from


@require_safe
@for_contacts
def scorecard_page(request, public_id, enrolment):
    scorecard, of = _shared(request, public_id, enrolment)
    return render(request, "portal/scorecard.html", {"card": scorecard_of(scorecard, of, request.GET.get("period", ""))})


@require_safe
@for_contacts
def records_page(request, public_id, enrolment, line):
    scorecard, of = _shared(request, public_id, enrolment)
    row = get_object_or_404(scorecard.lines.select_related("metric", "product", "region"), public_id=line)
    period = period_asked(scorecard, request.GET.get("period", ""))
    if period is None:
        raise Http404
    found = records_behind(row, of, period, request.GET.get("proof", ""))
    context = {"found": found, "scorecard": scorecard, "enrolment": of, "period": period}
    return render(request, "portal/scorecard_records.html", context)


def _shared(request, public_id, enrolment) -> tuple[Scorecard, Enrolment]:
    """Of the reader's own organisation; also a manager who views the portal as a contact sees the shared ones only."""
    rows = Enrolment.objects.current().filter(partner=request.contact.partner).select_related("partner", "programme")
    of = get_object_or_404(rows, public_id=enrolment)
    if "performance" in hidden_from(request.user, in_portal=True):
        raise Http404
    return get_object_or_404(Scorecard.objects.of_enrolment(of).filter(is_shared=True), public_id=public_id), of
