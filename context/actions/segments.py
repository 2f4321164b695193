"""A segment is written, changed with each version kept, and deleted while nothing uses it."""

from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uses import InUse, Use, in_a_sentence
from context.models import DataPoint, Segment, SegmentVersion
from context.queries.segment_uses import segments_above, use_of
from context.rules import Lookups, check_rule, read_rule
from context.rules.mentions import data_points_in, segments_in
from context.rules.nodes import Node
from context.segment_uses import uses_of_segment

EDITABLE = ("name", "description", "rule", "contact_rule")
RULES = ("rule", "contact_rule")
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
    read = _check(segment)
    _save(segment)
    _keep_mentions(segment, read)
    _keep_version(segment, by=by)
    record_activity("segment.created", _("Segment “%(name)s” was made") % {"name": segment}, by=by, subject=segment)
    return segment


@transaction.atomic
def change_segment(segment: Segment, *, by, **fields) -> Segment:
    """A new version is kept where a rule changed. Announcements that were submitted keep the rules they had, segments that name
    this one follow it; where one of them could no longer be asked, the change is refused."""
    if any(name in fields for name in RULES):
        _one_at_a_time()
    current = Segment.objects.select_for_update().get(pk=segment.pk)
    before = {name: getattr(current, name) for name in EDITABLE}
    for name, value in fields.items():
        if name not in EDITABLE:
            raise Invalid(_("A segment has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(current, name, _or_everyone(value) if name in RULES else value)
    read = _check(current)
    changed = [name for name in EDITABLE if getattr(current, name) != before[name]]
    if changed:
        _write_change(current, changed, read, by=by)
    segment.refresh_from_db()
    return segment


@transaction.atomic
def delete_segment(segment: Segment, *, by) -> None:
    name = segment.name
    _one_at_a_time()
    if uses := uses_of_segment(segment):
        raise _in_use(name, uses)
    try:
        with transaction.atomic():
            record_activity("segment.deleted", _("Segment “%(name)s” was deleted") % {"name": name}, by=by, subject=segment)
            segment.delete()
    except ProtectedError as error:
        raise _in_use(name, [Use("", str(row)) for row in error.protected_objects]) from None


def _in_use(name: str, uses: list[Use]) -> InUse:
    words = {"name": name, "users": in_a_sentence(uses)}
    return InUse(_("“%(name)s” is used by %(users)s and stays. Take it out of there first.") % words, uses)


def _one_at_a_time() -> None:
    """Two segments that come to name each other at the same moment would be a circle that neither of two checks can see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('segments that name segments'))")


def _or_everyone(rule):
    return EVERYONE if rule in (None, {}) else rule


def _check(segment: Segment) -> tuple[Node, Node]:
    if not isinstance(segment.name, str) or not segment.name.strip() or "\x00" in segment.name:
        raise Invalid(_("A segment needs a name."), field="name")
    segment.name = segment.name.strip()
    for name, limit in (("name", 200), ("description", 300)):
        if len(getattr(segment, name) or "") > limit:
            raise Invalid(_("At most %(limit)d characters fit here.") % {"limit": limit}, field=name)
    segment.description = segment.description or ""
    return check_rule(segment.rule, of=segment), check_rule(segment.contact_rule, about="contact", of=segment)


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


def _write_change(segment: Segment, changed: list[str], read: Iterable[Node], *, by) -> None:
    rules_changed = any(name in changed for name in RULES)
    segment.version += rules_changed
    segment.updated_at = timezone.now()
    _save(segment)
    if rules_changed:
        _keep_mentions(segment, read)
        _check_those_above(segment)
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


def _keep_mentions(segment: Segment, read: Iterable[Node]) -> None:
    """What the rules speak of, so that a data point and a segment can say who uses them."""
    read = tuple(read)
    segment.data_points.set(DataPoint.objects.filter(key__in=data_points_in(read)))
    segment.segments.set(Segment.objects.filter(public_id__in=segments_in(read)))


def _check_those_above(segment: Segment) -> None:
    """Segments that name this one, directly or not, have to stay such as can be asked."""
    lookups, broken = Lookups(), []
    for user in segments_above(segment):
        try:
            read_rule(user.rule, of=user, lookups=lookups)
            read_rule(user.contact_rule, about="contact", of=user, lookups=lookups)
        except Invalid as refusal:
            broken.append((user, refusal))
    if broken:
        uses = [use_of(user) for user, _refusal in broken]
        words = {"users": in_a_sentence(uses), "reason": broken[0][1]}
        raise InUse(_("With this change %(users)s could no longer be asked: %(reason)s") % words, uses)
