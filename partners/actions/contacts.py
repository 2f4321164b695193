"""People at a partner. Adding one gives nobody access: a login comes with an accepted invitation."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_email, check_language, check_line, check_time_zone, unknown
from partners.actions.columns import tell_contact
from partners.actions.profiles import refresh_profiles
from partners.models import Contact, ContactFunction, Invitation, Method, Partner


@transaction.atomic
def add_contact(
    partner: Partner,
    *,
    by,
    name: str,
    email: str = "",
    functions=(),
    language: str = "",
    time_zone: str = "",
    job_title: str = "",
    phone: str = "",
    is_partner_admin: bool = False,
    method: str = Method.MANUAL,
) -> Contact:
    """`functions` are keys of contact functions, such as `sales`. Who left and has this address is brought back."""
    values = check_fields(
        CHECKS,
        {
            "name": name,
            "email": email,
            "functions": functions,
            "language": language,
            "time_zone": time_zone,
            "job_title": job_title,
            "phone": phone,
            "is_partner_admin": is_partner_admin,
        },
    )
    left = partner.contacts.exclude(left_on=None).filter(email__iexact=values["email"] or None).select_related("partner").first()
    if left is not None:
        return return_contact(left, by=by, method=method, **{name: value for name, value in values.items() if value})
    contact = Contact(partner=partner, **values)
    _save_with_own_address(contact.save, contact)
    tell_contact(contact, {name: value for name, value in values.items() if value}, by=by, method=method)
    record_activity(
        "contact.added",
        _("%(name)s was added at %(partner)s") % {"name": contact, "partner": partner},
        by=by,
        partner_id=partner.pk,
        subject=contact,
    )
    return contact


@transaction.atomic
def change_contact(contact: Contact, *, by, method: str = Method.MANUAL, **fields) -> Contact:
    """A new address ends the invitation to the old one: whoever holds that link must not get in."""
    values = check_fields(CHECKS, fields)
    changed = _save_with_own_address(lambda: write_changes(contact, values), contact)
    if "email" in changed:
        _withdraw_open_invitations(contact)
    if changed:
        tell_contact(contact, {name: values[name] for name in changed}, by=by, method=method)
        record_activity(
            "contact.changed",
            _("%(name)s: %(fields)s changed") % {"name": contact, "fields": in_words(contact, changed)},
            by=by,
            partner_id=contact.partner_id,
            subject=contact,
            data={"changes": changed},
        )
    return contact


@transaction.atomic
def end_contact(contact: Contact, *, by, left_on=None) -> Contact:
    """The person has left the partner: the login no longer speaks for it, what was sent to them stays on record."""
    if contact.left_on:
        raise Refused(_("%(name)s already left on %(day)s.") % {"name": contact, "day": contact.left_on})
    write_changes(contact, {"left_on": left_on or timezone.localdate(), "is_partner_admin": False})
    _withdraw_open_invitations(contact)
    refresh_profiles([contact.partner_id])
    sentence = _("%(name)s left %(partner)s") % {"name": contact, "partner": contact.partner}
    record_activity("contact.left", sentence, by=by, partner_id=contact.partner_id, subject=contact)
    return contact


@transaction.atomic
def return_contact(contact: Contact, *, by, method: str = Method.MANUAL, **fields) -> Contact:
    """They work for the partner again, with what `fields` say anew. Access comes by a new invitation only."""
    values = check_fields(CHECKS, fields)
    current = Contact.objects.select_for_update(of=("self",)).select_related("partner").get(pk=contact.pk)
    words = {"name": current, "partner": current.partner}
    if current.left_on is None:
        raise Refused(_("%(name)s works for %(partner)s. Nobody has to come back.") % words)
    changed = write_changes(current, {"is_partner_admin": False, **values, "left_on": None, "user": None})
    tell_contact(current, {name: value for name, value in values.items() if name in changed}, by=by, method=method)
    refresh_profiles([current.partner_id])
    sentence = _("%(name)s is back at %(partner)s") % {**words, "name": current}
    record_activity("contact.returned", sentence, by=by, partner_id=current.partner_id, subject=current)
    return current


def check_functions(keys) -> list[str]:
    keys = [str(key) for key in ([keys] if isinstance(keys, str) else keys or ())]
    known = list(ContactFunction.objects.values_list("key", flat=True)) if keys else []
    for key in keys:
        if key not in known:
            raise unknown(key, known, "functions")
    return list(dict.fromkeys(keys))


CHECKS = {
    "name": partial(check_line, field="name", required=True),
    "email": check_email,
    "functions": check_functions,
    "language": check_language,
    "time_zone": check_time_zone,
    "job_title": partial(check_line, field="job_title"),
    "phone": partial(check_line, field="phone", longest=40),
    "is_partner_admin": bool,
}


def _withdraw_open_invitations(contact: Contact) -> None:
    Invitation.objects.filter(contact=contact, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())


def _save_with_own_address(save, contact: Contact):
    try:
        with transaction.atomic():
            return save()
    except IntegrityError as error:
        if "one_contact_per_address_and_partner" not in str(error):
            raise
        raise Refused(_who_has_it(contact), code="duplicate", field="email") from None


def _who_has_it(contact: Contact) -> str:
    left = contact.partner.contacts.exclude(left_on=None).filter(email__iexact=contact.email).first()
    if left is None:
        return _("%(partner)s already has a contact with this e-mail address.") % {"partner": contact.partner}
    words = {"name": left, "day": date_format(left.left_on, "j F Y")}
    return _("%(name)s, who left on %(day)s, has this e-mail address. Bring them back by adding them anew.") % words
