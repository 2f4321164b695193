"""One value for many rows: seen before it is done, done in one transaction, and taken back with one click.

Each row goes through the action that a single change would, so the preview refuses what the change would refuse."""

from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from partners.actions.contacts import change_contact
from partners.actions.enrolments import change_enrolment
from partners.actions.partners import change_partner
from partners.models import Contact, ContactFunction, Enrolment, Partner, PartnerKind, Stage, Tier

AT_MOST = 2_000


@dataclass(frozen=True)
class BulkField:
    """A field that can be given one value in many rows. Values travel as text: a key, a code, a public id."""

    name: str
    label: str
    choices: object = None
    of_enrolment: bool = False

    def options(self) -> list[tuple[str, str]]:
        return [(str(key), str(name)) for key, name in (self.choices() if self.choices else [])]

    def read(self, row):
        value = getattr(self._holder(row), self.name, "")
        if isinstance(value, User):
            return str(value.public_id)
        return getattr(value, "key", value) if value is not None else ""

    def _holder(self, row):
        if self.of_enrolment and isinstance(row, Partner):
            return row.enrolments.current().order_by("-is_primary", "pk").first()
        return row

    def value_for_action(self, value):
        if self.name == "manager":
            return User.objects.get(public_id=value) if value else None
        if self.name == "functions":
            return value if isinstance(value, list) else [value] if value else []
        return value


@dataclass(frozen=True)
class RowPlan:
    row: models.Model
    old: str
    new: str
    problem: str = ""

    @property
    def is_change(self) -> bool:
        return not self.problem and self.old != self.new


@dataclass(frozen=True)
class BulkPlan:
    field: BulkField
    value: object
    rows: tuple[RowPlan, ...]

    @property
    def changes(self) -> list[RowPlan]:
        return [row for row in self.rows if row.is_change]

    @property
    def refused(self) -> list[RowPlan]:
        return [row for row in self.rows if row.problem]

    @property
    def unchanged(self) -> int:
        return len(self.rows) - len(self.changes) - len(self.refused)


def _statuses():
    """Without “ended”: an end has a day and an heir, and cannot be taken back by a click."""
    return [(value, name) for value, name in Enrolment.Status.choices if value != Enrolment.Status.ENDED]


def _managers():
    return [(user.public_id, user) for user in User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")]


def _tiers():
    tiers = Tier.objects.select_related("programme").order_by("programme__name", "-rank")
    return list({tier.key: tier.name for tier in tiers}.items())


def _words(model):
    return lambda: model.objects.values_list("key", "name")


PLACE = (
    BulkField("status", gettext_lazy("Status"), _statuses, of_enrolment=True),
    BulkField("kind", gettext_lazy("Kind"), _words(PartnerKind), of_enrolment=True),
    BulkField("tier", gettext_lazy("Tier"), _tiers, of_enrolment=True),
    BulkField("stage", gettext_lazy("Lifecycle stage"), lambda: Stage.choices, of_enrolment=True),
    BulkField("manager", gettext_lazy("Responsible manager"), _managers, of_enrolment=True),
)
READS_IN = (BulkField("language", gettext_lazy("Language")), BulkField("time_zone", gettext_lazy("Time zone")))
FIELDS: dict[type[models.Model], tuple[BulkField, ...]] = {
    Partner: (*PLACE, BulkField("country", gettext_lazy("Country")), *READS_IN),
    Enrolment: PLACE,
    Contact: (BulkField("functions", gettext_lazy("Function"), _words(ContactFunction)), *READS_IN),
}
CHANGE = {Partner: change_partner, Enrolment: change_enrolment, Contact: change_contact}


def field_of(model: type[models.Model], name: str) -> BulkField:
    for field in FIELDS[model]:
        if field.name == name:
            return field
    raise Invalid(_("“%(name)s” cannot be changed for many at once.") % {"name": name})


def plan_bulk_edit(rows, field: BulkField, value, *, by) -> BulkPlan:
    """What the edit would do. It is really done, and rolled back: no second set of rules that could say otherwise."""
    with transaction.atomic():
        plan = _change_rows(rows, field, value, by=by)
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def apply_bulk_edit(rows, field: BulkField, value, *, by) -> tuple[BulkPlan, Activity]:
    """Rows that refuse the value stay as they are. The activity keeps what was there before, for `undo_bulk_edit`."""
    plan = _change_rows(rows, field, value, by=by)
    changes = plan.changes
    if not changes:
        raise Refused(_("Nothing would change."))
    label = changes[0].row._meta.label
    count = len(changes)
    sentence = ngettext("%(field)s changed in %(count)d row", "%(field)s changed in %(count)d rows", count)
    data = {"model": label, "field": field.name, "rows": [[change.row.pk, change.old, change.new] for change in changes]}
    return plan, record_activity("bulk.edited", sentence % {"field": field.label, "count": count}, by=by, data=data)


@transaction.atomic
def undo_bulk_edit(activity: Activity, *, by) -> int:
    """Give the rows back what they had. A row that was changed again since keeps what it has now. Returns how many went back."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk, verb="bulk.edited")
    if activity.actor_id != by.pk:
        raise NotAllowed(_("Only who made this change can undo it."))
    if Activity.objects.filter(verb="bulk.undone", subject_type=activity._meta.label_lower, subject_id=activity.pk).exists():
        raise Refused(_("This change was undone before."))
    model = next(model for model in FIELDS if model._meta.label == activity.data["model"])
    field, before = field_of(model, activity.data["field"]), {pk: (old, new) for pk, old, new in activity.data["rows"]}
    undone = 0
    for row in model.objects.visible_to(by).filter(pk__in=before):
        old, new = before[row.pk]
        if field.read(row) == new:
            CHANGE[model](row, by=by, **{field.name: field.value_for_action(old)})
            undone += 1
    sentence = ngettext("%(field)s put back in %(count)d row", "%(field)s put back in %(count)d rows", undone)
    record_activity("bulk.undone", sentence % {"field": field.label, "count": undone}, by=by, subject=activity)
    return undone


def _change_rows(rows, field: BulkField, value, *, by) -> BulkPlan:
    chosen = list(rows[: AT_MOST + 1])
    if len(chosen) > AT_MOST:
        raise Refused(_("More than %(most)d are selected. Narrow the list first.") % {"most": AT_MOST})
    return BulkPlan(field, value, tuple(_change_row(row, field, value, by=by) for row in chosen))


def _change_row(row, field: BulkField, value, *, by) -> RowPlan:
    old = field.read(row)
    try:
        with transaction.atomic():
            CHANGE[type(row)](row, by=by, **{field.name: field.value_for_action(value)})
    except Refused as refusal:
        return RowPlan(row, old, old, str(refusal))
    return RowPlan(row, old, field.read(row))
