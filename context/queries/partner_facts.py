"""Facts as the manager's page of a partner shows them."""

from context.queries.completeness import completeness_of
from context.queries.facts import current_facts
from partners.panels import PartnerPage


def facts_panel(page: PartnerPage) -> dict:
    partner, seen = page.partner, page.sight.data_points
    return {
        "facts": current_facts(partner, among=seen),
        "partner": partner,
        "complete": completeness_of(partner, partner.current_enrolments, among=seen, rows=page.rows),
    }
