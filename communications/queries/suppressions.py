"""Why somebody gets no mail, for whoever looks at them."""

from collections.abc import Iterable

from django.db.models.functions import Lower

from communications.models import Suppression
from partners.models import Partner


def suppression_words(addresses: Iterable[str]) -> dict[str, str]:
    """By address; those that are mailed are left out."""
    rows = Suppression.objects.filter(address__in=[address.lower() for address in addresses])
    return {row.address: f"{row.get_source_display()}: {row.reason}" for row in rows}


def suppressed_at(partner: Partner) -> list[Suppression]:
    addresses = partner.contacts.exclude(email="").order_by().values_list(Lower("email"))
    return list(Suppression.objects.filter(address__in=addresses).order_by("address"))


def suppression_of(address: str) -> Suppression | None:
    return Suppression.objects.filter(address=address.lower()).first() if address else None
