"""Data points: what managers want to know, and those every installation starts with, which stand for columns of partners
and their people, so that an import can say where each came from, or for typed rows, so that these age by the same rules."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.models import DataPoint
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_key, check_line

_TEXT, _DATE = DataPoint.Type.TEXT, DataPoint.Type.DATE

COLUMNS = {
    "name": ("Name", _TEXT),
    "legal_name": ("Legal name", _TEXT),
    "website": ("Website", _TEXT),
    "country": ("Country", _TEXT),
    "language": ("Language", _TEXT),
    "time_zone": ("Time zone", _TEXT),
    "description": ("Description", _TEXT),
    "kind": ("Kind", _TEXT),
    "tier": ("Tier", _TEXT),
    "status": ("Status", _TEXT),
    "stage": ("Lifecycle stage", _TEXT),
}
OF_A_CONTACT = {
    "contact_name": ("Contact's name", _TEXT),
    "contact_email": ("Contact's e-mail address", _TEXT),
    "contact_job_title": ("Contact's job title", _TEXT),
    "contact_phone": ("Contact's phone", _TEXT),
    "contact_functions": ("Contact's functions", _TEXT),
    "contact_language": ("Contact's language", _TEXT),
    "contact_time_zone": ("Contact's time zone", _TEXT),
}
OTHERS = {
    "member_since": ("Member since", _DATE),
    "listed": ("Listed", DataPoint.Type.YES_NO),
    "strengths": ("Strengths", _TEXT),
    "challenges": ("Challenges", _TEXT),
}
ROWS = {
    "regions": "Regions",
    "sites": "Sites",
    "specialties": "Specialties",
    "certifications": "Certifications",
    "performance": "Performance",
}


def install_data_points(**_kwargs) -> None:
    """Add what is missing; a label that a manager has changed stays."""
    points = [
        DataPoint(key=key, label=label, type=type_, is_builtin=key not in OTHERS)
        for key, (label, type_) in {**COLUMNS, **OF_A_CONTACT, **OTHERS}.items()
    ]
    points += [DataPoint(key=key, label=label, type=DataPoint.Type.ROWS, is_builtin=True) for key, label in ROWS.items()]
    DataPoint.objects.bulk_create(points, ignore_conflicts=True)


@transaction.atomic
def create_data_point(*, by, key: str, label: str, type: str = DataPoint.Type.TEXT, **fields) -> DataPoint:
    """The key and the type stay for good: rules and the ledger rely on them."""
    values = check_fields(_CHANGEABLE, {"label": label, **fields})
    point = DataPoint(key=check_key(key), type=check_choice(type, DataPoint.Type, "type"), **values)
    _check_choices(point)
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        raise Invalid(
            _("There is a data point “%(key)s” already; choose another key.") % {"key": key}, code="duplicate", field="key"
        ) from None
    record_activity("data_point.created", _("Data point “%(label)s” was made") % {"label": point}, by=by, subject=point)
    return point


@transaction.atomic
def change_data_point(point: DataPoint, *, by, **fields) -> DataPoint:
    values = check_fields(_CHANGEABLE, fields)
    changed = write_changes(point, values)
    _check_choices(point)
    if changed:
        words = {"label": point, "what": in_words(point, changed)}
        sentence = _("Data point “%(label)s”: %(what)s changed") % words
        record_activity("data_point.changed", sentence, by=by, subject=point, data=changed)
    return point


@transaction.atomic
def delete_data_point(point: DataPoint, *, by) -> None:
    if point.is_builtin or point.facts.exists():
        raise Refused(_("“%(label)s” has values on record and stays, so that they keep their meaning.") % {"label": point})
    record_activity("data_point.deleted", _("Data point “%(label)s” was deleted") % {"label": point}, by=by, subject=point)
    point.delete()


def _check_choices(point: DataPoint) -> None:
    if point.type in (DataPoint.Type.CHOICE, DataPoint.Type.CHOICES) and not point.choices:
        raise Invalid(_("Name the choices that “%(label)s” has.") % {"label": point}, field="choices")


def _choices(value) -> list[str]:
    return [check_line(choice, "choices", required=True, longest=120) for choice in value or []]


def _days(value) -> int | None:
    if value is None or (isinstance(value, int) and 0 < value <= 36_500):
        return value
    raise Invalid(_("The number of days has to be between 1 and 36,500."), field="stale_after_days")


_CHANGEABLE: Checks = {
    "label": lambda value: check_line(value, "label", required=True, longest=120),
    "question": lambda value: check_line(value, "question", longest=300),
    "unit": lambda value: check_line(value, "unit", longest=20),
    "choices": _choices,
    "purpose": lambda value: check_line(value, "purpose", longest=300),
    "stale_after_days": _days,
}
