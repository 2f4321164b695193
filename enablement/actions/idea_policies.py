from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from enablement.models import IdeaPolicy
from enablement.queries.idea_policies import policy_of
from partners.models import Programme

FIELDS = ("votes", "days_new", "days_review", "days_planned", "days_progress")


@transaction.atomic
def set_idea_policy(programme: Programme, *, by: User, **fields) -> IdeaPolicy:
    """From now on: what was promised stays promised, and who has given more votes than are left gives no more for a while."""
    row = policy_of(programme)
    for name, value in fields.items():
        most = 100 if name == "votes" else 730
        if name not in FIELDS or not isinstance(value, int) or not 1 <= value <= most:
            raise Invalid(_("Votes are a number from 1 to 100, days one from 1 to 730."), field=name)
        setattr(row, name, value)
    row.save()
    record_activity("idea_policy.changed", _("The policy for ideas of %(programme)s was changed") % {"programme": programme}, by=by,
                    subject=row)  # fmt: skip
    return row
