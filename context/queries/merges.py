"""What two partners that are to become one say differently."""

from context.models import DataPoint
from context.queries.facts import CurrentFact, current_facts
from context.queries.words import Names, value_in_words
from partners.models import Partner


def differing_facts(kept: Partner, merged: Partner, user) -> list[tuple[str, str, str]]:
    """(label, value of one, value of the other) where both have a value and the two differ; each with how it stands."""
    among = list(DataPoint.objects.seen_by(user))
    own = {(fact.data_point.key, fact.programme_id): fact for fact in current_facts(kept, among=among)}
    rows, names = [], Names()
    for fact in current_facts(merged, among=among):
        mine = own.get((fact.data_point.key, fact.programme_id))
        if mine and mine.value != fact.value:
            rows.append((fact.data_point.label, _said(mine, names), _said(fact, names)))
    return rows


def _said(fact: CurrentFact, names: Names) -> str:
    value = value_in_words(fact.data_point, fact.value, names)
    return f"{value} ✓" if fact.is_verified and not fact.is_stale else value
