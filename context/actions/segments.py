"""A segment is written, changed with each version kept, and deleted while nothing uses it."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.models import Segment, SegmentVersion
from context.rules import check_rule

EDITABLE = ("name", "description", "rule", "contact_rule")
EVERYONE = {"all": []}


@transaction.atomic
def create_segment(*, by, name: str, rule: dict | None = None, contact_rule: dict | None = None, description: str = "") -> Segment:
    segment = Segment(
        name=name,
        description=description,
        rule=_or_everyone(rule),
        contact_rule=_or_everyone(contact_rule),
        created_by=by,
    )
    _check(segment)
    _save(segment)
    _keep_version(segment, by=by)
    record_activity("segment.created", _("Segment “%(name)s” was made") % {"name": segment}, by=by, subject=segment)
    return segment


@transaction.atomic
def change_segment(segment: Segment, *, by, **fields) -> Segment:
    """A new version is kept where a rule changed. Announcements that were submitted keep the rules they had."""
    current = Segment.objects.select_for_update().get(pk=segment.pk)
    before = {name: getattr(current, name) for name in EDITABLE}
    for name, value in fields.items():
        if name not in EDITABLE:
            raise Invalid(_("A segment has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(current, name, _or_everyone(value) if name in ("rule", "contact_rule") else value)
    _check(current)
    changed = [name for name in EDITABLE if getattr(current, name) != before[name]]
    if changed:
        _write_change(current, changed, by=by)
    segment.refresh_from_db()
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by) -> None:
    name = segment.name
    try:
        with transaction.atomic():
            record_activity("segment.deleted", _("Segment “%(name)s” was deleted") % {"name": name}, by=by, subject=segment)
            segment.delete()
    except ProtectedError as error:
        users = ", ".join(f"“{row}”" for row in list(error.protected_objects)[:3])
        raise Refused(
            _("“%(name)s” is used by %(users)s and stays, so that their reports can say whom they were for.")
            % {"name": name, "users": users},
            code="in_use",
        ) from None


def _or_everyone(rule):
    return EVERYONE if rule in (None, {}) else rule


def _check(segment: Segment) -> None:
    if not isinstance(segment.name, str) or not segment.name.strip() or "\x00" in segment.name:
        raise Invalid(_("A segment needs a name."), field="name")
    segment.name = segment.name.strip()
    for name, limit in (("name", 200), ("description", 300)):
        if len(getattr(segment, name) or "") > limit:
            raise Invalid(_("At most %(limit)d characters fit here.") % {"limit": limit}, field=name)
    segment.description = segment.description or ""
    check_rule(segment.rule)
    check_rule(segment.contact_rule, about="contact")


def _save(segment: Segment) -> None:
    """The name is unique in the database, so that two people saving at once cannot both have it."""
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError:
        raise Invalid(
            _("There is a segment named “%(name)s” already; choose another name.") % {"name": segment.name},
            code="duplicate",
            field="name",
        ) from None


def _write_change(segment: Segment, changed: list[str], *, by) -> None:
    rules_changed = "rule" in changed or "contact_rule" in changed
    segment.version += rules_changed
    segment.updated_at = timezone.now()
    _save(segment)
    if rules_changed:
        _keep_version(segment, by=by)
    record_activity(
        "segment.changed",
        _("Segment “%(name)s” was changed") % {"name": segment},
        by=by,
        subject=segment,
        data={"changed": changed, "version": segment.version},
    )


def _keep_version(segment: Segment, *, by) -> None:
    SegmentVersion.objects.create(
        segment=segment, number=segment.version, rule=segment.rule, contact_rule=segment.contact_rule, saved_by=by
    )
