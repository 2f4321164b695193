"""Programmes. Every installation has one: the first partner or announcement must not wait for it to be set up."""

from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.models import Programme


def default_programme() -> Programme:
    """The programme that is meant when none is named; made when there is none yet."""
    programme = Programme.objects.default()
    if programme is None:
        sender_name, sender_email = parseaddr(settings.DEFAULT_FROM_EMAIL)
        programme, _created = Programme.objects.get_or_create(
            key="partners",
            defaults={
                "name": _("Partner programme"),
                "brand": _("Partner programme"),
                "sender_name": sender_name or "PartnerHub",
                "sender_email": sender_email,
                "is_default": True,
            },
        )
    return programme


@transaction.atomic
def save_programme(programme: Programme, *, by) -> Programme:
    """Save a checked programme. Only one is the default: naming another takes the mark from the first."""
    is_new = programme.pk is None
    if programme.is_default:
        Programme.objects.exclude(pk=programme.pk).filter(is_default=True).update(is_default=False)
    programme.save()
    sentence = _("Programme %(name)s was created") if is_new else _("Programme %(name)s was changed")
    verb = "programme.created" if is_new else "programme.changed"
    record_activity(verb, sentence % {"name": programme.name}, by=by, subject=programme)
    return programme


@transaction.atomic
def delete_programme(programme: Programme, *, by) -> None:
    if programme.enrolments.exists():
        raise Refused(_("%(name)s has partners in it. End their enrolments first.") % {"name": programme.name})
    record_activity("programme.deleted", _("Programme %(name)s was deleted") % {"name": programme.name}, by=by, subject=programme)
    programme.delete()
