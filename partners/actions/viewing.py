"""A manager looks at the portal as a contact sees it: read-only, and written down."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import NotAllowed
from partners.models import Contact


@transaction.atomic
def start_viewing(contact: Contact, *, by) -> None:
    if not by.is_staff or not by.has_perm("partners.view_as_contact"):
        raise NotAllowed(_("You may not view the portal as a contact."))
    sentence = _("%(manager)s began to view the portal as %(contact)s") % {"manager": by, "contact": contact}
    record_activity("viewing.started", sentence, by=by, partner_id=contact.partner_id, subject=contact)


@transaction.atomic
def stop_viewing(contact: Contact, *, by) -> None:
    sentence = _("%(manager)s stopped viewing the portal as %(contact)s") % {"manager": by, "contact": contact}
    record_activity("viewing.stopped", sentence, by=by, partner_id=contact.partner_id, subject=contact)
