"""What of the ledger may go when one partner becomes two, and which files prove what."""

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from context.models import ROWS, DataPoint, Fact, Note, Verdict
from context.queries.data_points import OF_A_PARTNER
from context.queries.facts import ranked
from context.queries.words import Names, value_in_words
from partners.merging import Item
from partners.models import Method, Partner


def facts_to_choose(partner: Partner, user) -> list[Item]:
    """What one source said once or several times is one item. What was said of a person goes with the person, what the portal
    itself saw stays: it looks again, and what the partner's own columns say stays with these; the new one has its own."""
    facts = Fact.objects.filter(
        partner=partner, contact=None, data_point__in=DataPoint.objects.seen_by(user).order_by().values("pk")
    )
    of_columns = Q(data_point__key__in=OF_A_PARTNER, data_point__is_builtin=True)
    said: dict[tuple, list[Fact]] = {}
    for fact in (
        ranked(facts.exclude(of_columns | Q(method=Method.OBSERVED)))
        .select_related("data_point", "programme")
        .order_by("data_point__label", "programme_id", "-observed_at", "-pk")
    ):
        said.setdefault((fact.data_point_id, fact.programme_id, fact.source, str(fact.value)), []).append(fact)
    names = Names()
    return [_said(facts, names) for facts in said.values()]


def notes_to_choose(partner: Partner, user) -> list[Item]:
    notes = Note.objects.visible_to(user).filter(partner=partner).select_related("written_by")
    return [
        Item((note.pk,), note.text[:80], _told(note.get_kind_display(), _day(note.happened_at), note.written_by)) for note in notes
    ]


def files_named_by(partner: Partner) -> set[int]:
    """The evidence files that something on record for this partner names."""
    facts = Fact.objects.filter(partner=partner)
    named = [
        facts.values_list("evidence_file", flat=True),
        Verdict.objects.filter(fact__in=facts).values_list("evidence_file", flat=True),
        Note.files.through.objects.filter(note__partner=partner).values_list("evidence", flat=True),
    ]
    for kind, model in ROWS.items():
        rows = model.ledger.filter(partner=partner)
        judged = Verdict.objects.filter(row_kind=kind, row_id__in=rows.values("pk"))
        named += [each.values_list("evidence_file", flat=True) for each in (rows, judged)]
    return set().union(*(each.order_by() for each in named)) - {None}


def _said(facts: list[Fact], names: Names) -> Item:
    newest, times = facts[0], len(facts)
    point = newest.data_point
    often = ngettext("%(count)d time", "%(count)d times", times) % {"count": times} if times > 1 else ""
    standing = {"verified": _("verified"), "disputed": _("disputed")}.get(newest.standing, _("claim"))
    label = f"{point.label}: {value_in_words(point, newest.value, names)}"
    detail = _told(newest.programme, newest.source, often, _day(newest.observed_at), standing)
    return Item(tuple(fact.pk for fact in facts), label, detail)


def _told(*words) -> str:
    return " · ".join(str(word) for word in words if word)


def _day(moment) -> str:
    return date_format(moment, "SHORT_DATE_FORMAT")
