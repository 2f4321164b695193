"""What is known and its figures, as the manager's page of a partner shows them."""

from context.queries.performance import Performance, performance_of
from context.queries.profile_page import profile_of
from partners.panels import PartnerPage


def facts_panel(page: PartnerPage) -> dict:
    return {"profile": profile_of(page.partner, page.partner.current_enrolments, sight=page.sight, rows=page.rows)}


def performance_panel(page: PartnerPage) -> dict:
    hidden = "performance" in page.sight.hidden
    return {"performance": Performance() if hidden else performance_of(page.partner, period=page.period)}
