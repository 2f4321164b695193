"""Purposes: what personal data is used for, on record."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_key, check_line
from partners.models import Purpose


@transaction.atomic
def create_purpose(*, by, key: str, name: str, text: str = "", basis: str = Purpose.Basis.CONSENT) -> Purpose:
    values = check_fields(_CHECKS, {"name": name, "text": text, "basis": basis})
    purpose = Purpose(key=check_key(key), **values)
    try:
        with transaction.atomic():
            purpose.save()
    except IntegrityError:
        raise Invalid(_("There is a purpose “%(key)s” already; choose another key.") % {"key": key}, field="key") from None
    record_activity("purpose.created", _("Purpose “%(name)s” was written down") % {"name": purpose}, by=by, subject=purpose)
    return purpose


@transaction.atomic
def change_purpose(purpose: Purpose, *, by, **fields) -> Purpose:
    values = check_fields(_CHECKS, fields)
    if values.get("basis", purpose.basis) != purpose.basis and purpose.consents.exists():
        raise Refused(_("People have agreed to “%(name)s” as it is; write down another purpose instead.") % {"name": purpose})
    changed = write_changes(purpose, values)
    if changed:
        words = {"name": purpose, "fields": in_words(purpose, changed)}
        record_activity("purpose.changed", _("Purpose “%(name)s”: %(fields)s changed") % words, by=by, subject=purpose)
    return purpose


@transaction.atomic
def delete_purpose(purpose: Purpose, *, by) -> None:
    sentence = _("Purpose “%(name)s” was deleted") % {"name": purpose}
    try:
        with transaction.atomic():
            record_activity("purpose.deleted", sentence, by=by, subject=purpose)
            purpose.delete()
    except ProtectedError:
        raise Refused(_("People have agreed to “%(name)s”; it stays, so that this can be proved.") % {"name": purpose}) from None


def _text(value: str) -> str:
    value = str(value or "").replace("\x00", "").strip()
    if len(value) > 2000:
        raise Invalid(_("At most %(limit)d characters fit here.") % {"limit": 2000}, field="text")
    return value


_CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "text": _text,
    "basis": partial(check_choice, choices=Purpose.Basis, field="basis"),
}
