"""What is known about an organisation, as its own people see it."""

from dataclasses import dataclass

from context.queries.performance import Performance, performance_of
from context.queries.profile_page import Profile, profile_of
from partners.models import Enrolment, Partner
from partners.queries.typed_rows import typed_rows_of
from partners.visibility import sight_of


@dataclass(frozen=True)
class Organisation:
    partner: Partner
    enrolments: list[Enrolment]
    profile: Profile
    performance: Performance


def organisation_of(partner: Partner, enrolments: list[Enrolment], *, reader, period: str = "") -> Organisation:
    """What `reader`, the one signed in, may see of it in the portal. `period` is the one whose figures are split up."""
    sight = sight_of(reader, in_portal=True)
    return Organisation(
        partner=partner,
        enrolments=enrolments,
        profile=profile_of(partner, enrolments, sight=sight, rows=typed_rows_of(partner, sight)),
        performance=Performance() if "performance" in sight.hidden else performance_of(partner, period=period),
    )
