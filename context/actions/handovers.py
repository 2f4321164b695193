"""What of this app belongs to a manager's portfolio and goes along when it is handed over."""

from django.utils.translation import gettext_lazy as _

from context.models import Review, ReviewState
from partners.portfolio import Portfolio, register_part

_OPEN = (ReviewState.DRAFT, ReviewState.OPEN, ReviewState.TALK)


def register() -> None:
    register_part("reviews", _("Open reviews"), _open_reviews, lambda rows, to: rows.update(manager=to))


def _open_reviews(portfolio: Portfolio):
    rows = Review.objects.filter(manager=portfolio.manager, partner__in=portfolio.partner_ids, state__in=_OPEN)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows
