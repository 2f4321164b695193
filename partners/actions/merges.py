"""Two partners that are one: what is of the merged one goes to the kept one, and can be taken back to the letter."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models.fields.json import KT
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from partners.actions.columns import tell_columns
from partners.actions.journal import Journal, take_back
from partners.actions.moving import bring_up_to_date, move_everything
from partners.actions.partners import note_former_name
from partners.models import Contact, Merge, MergeMove, NotTheSame, Partner, PartnerProfile
from partners.models.merges import COLUMNS
from partners.personal_data import Person

KEPT, MERGED = "kept", "merged"


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do: how many rows of which kind change hands."""

    counts: tuple[tuple[type[models.Model], int], ...]


def plan_merge(kept: Partner, merged: Partner, choices: Mapping[str, str], *, by) -> MergePlan:
    """It is really done, and rolled back: no second set of rules that could say otherwise."""
    with transaction.atomic():
        _row, journal = _merge(kept, merged, choices, by=by)
        transaction.set_rollback(True)
    kept.refresh_from_db()
    merged.refresh_from_db()
    return MergePlan(tuple(sorted(journal.counts.items(), key=lambda pair: str(pair[0]._meta.verbose_name_plural))))


@transaction.atomic
def merge_partners(kept: Partner, merged: Partner, choices: Mapping[str, str] | None = None, *, by) -> Merge:
    """`choices` says by column, or by `programme:KEY`, whether the value of the “kept” or of the “merged” partner stays;
    without a choice the kept one's does, and where it has none, the other's."""
    merge, journal = _merge(kept, merged, choices or {}, by=by)
    record_activity(
        "partner.merged",
        _("%(merged)s turned out to be %(kept)s; what was on record for it is here now")
        % {"merged": merged.name, "kept": kept.name},
        by=by,
        partner_id=kept.pk,
        subject=merge,
        data={model._meta.label_lower: count for model, count in journal.counts.items()},
    )
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, by) -> int:
    """Both partners as they were. What was changed since stays with the kept one; returns how many rows that were."""
    merge = Merge.objects.select_for_update().select_related("kept", "merged").get(pk=merge.pk)
    if merge.undone_at:
        raise Refused(_("This merge was taken back before."))
    if merge.kept.merged_into_id:
        raise Refused(_("%(kept)s has itself been merged since. Take that merge back first.") % {"kept": merge.kept})
    try:
        with transaction.atomic():
            changed_since = take_back(merge)
    except IntegrityError:
        sentence = _("Something new at %(kept)s stands in the way: the same person, place or key was added there since.")
        raise Refused(sentence % {"kept": merge.kept}) from None
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    bring_up_to_date(merge.kept, merge.merged)
    sentence = _("%(merged)s is a partner of its own again") % {"merged": merge.merged.name}
    for partner in (merge.kept, merge.merged):
        record_activity("partner.unmerged", sentence, by=by, partner_id=partner.pk, subject=merge)
    return changed_since


@transaction.atomic
def say_not_the_same(one: Partner, other: Partner, *, by) -> NotTheSame:
    if one.pk == other.pk:
        raise Invalid(_("That is one partner, not two."))
    first, second = sorted((one, other), key=lambda partner: partner.pk)
    return NotTheSame.objects.get_or_create(first=first, second=second, defaults={"by": by})[0]


def forget_in_merges(person: Person) -> int:
    """A merge taken back later must not bring an erased person back: what it keeps of their rows goes."""
    moves = MergeMove.objects.filter(model=Contact._meta.label)
    return moves.alias(address=Lower(KT("before__email"))).filter(address__in=person.addresses).delete()[0]


def _merge(kept: Partner, merged: Partner, choices: Mapping[str, str], *, by) -> tuple[Merge, Journal]:
    _lock_and_check(kept, merged)
    columns, places = _read_choices(choices)
    merge = Merge.objects.create(kept=kept, merged=merged, by=by)
    journal = Journal(merge)
    taken_over = _keep_chosen_columns(journal, kept, merged, columns, by=by)
    move_everything(journal, kept, merged, places)
    journal.set(Partner.objects.filter(merged_into=merged), merged_into_id=kept.pk)
    journal.set(Partner.objects.filter(pk=merged.pk), merged_into_id=kept.pk)
    bring_up_to_date(kept, merged)
    kept.refresh_from_db()
    merged.refresh_from_db()
    _tell_columns(journal, kept, taken_over, by=by)
    return merge, journal


def _lock_and_check(kept: Partner, merged: Partner) -> None:
    if kept.pk == merged.pk:
        raise Invalid(_("A partner cannot be merged with itself. Choose another one."))
    rows = {row.pk: row for row in Partner.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")}
    for partner in (kept, merged):
        if rows[partner.pk].merged_into_id:
            raise Refused(_("%(name)s has been merged meanwhile. Load the page again.") % {"name": partner})


def _read_choices(choices: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    for name, choice in choices.items():
        if (name not in COLUMNS and not name.startswith("programme:")) or choice not in (KEPT, MERGED):
            raise Invalid(_("“%(name)s: %(choice)s” is nothing to choose here.") % {"name": name, "choice": choice}, field=name)
    columns = {name: choice for name, choice in choices.items() if name in COLUMNS}
    return columns, {name.partition(":")[2] for name, choice in choices.items() if name not in COLUMNS and choice == MERGED}


def _keep_chosen_columns(journal: Journal, kept: Partner, merged: Partner, columns: dict[str, str], *, by) -> set[str]:
    """Returns the names of those that are the merged partner's now."""
    values = {name: getattr(merged, name) for name in COLUMNS if _is_taken_over(name, kept, merged, columns)}
    taken_over = set(values)
    names = {kept.name, merged.name} - {values.get("name", kept.name)}
    for name in sorted(names):
        journal.made(note_former_name(kept, name, by=by, reason=_("Merged with %(name)s") % {"name": merged.name}))
    if "external_id" in values:
        # The two keys change places, one at a time: imports find the partner by either.
        journal.set(Partner.objects.filter(pk=merged.pk), external_id=None)
        old, values_of_merged = kept.external_id, values.pop("external_id")
        journal.set(Partner.objects.filter(pk=kept.pk), external_id=values_of_merged)
        journal.set(Partner.objects.filter(pk=merged.pk), external_id=old)
    if values:
        journal.set(Partner.objects.filter(pk=kept.pk), **values)
    return taken_over


def _tell_columns(journal: Journal, kept: Partner, taken_over: set[str], *, by) -> None:
    """What is known of the kept partner is now what was said of both; where that differs from the column that stays, it is told."""
    said = PartnerProfile.objects.get(partner=kept).facts
    values = {name: getattr(kept, name) for name in COLUMNS if name in taken_over or name in said}
    for row in tell_columns(kept, {name: value for name, value in values.items() if (said.get(name) or "") != value}, by=by):
        journal.made(row)


def _is_taken_over(name: str, kept: Partner, merged: Partner, columns: dict[str, str]) -> bool:
    own, other = getattr(kept, name), getattr(merged, name)
    return bool(other) and own != other and columns.get(name, KEPT if own else MERGED) == MERGED
