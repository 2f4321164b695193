"""What a partner was called, and who it is now."""

from partners.models import Partner


def former_names_of(partner: Partner) -> list[str]:
    """The newest first, each once, without the name it has now."""
    names = dict.fromkeys(partner.former_names.values_list("name", flat=True))
    return [name for name in names if name != partner.name]


def kept_partner(user, **which) -> Partner | None:
    """Where a partner that was merged leads, when the reader may see that one; None for any other partner."""
    return Partner.objects.visible_to(user).filter(merged__in=Partner.objects.filter(**which)).first()
