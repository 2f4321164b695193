"""Addresses that leave the house: on certificates, in badges, in the ledger. They never change."""

from django.conf import settings
from django.urls import reverse


def outside(name: str, *args) -> str:
    return f"{settings.SITE_URL}{reverse(f'enablement:{name}', args=args)}"


def certificate_address(certificate) -> str:
    return outside("certificate", certificate.public_id)
