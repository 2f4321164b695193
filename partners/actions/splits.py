"""A partner that is two: what was chosen goes to the new one and the rest stays. It can be taken back until something new comes."""

from collections.abc import Collection, Mapping

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.models import Task
from activity.refusals import Invalid, Refused
from partners.actions.columns import tell_columns
from partners.actions.enrolments import enrol_partner
from partners.actions.journal import Journal, take_back
from partners.actions.merges import say_not_the_same
from partners.actions.moves import Why
from partners.actions.moving import bring_up_to_date, keep_a_primary
from partners.actions.partners import create_organisation, filled_columns
from partners.merging import Item, Movable, companions, tables_of_partners
from partners.models import Enrolment, Method, Partner, PartnerCertification, Split
from partners.models.merges import COLUMNS
from partners.queries.splits import ALL, Choice, SplitPlan, figures_of, movables_for, outlook

# What a place that both have must still be, to go again when the split is taken back.
_PLACE = ("kind_id", "tier_id", "status", "stage", "manager_id", "ends_on", "partner_id")


def plan_split(
    partner: Partner, organisation: Mapping[str, str], goes: Collection[str], *, by, both_in: Collection[int] = ()
) -> SplitPlan:
    """It is really done, and rolled back: no second set of rules that could say otherwise."""
    with transaction.atomic():
        before = figures_of(partner)
        split, journal, chosen = _split(partner, organisation, goes, both_in, by=by)
        plan = outlook(split, chosen, journal.counts, before, by)
        transaction.set_rollback(True)
    return plan


@transaction.atomic
def split_partner(
    partner: Partner, organisation: Mapping[str, str], goes: Collection[str], *, by, both_in: Collection[int] = ()
) -> Split:
    """`organisation` are the columns of the new partner. `goes` names what goes to it, as `people:12`, or `people:all`; in the
    enrolments `both_in` the two are from now on, each with a place of its own."""
    split, journal, _chosen = _split(partner, organisation, goes, both_in, by=by)
    words = {"made": split.made, "partner": partner}
    data = {model._meta.label_lower: count for model, count in journal.counts.items()}
    for whose, sentence in (
        (partner, _("%(made)s turned out to be an organisation of its own and was split off")),
        (split.made, _("Split off %(partner)s, where it was on record until now")),
    ):
        record_activity("partner.split", sentence % words, by=by, partner_id=whose.pk, subject=split, data=data)
    return split


@transaction.atomic
def undo_split(split: Split, *, by) -> None:
    """All of it back where it was; the new partner's address leads there, too. What came on top since forbids it."""
    split = Split.objects.select_for_update().select_related("partner", "made").get(pk=split.pk)
    if split.undone_at:
        raise Refused(_("This split was taken back before."))
    partner, made = split.partner, split.made
    for each in (partner, made):
        if each.merged_into_id:
            raise Refused(_("%(name)s has been merged since. Take that merge back first.") % {"name": each})
    _take_all_back(split)
    # Its key is free again: a second attempt may well name it.
    Partner.objects.filter(pk=made.pk).update(merged_into=partner, external_id=None)
    split.undone_at, split.undone_by = timezone.now(), by
    split.save(update_fields=["undone_at", "undone_by"])
    bring_up_to_date(partner, made)
    sentence = _("%(made)s is part of %(partner)s again") % {"made": made, "partner": partner}
    for each in (partner, made):
        record_activity("partner.unsplit", sentence, by=by, partner_id=each.pk, subject=split)


def _split(
    partner: Partner, organisation: Mapping[str, str], goes: Collection[str], both_in: Collection[int], *, by
) -> tuple[Split, Journal, Choice]:
    if Partner.objects.select_for_update().get(pk=partner.pk).merged_into_id:
        raise Refused(_("%(name)s has been merged meanwhile. Load the page again.") % {"name": partner})
    for name in organisation:
        if name not in COLUMNS:
            raise Invalid(_("“%(name)s” is no field of an organisation.") % {"name": name}, field=name)
    chosen, shared = _read_choice(partner, goes, by=by), _shared_places(partner, both_in)
    if not chosen and not shared:
        raise Invalid(_("Nothing goes to the new partner yet. Choose what does, or add it as a partner of its own instead."))
    made = create_organisation(by=by, **{"name": "", **organisation})
    split = Split.objects.create(partner=partner, made=made, by=by)
    journal = Journal(split)
    for row in tell_columns(made, filled_columns(made), by=by):
        journal.made(row)
    _give(journal, chosen, partner, made)
    _place_in(journal, shared, partner, made, by=by)
    pair = say_not_the_same(partner, made, by=by)
    journal.made(pair)
    bring_up_to_date(partner, made)
    _check_both_are_seen(partner, made, by)
    return split, journal, chosen


