"""Which objectives are for a segment."""

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from communications.models import Objective
from context.models import Segment


def objectives_for(segment: Segment, user=None) -> list[Use]:
    rows = Objective.objects.all() if user is None else Objective.objects.visible_to(user)
    return [
        Use(_("objective"), str(row), reverse("admin:communications_objective_page", args=[row.public_id]))
        for row in rows.filter(segments=segment)
    ]
