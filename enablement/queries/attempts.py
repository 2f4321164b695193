"""Attempts of those who take a course."""

from django.db.models import Count, F, Q, QuerySet

from enablement.models import Attempt


def used_up(attempts: QuerySet[Attempt]) -> QuerySet:
    """Of these: each `participation` and `lesson` where none is left, none runs and none was passed."""
    tried = attempts.filter(participation__passed_at=None).order_by().values("participation", "lesson")
    stands = Q(is_passed=True) | Q(evaluated_at=None)
    tried = tried.annotate(made=Count("pk", filter=Q(counts=True)), standing=Count("pk", filter=stands))
    return tried.filter(made__gte=F("lesson__attempts"), standing=0)
