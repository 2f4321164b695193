"""Facts as the manager's page of a partner shows them."""

from context.models import DataPoint
from context.queries.facts import current_facts
from partners.models import Partner


def facts_panel(partner: Partner, user) -> dict:
    return {"facts": current_facts(partner, among=DataPoint.objects.seen_by(user)), "partner": partner}
