"""What a person agreed to."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from activity.columns import among
from partners.models import Consent, Contact, Purpose


@dataclass(frozen=True)
class Choice:
    purpose: Purpose
    consent: Consent | None

    @property
    def is_given(self) -> bool:
        return self.consent is not None and self.consent.withdrawn_at is None


def choices_of(contact: Contact) -> list[Choice]:
    """Every purpose with the person's latest word on it; two queries."""
    given = Consent.objects.filter(contact=contact).select_related("recorded_by", "withdrawal_recorded_by")
    own = Prefetch("consents", given.order_by("-given_at", "-pk"), to_attr="own")
    return [Choice(purpose, next(iter(purpose.own), None)) for purpose in Purpose.objects.prefetch_related(own).order_by("name")]


def consenting_contacts(contact_ids: Iterable[int], purpose: Purpose) -> set[int]:
    """Those of the contacts who have agreed to the purpose and not withdrawn."""
    rows = Consent.objects.filter(among("contact_id", list(contact_ids)), purpose=purpose, withdrawn_at=None)
    return set(rows.values_list("contact_id", flat=True))
