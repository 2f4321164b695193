"""Reviews: what waits for a partner."""

from django.db.models import QuerySet

from context.models import Review, ReviewLine, ReviewState, SurveyResponse
from partners.models import Partner
from partners.panels import PartnerPage


def reviews_waiting_for(partner: Partner) -> QuerySet[Review]:
    """Those whose lines the partner has still to fill in."""
    return Review.objects.filter(partner=partner, state=ReviewState.OPEN, partner_done_at=None).order_by("due_on", "pk")


def lines_of(review: Review) -> list[ReviewLine]:
    return list(review.lines.select_related("data_point", "fact", "record"))


PANEL_ROWS = 10


def collecting_panel(page: PartnerPage) -> dict:
    """Reviews, surveys and talks, as the manager's page of a partner lists them."""
    partner, user = page.partner, page.reader
    responses = SurveyResponse.objects.visible_to(user).filter(partner=partner).select_related("survey", "contact")
    return {
        "partner": partner,
        "reviews": Review.objects.visible_to(user).filter(partner=partner)[:PANEL_ROWS],
        "responses": responses.exclude(survey__state="draft")[:PANEL_ROWS],
        "may_review": user.has_perm("context.add_review"),
    }
