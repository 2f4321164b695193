"""What counts by a metric here: objectives that want figures of it."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from communications.models import Objective
from communications.outcomes import FIGURES
from context.models import Metric
from context.uses import register_metric_uses


def register() -> None:
    register_metric_uses(objectives_counting)


def objectives_counting(metric: Metric) -> Iterator[Use]:
    for objective in Objective.objects.filter(outcome=FIGURES, parameter=metric.key).order_by("name"):
        yield Use(_("objective"), objective.name, reverse("admin:communications_objective_page", args=[objective.public_id]))
