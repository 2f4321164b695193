"""Reviews: what waits for a partner."""

from django.db.models import QuerySet

from context.models import Review, ReviewLine, ReviewState
from partners.models import Partner


def reviews_waiting_for(partner: Partner) -> QuerySet[Review]:
    """Those whose lines the partner has still to fill in."""
    return Review.objects.filter(partner=partner, state=ReviewState.OPEN, partner_done_at=None).order_by("due_on", "pk")


def lines_of(review: Review) -> list[ReviewLine]:
    return list(review.lines.select_related("data_point", "fact", "record"))
