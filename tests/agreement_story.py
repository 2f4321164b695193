"""The distribution agreement of Alpenglow, which runs out in fifty days with thirty days of notice."""

from datetime import timedelta

from django.utils import timezone

from partners.actions.agreements import add_agreement
from partners.models import PartnerAgreement


def signed(cast, partner=None, *, days: int = 50, **fields) -> PartnerAgreement:
    today = timezone.localdate()
    told = {
        "title": "Distribution agreement 2027", "kind": "distribution", "programme": cast.programme,
        "signed_on": today - timedelta(days=700), "effective_on": today - timedelta(days=690),
        "expires_on": today + timedelta(days=days), "notice_days": 30,
    }  # fmt: skip
    return add_agreement(partner or cast.alpenglow, by=cast.maria, source="The signed copy", **{**told, **fields})
