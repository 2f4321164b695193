"""What a partner's admin does with the people of their own organisation. `by` is that admin's contact.

Who is an admin is decided under the lock of the partner, so that two who end each other's role at the same moment do not leave
the organisation without one."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.users import end_sessions
from activity.actions import record_activity
from activity.models import Task
from activity.refusals import Invalid, NotAllowed, Refused
from partners.actions.contacts import change_contact, end_contact
from partners.leaving import LeavingPart, leaving_parts, register_leaving_part
from partners.models import Contact, Partner
from partners.queries.colleagues import admins_of, colleagues_of, moving_with


def register() -> None:
    register_leaving_part(LeavingPart("tasks", gettext_lazy("Open tasks"), _open_tasks, _give_tasks))


@transaction.atomic
def change_colleague(contact: Contact, *, by: Contact, functions: list[str], is_partner_admin: bool) -> Contact:
    """What they do, and whether they are an admin. There is always one left who can sign in."""
    contact = _colleague(contact, by)
    if is_partner_admin and not contact.is_partner_admin and contact.user_id is None:
        raise Refused(_("%(name)s has not joined yet; invite them first.") % {"name": contact}, field="is_partner_admin")
    if contact.is_partner_admin and not is_partner_admin:
        _check_another_admin(contact, "is_partner_admin")
    return change_contact(contact, by=by.user, functions=functions, is_partner_admin=is_partner_admin)


@transaction.atomic
def remove_colleague(contact: Contact, *, by: Contact, to: Contact | None = None) -> Contact:
    """Their access ends with this transaction and their sessions with it; what they did stays on record, and what waits for them
    goes to `to`. The login stays theirs: they may work for another partner."""
    contact = _colleague(contact, by)
    if contact.is_partner_admin:
        _check_another_admin(contact, None)
    if to is not None and not colleagues_of(contact).filter(pk=to.pk).exists():
        raise Invalid(_("Choose a colleague who uses the portal."), field="to")
    if to is None and moving_with(contact):
        raise Invalid(_("Choose who takes over what waits for %(name)s.") % {"name": contact}, field="to")
    moved = {part.key: part.move(part.find(contact), to) for part in leaving_parts()} if to else {}
    moved = {key: count for key, count in moved.items() if count}
    end_contact(contact, by=by.user)
    if contact.user is not None:
        end_sessions(contact.user)
    if moved:
        words = {"name": contact, "to": to}
        record_activity("contact.handed_over", _("%(name)s handed over to %(to)s") % words, by=by.user,
                        partner_id=contact.partner_id, subject=contact, data=moved)  # fmt: skip
    return contact


def _colleague(contact: Contact, by: Contact) -> Contact:
    """Both as they are now, under the lock of their partner."""
    partner = Partner.objects.select_for_update(no_key=True).get(pk=by.partner_id)
    if not admins_of(partner).filter(pk=by.pk).exists():
        raise NotAllowed(_("Only your organisation's portal admins may do this."))
    found = partner.contacts.current().select_related("user", "partner").filter(pk=contact.pk).first()
    if found is None:
        raise Refused(_("%(name)s does not work for %(partner)s any more.") % {"name": contact, "partner": partner})
    return found


def _check_another_admin(contact: Contact, field: str | None) -> None:
    if not admins_of(contact.partner).exclude(pk=contact.pk).exists():
        sentence = _("%(name)s is the only portal admin of %(partner)s. Make a colleague an admin first.")
        raise Refused(sentence % {"name": contact, "partner": contact.partner}, code="last_admin", field=field)


def _open_tasks(contact: Contact):
    return Task.objects.open().filter(partner_id=contact.partner_id, owner=contact.user_id, owner__isnull=False)


def _give_tasks(rows, to: Contact) -> int:
    return rows.update(owner=to.user)
