"""Where a partner stands, as the manager's page of it shows it: tier and stage of each enrolment, and its scorecards."""

from context.queries.criteria import outcomes_of
from context.queries.scorecards import scorecards_seen_by
from context.queries.stages import criteria_to_go_on, stage_standings
from context.queries.tiers import unanswered_of
from partners.panels import PartnerPage


def standing_panel(page: PartnerPage) -> dict:
    """The criteria of all tiers and stages are asked together."""
    enrolments = page.partner.current_enrolments
    tiers, stages = unanswered_of(enrolments), criteria_to_go_on(enrolments)
    answers = iter(outcomes_of([one for asked in (*(tier.criteria for tier in tiers), *stages) for one in asked], page.partner))
    standings = [tier.told([next(answers) for _criterion in tier.criteria]) for tier in tiers]
    gone_on = stage_standings(
        [(row, [next(answers) for _criterion in asked]) for row, asked in zip(enrolments, stages, strict=True)]
    )
    return {
        "rows": list(zip(enrolments, standings, gone_on, strict=True)),
        "may_change": page.reader.has_perm("partners.change_enrolment"),
    }


def scorecards_panel(page: PartnerPage) -> dict:
    if "performance" in page.sight.hidden:
        return {"cards": []}
    return {"cards": scorecards_seen_by(page.reader, page.partner.current_enrolments)}
