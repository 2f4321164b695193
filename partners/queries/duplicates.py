"""Pairs of partners that may be one, as they were found last."""

from django.db.models import Exists, OuterRef

from partners.models import LikelyDuplicate, NotTheSame, Partner

PAIRS_SHOWN = 100


def suggested_duplicates(user) -> list[LikelyDuplicate]:
    """Pairs of which the reader sees both, the likeliest first; none that was merged, or said not to be the same, since they were
    found."""
    seen = Partner.objects.visible_to(user).unmerged().order_by().values("pk")
    decided = NotTheSame.objects.filter(first=OuterRef("first"), second=OuterRef("second"))
    pairs = LikelyDuplicate.objects.filter(first__in=seen, second__in=seen).exclude(Exists(decided))
    return list(pairs.select_related("first", "second")[:PAIRS_SHOWN])