def _read_choice(partner: Partner, goes: Collection[str], *, by) -> Choice:
    known = movables_for(by)
    wanted: dict[str, set[str]] = {}
    for name in goes:
        kind, _colon, key = name.partition(":")
        if kind not in known:
            raise Invalid(_("“%(name)s” is nothing to choose here.") % {"name": name})
        wanted.setdefault(kind, set()).add(key)
    return [(known[kind], items) for kind, keys in wanted.items() if (items := _items(known[kind], keys, partner, by))]


def _items(movable: Movable, keys: set[str], partner: Partner, by) -> list[Item]:
    items = movable.read(partner, by)
    if ALL in keys:
        return items
    if keys - {item.key for item in items}:
        sentence = _("Something of what you chose under “%(title)s” has changed meanwhile. Look through it again.")
        raise Refused(sentence % {"title": movable.title})
    return [item for item in items if item.key in keys]


def _shared_places(partner: Partner, both_in: Collection[int]) -> list[Enrolment]:
    places = list(partner.enrolments.current().filter(pk__in=both_in).select_related("programme", "kind", "tier", "manager"))
    if len(places) != len(set(both_in)):
        raise Refused(_("One of the places that both shall have has ended meanwhile. Look through them again."))
    return places


def _give(journal: Journal, chosen: Choice, partner: Partner, made: Partner) -> None:
    for movable, items in chosen:
        rows = movable.model._base_manager.filter(pk__in=[key for item in items for key in item.rows])
        if movable.model is Enrolment:
            journal.set(rows.filter(is_primary=True), is_primary=False)
        for column in movable.columns:
            journal.hand_over(rows.filter(**{column: partner.pk}), column, made.pk)
    of_people = PartnerCertification.ledger.filter(partner=partner, contact__partner=made)
    journal.hand_over(of_people, "partner_id", made.pk)
    for move in companions():
        move(journal, partner, made)


def _place_in(journal: Journal, shared: list[Enrolment], partner: Partner, made: Partner, *, by) -> None:
    """Both have a place where both are; in each half one place stands for the partner."""
    for place in shared:
        if place.partner_id == partner.pk and Enrolment.objects.filter(pk=place.pk, partner=made).exists():
            raise Invalid(_("The place in %(programme)s can go, or both can have it, not both.") % {"programme": place.programme})
        own = enrol_partner(
            made, place.programme, by=by, kind=place.kind, tier=place.tier, status=place.status, stage=place.stage,
            manager=place.manager, starts_on=place.starts_on, is_primary=False,
            why=Why(_("Split off %(partner)s") % {"partner": partner}),
        )  # fmt: skip
        journal.made(own, *_PLACE)
    for each in (partner, made):
        keep_a_primary(journal, each)


def _check_both_are_seen(partner: Partner, made: Partner, by) -> None:
    seen = set(Partner.objects.visible_to(by).filter(pk__in=[partner.pk, made.pk]))
    for each in (partner, made):
        if each not in seen:
            sentence = _("You would lose sight of %(name)s: it would be in no programme where you are responsible for it.")
            raise Refused(sentence % {"name": each})


def _take_all_back(split: Split) -> None:
    words = {"made": split.made, "partner": split.partner}
    advice = _("Merge %(made)s into %(partner)s instead.") % words
    try:
        with transaction.atomic():
            changed = take_back(split)
    except IntegrityError:
        sentence = _("Something new at %(partner)s stands in the way: the same person, place or key was added there since.")
        raise Refused(f"{sentence % words} {advice}") from None
    if changed:
        sentence = ngettext(
            "%(count)d row that the split changed was changed again since.",
            "%(count)d rows that the split changed were changed again since.",
            changed,
        )
        raise Refused(f"{sentence % {'count': changed}} {advice}")
    if came := _came_since(split.made):
        sentence = _("Since the split, %(made)s got something of its own: %(what)s.") % {**words, "what": ", ".join(came)}
        raise Refused(f"{sentence} {advice}")


def _came_since(made: Partner) -> list[str]:
    """What is the new partner's once all that came with the split has gone: “2 facts”. What the portal itself sees of a partner
    does not count, it looks again."""
    tables = [(model, field.name) for model, field in tables_of_partners()] + [(Task, "partner_id"), (Split, "partner")]
    told = []
    for model, column in tables:
        rows = model._base_manager.filter(**{column: made.pk})
        if any(field.name == "method" for field in model._meta.concrete_fields):
            rows = rows.exclude(method=Method.OBSERVED)
        if count := rows.count():
            told.append(f"{count} {_noun(model, count)}")
    return told


def _noun(model: type[models.Model], count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
