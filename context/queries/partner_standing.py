"""Where a partner stands, as the manager's page of it shows it: tier and stage of each enrolment, and its scorecards."""

from context.queries.scorecards import scorecards_of
from context.queries.stages import stage_standing_of
from context.queries.tiers import standing_of
from partners.models import Partner


def standing_panel(partner: Partner, user) -> dict:
    enrolments = list(_current(partner))
    may_change = user.has_perm("partners.change_enrolment")
    return {"rows": [(row, standing_of(row), stage_standing_of(row)) for row in enrolments], "may_change": may_change}


def scorecards_panel(partner: Partner, user) -> dict:
    return {"cards": [card for enrolment in _current(partner) for card in scorecards_of(enrolment, user=user)]}


def _current(partner: Partner):
    rows = partner.enrolments.current().select_related("partner", "programme", "kind", "tier", "manager")
    return rows.order_by("-is_primary", "pk")
