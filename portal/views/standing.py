"""Where an organisation stands: its tiers, what they ask, and the scorecards that are shared with it."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from context.queries.scorecards import shared_scorecards
from context.queries.tiers import standings_in_portal
from partners.readers import for_contacts
from partners.visibility import hidden_from
from portal.surroundings import surroundings_of


@require_safe
@for_contacts
def standing(request):
    enrolments = surroundings_of(request).enrolments
    scorecards = [] if "performance" in hidden_from(request.user, in_portal=True) else shared_scorecards(enrolments)
    return render(request, "portal/standing.html", {"standings": standings_in_portal(enrolments), "scorecards": scorecards})
