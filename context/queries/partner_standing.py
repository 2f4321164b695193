"""Where a partner stands, as the manager's page of it shows it: tier and stage of each enrolment, and its scorecards."""

from context.queries.scorecards import scorecards_of
from context.queries.stages import stage_standing_of
from context.queries.tiers import standing_of
from partners.models import Partner
from partners.panels import PartnerPage


def standing_panel(page: PartnerPage) -> dict:
    enrolments = list(_current(page.partner))
    may_change = page.reader.has_perm("partners.change_enrolment")
    return {"rows": [(row, standing_of(row), stage_standing_of(row)) for row in enrolments], "may_change": may_change}


def scorecards_panel(page: PartnerPage) -> dict:
    return {"cards": [card for enrolment in _current(page.partner) for card in scorecards_of(enrolment, user=page.reader)]}


def _current(partner: Partner):
    rows = partner.enrolments.current().select_related("partner", "programme", "kind", "tier", "manager")
    return rows.order_by("-is_primary", "pk")
