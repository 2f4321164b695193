"""A meeting that somebody of a partner came to keeps a promise of cadence."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from collaboration.models import Invitee
from communications.contact_kinds import ContactKind, heard, register_contact_kind
from partners.models import Programme


def register() -> None:
    register_contact_kind(ContactKind("meeting", _("a meeting they came to"), _came, is_personal=True))


def _came(programme: Programme, since: datetime) -> QuerySet:
    rows = Invitee.objects.filter(attended=True, meeting__programme=programme, meeting__starts_at__gte=since)
    return heard(rows, partner="contact__partner_id", at="meeting__starts_at")
