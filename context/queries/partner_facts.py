"""Facts as the manager's page of a partner shows them."""

from context.models import DataPoint
from context.queries.completeness import completeness_of, with_kinds
from context.queries.facts import current_facts
from partners.models import Partner


def facts_panel(partner: Partner, user) -> dict:
    seen = DataPoint.objects.seen_by(user)
    return {
        "facts": current_facts(partner, among=seen),
        "partner": partner,
        "complete": completeness_of(partner, partner.current_enrolments, among=with_kinds(seen)),
    }
