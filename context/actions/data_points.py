"""Data points: what managers want to know, and those every installation starts with, which stand for columns of partners
and their people, so that an import can say where each came from, or for typed rows, so that these age by the same rules."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from activity.uses import InUse, in_a_sentence
from context.actions.data_point_uses import refuse_another_unit, refuse_where_uses_break
from context.actions.facts import rebuild_profile_facts
from context.models import DataPoint, Fact, Side
from context.queries.data_point_uses import list_of_uses
from context.queries.data_points import facts_holding
from context.queries.profiles import place_name
from context.queries.rule_users import whatever_uses
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_key, check_line, unknown
from partners.models import PartnerKind, Stage

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
    "business_focus": ("Focus", _TEXT),
    "strengths": ("Strengths", _TEXT),
    "challenges": ("Challenges", _TEXT),
    "industries": ("Industries of its customers", _TEXT),
    "customer_sizes": ("Sizes of its customers", _TEXT),
    "technical_capability": ("Technical capability", _TEXT),
}
TOPICS = {
    "business_focus": DataPoint.Topic.FOCUS,
    "industries": DataPoint.Topic.CUSTOMERS,
    "customer_sizes": DataPoint.Topic.CUSTOMERS,
    "technical_capability": DataPoint.Topic.TECHNICAL,
    "strengths": DataPoint.Topic.SALES,
    "challenges": DataPoint.Topic.CHALLENGES,
}
# What the portal itself sees of a partner: managers' to read, nobody's to edit.
SEEN = {
    "last_sign_in": ("Last seen in the portal", _DATE),
    "portal_members": ("People in the portal", DataPoint.Type.NUMBER),
}
ROWS = {
    "regions": "Regions",
    "sites": "Sites",
    "specialties": "Specialties",
    "certifications": "Certifications",
    "agreements": "Agreements",
    "performance": "Performance",
}

_SIDES = {"agreements": Side.MANAGERS}  # partners read what was agreed, and may dispute it


def install_data_points(**_kwargs) -> None:
    """Add what is missing; a label that a manager has changed stays."""
    points = [
        DataPoint(key=key, label=label, type=type_, topic=TOPICS.get(key, ""), is_builtin=key not in OTHERS)
        for key, (label, type_) in {**COLUMNS, **OF_A_CONTACT, **OTHERS}.items()
    ]
    points += [
        DataPoint(key=key, label=label, type=DataPoint.Type.ROWS, is_builtin=True, edited_by=_SIDES.get(key, Side.BOTH))
        for key, label in ROWS.items()
    ]
    points += [
        DataPoint(key=key, label=label, type=type_, is_builtin=True, seen_by=Side.MANAGERS, edited_by=Side.MANAGERS)
        for key, (label, type_) in SEEN.items()
    ]
    DataPoint.objects.bulk_create(points, ignore_conflicts=True)


@transaction.atomic
def create_data_point(*, by, key: str, label: str, type: str = DataPoint.Type.TEXT, **fields) -> DataPoint:
    """The key and the type stay for good: rules and the ledger rely on them."""
    values = check_fields(_CHANGEABLE, {"label": label, **fields})
    kinds = values.pop("required_kinds", [])
    if type == DataPoint.Type.ROWS:
        raise Invalid(
            _("Rows of their own are built in: regions, sites, certificates and the like. Choose another type."), field="type"
        )
    point = DataPoint(key=check_key(key), type=check_choice(type, DataPoint.Type, "type"), **values)
    _check(point)
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        raise Invalid(
            _("There is a data point “%(key)s” already; choose another key.") % {"key": key}, code="duplicate", field="key"
        ) from None
    point.required_kinds.set(kinds)
    record_activity("data_point.created", _("Data point “%(label)s” was made") % {"label": point}, by=by, subject=point)
    return point


@transaction.atomic
def change_data_point(point: DataPoint, *, by, **fields) -> DataPoint:
    """Values on record keep their meaning: a choice that they hold stays, and so does their unit."""
    values = check_fields(_CHANGEABLE, fields)
    kinds = values.pop("required_kinds", None)
    _check_values_keep_their_meaning(point, values)
    changed = write_changes(point, values)
    _check(point)
    changed |= _set_kinds(point, kinds) if kinds is not None else {}
    if changed.keys() & {"choices", "seen_by", "edited_by"}:
        refuse_where_uses_break(point)
    if "stale_after_days" in changed:
        _age_anew(point)
    if changed:
        words = {"label": point, "what": in_words(point, changed)}
        sentence = _("Data point “%(label)s”: %(what)s changed") % words
        record_activity("data_point.changed", sentence, by=by, subject=point, data=changed)
    return point


@transaction.atomic
def rename_choice(point: DataPoint, choice: str, label: str, *, by) -> DataPoint:
    """Facts and rules go on holding the choice as it is; people read the new name, wherever it is shown."""
    point = DataPoint.objects.select_for_update().get(pk=point.pk)
    if choice not in point.choices:
        raise unknown(choice, point.choices, "choice")
    label = check_line(label, "label", required=True, longest=120)
    others = {word.casefold() for pair in point.labelled_choices if pair[0] != choice for word in pair}
    if label.casefold() in others:
        raise Invalid(_("“%(label)s” is another choice of “%(point)s”.") % {"label": label, "point": point}, field="label")
    before = point.words_for(choice)
    if label != before:
        renamed = {**point.choice_labels, choice: label}
        point.choice_labels = {key: word for key, word in renamed.items() if key != word}
        point.save(update_fields=["choice_labels"])
        words = {"label": point, "before": before, "after": label}
        sentence = _("Data point “%(label)s”: “%(before)s” is now called “%(after)s”") % words
        record_activity("data_point.changed", sentence, by=by, subject=point, data={"choices": [before, label]})
    return point


@transaction.atomic
def retire_data_point(point: DataPoint, *, by) -> DataPoint:
    """Ask for it no more; what is known stays known, and what uses it goes on."""
    if point.is_builtin:
        raise Refused(_("“%(label)s” stands for a part of every partner, so it stays.") % {"label": point})
    if not DataPoint.objects.filter(pk=point.pk, retired_at=None).update(retired_at=timezone.now()):
        raise Refused(_("“%(label)s” is retired already.") % {"label": point})
    point.refresh_from_db(fields=["retired_at"])
    record_activity("data_point.retired", _("Data point “%(label)s” was retired") % {"label": point}, by=by, subject=point)
    return point


@transaction.atomic
def bring_back_data_point(point: DataPoint, *, by) -> DataPoint:
    if not DataPoint.objects.filter(pk=point.pk).exclude(retired_at=None).update(retired_at=None):
        raise Refused(_("“%(label)s” is not retired.") % {"label": point})
    point.refresh_from_db(fields=["retired_at"])
    record_activity(
        "data_point.brought_back", _("Data point “%(label)s” is asked for again") % {"label": point}, by=by, subject=point
    )
    return point


@transaction.atomic
def delete_data_point(point: DataPoint, *, by) -> None:
    """Only one that was never used; any other is retired instead."""
    if point.is_builtin or point.facts.exists():
        raise Refused(
            _("“%(label)s” has values on record and stays, so that they keep their meaning. Retire it instead.") % {"label": point}
        )
    if uses := [use for use in whatever_uses(point) if use.url]:  # a page goes on without it
        words = {"label": point, "users": in_a_sentence(uses)}
        sentence = _("“%(label)s” is used by %(users)s. Take it out there first, or retire it instead.")
        raise InUse(sentence % words, uses, all_at=list_of_uses(point))
    record_activity("data_point.deleted", _("Data point “%(label)s” was deleted") % {"label": point}, by=by, subject=point)
    point.delete()


def _check(point: DataPoint) -> None:
    _check_choices(point)
    if point.type == DataPoint.Type.MONEY and not point.unit:
        raise Invalid(_("Say in the unit which currency “%(label)s” is in, such as EUR.") % {"label": point}, field="unit")
    if point.seen_by != Side.BOTH and point.edited_by != point.seen_by:
        raise Invalid(
            _("Only %(seen)s may see “%(label)s”, so only they can edit it.")
            % {"seen": point.get_seen_by_display(), "label": point},
            field="edited_by",
        )


def _check_values_keep_their_meaning(point: DataPoint, values: dict) -> None:
    for choice in [each for each in point.choices if "choices" in values and each not in values["choices"]]:
        if count := facts_holding(point, choice).count():
            words = {"choice": choice, "count": count}
            raise Refused(
                ngettext(
                    "“%(choice)s” is the value of %(count)d fact and stays, so that it keeps its meaning. It can be renamed.",
                    "“%(choice)s” is the value of %(count)d facts and stays, so that they keep their meaning. It can be renamed.",
                    count,
                )
                % words,
                code="in_use",
                field="choices",
            )
    has_meaning = point.unit or point.type == DataPoint.Type.MONEY
    if has_meaning and values.get("unit", point.unit) != point.unit and (count := point.facts.count()):
        words = {"count": count, "unit": point.unit or _("no unit")}
        raise Refused(
            ngettext(
                "%(count)d value is on record in %(unit)s, so the unit stays. Make another data point for the other unit.",
                "%(count)d values are on record in %(unit)s, so the unit stays. Make another data point for the other unit.",
                count,
            )
            % words,
            code="in_use",
            field="unit",
        )
    if point.unit and values.get("unit", point.unit) != point.unit:
        refuse_another_unit(point)


def _age_anew(point: DataPoint) -> None:
    """The profiles that hold a value of it say until when it is fresh."""
    facts = Fact.objects.filter(data_point=point, contact=None).order_by()
    programmes = facts.exclude(programme=None).values_list("programme__key", flat=True).distinct()
    names = dict.fromkeys([place_name(point.key), *(place_name(point.key, key) for key in programmes)], point.pk)
    rebuild_profile_facts(facts.values_list("partner_id", flat=True).distinct(), names)


def _set_kinds(point: DataPoint, kinds: list[PartnerKind]) -> dict[str, list]:
    before = sorted(point.required_kinds.values_list("key", flat=True))
    after = sorted(kind.key for kind in kinds)
    if before == after:
        return {}
    point.required_kinds.set(kinds)
    return {"required_kinds": [before, after]}


def _check_choices(point: DataPoint) -> None:
    if point.type in (DataPoint.Type.CHOICE, DataPoint.Type.CHOICES) and not point.choices:
        raise Invalid(_("Name the choices that “%(label)s” has.") % {"label": point}, field="choices")
    known: dict[str, str] = {}
    for choice in point.choices:
        if known.setdefault(choice.casefold(), choice) != choice:
            words = {"one": known[choice.casefold()], "other": choice}
            raise Invalid(_("“%(one)s” and “%(other)s” are one choice to whoever types them; keep one.") % words, field="choices")


def _choices(value) -> list[str]:
    return list(dict.fromkeys(check_line(choice, "choices", required=True, longest=120) for choice in value or []))


def _stages(value) -> list[str]:
    return [check_choice(stage, Stage, "required_stages") for stage in value or []]


def _kinds(value) -> list[PartnerKind]:
    """Kinds, or their keys."""
    known = {kind.key: kind for kind in PartnerKind.objects.all()}
    keys = [getattr(kind, "key", kind) for kind in value or []]
    for key in keys:
        if key not in known:
            raise unknown(key, known, "required_kinds")
    return [known[key] for key in keys]


def _days(value) -> int | None:
    if value is None or (isinstance(value, int) and 0 < value <= 36_500):
        return value
    raise Invalid(_("The number of days has to be between 1 and 36,500."), field="stale_after_days")


_CHANGEABLE: Checks = {
    "label": lambda value: check_line(value, "label", required=True, longest=120),
    "question": lambda value: check_line(value, "question", longest=300),
    "unit": lambda value: check_line(value, "unit", longest=20),
    "choices": _choices,
    "topic": lambda value: check_choice(value, DataPoint.Topic, "topic") if value else "",
    "purpose": lambda value: check_line(value, "purpose", longest=300),
    "seen_by": lambda value: check_choice(value, Side, "seen_by"),
    "edited_by": lambda value: check_choice(value, Side, "edited_by"),
    "required_kinds": _kinds,
    "required_stages": _stages,
    "stale_after_days": _days,
}
