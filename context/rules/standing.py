"""A condition on how a typed row stands: whether it is verified, and whether it is fresh."""

from datetime import datetime, timedelta

from django.db.models import Q

from context.rules.fields import FRESH, VERIFIED
from context.rules.moment import moment
from context.rules.nodes import Leaf


def row_stands(leaf: Leaf) -> Q:
    """What `only` asks of the row; empty where that is nothing."""
    condition = Q(verified_at__isnull=False) if VERIFIED in leaf.only else Q()
    if FRESH in leaf.only and (since := fresh_since(leaf)):
        condition &= Q(observed_at__gte=since)
    return condition


def fresh_since(leaf: Leaf) -> datetime | None:
    """Rows that were observed then or later are fresh; None where they never age."""
    return moment() - timedelta(days=leaf.days_fresh) if leaf.days_fresh else None
