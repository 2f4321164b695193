"""Where a partner stands, as the manager's page of it shows it: tier and stage of each enrolment, and its scorecards."""

from context.queries.scorecards import scorecards_of
from context.queries.stages import stage_standing_of
from context.queries.tiers import standing_of
from partners.panels import PartnerPage


def standing_panel(page: PartnerPage) -> dict:
    rows = [(row, standing_of(row), stage_standing_of(row)) for row in page.partner.current_enrolments]
    return {"rows": rows, "may_change": page.reader.has_perm("partners.change_enrolment")}


def scorecards_panel(page: PartnerPage) -> dict:
    if "performance" in page.sight.hidden:
        return {"cards": []}
    return {"cards": [card for enrolment in page.partner.current_enrolments for card in scorecards_of(enrolment, user=page.reader)]}
