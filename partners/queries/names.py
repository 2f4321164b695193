"""What a partner was called, and who it is now."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from partners.models import FormerName, Partner


def with_former_names(partners: QuerySet[Partner]) -> QuerySet[Partner]:
    names = FormerName.objects.filter(partner=OuterRef("pk")).values("name")
    return partners.annotate(names_before=ArraySubquery(names))


def former_names_of(partner: Partner) -> list[str]:
    """Of a partner that came through `with_former_names`: the newest first, each once, without the name it has now."""
    return [name for name in dict.fromkeys(partner.names_before) if name != partner.name]


def kept_partner(user, **which) -> Partner | None:
    """Where a partner that was merged leads, when the reader may see that one; None for any other partner."""
    return Partner.objects.visible_to(user).filter(merged__in=Partner.objects.filter(**which)).first()
