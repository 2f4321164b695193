"""What counts by a metric: scorecards, rules that speak of its figures, and what the apps above register."""

from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from context.models import Metric, Scorecard
from context.queries.rule_users import rules_counting
from context.uses import registered_uses_of_metric


def uses_of_metric(metric: Metric) -> list[Use]:
    cards = Scorecard.objects.filter(lines__metric=metric).distinct().order_by("name")
    return [use_of_scorecard(card) for card in cards] + rules_counting(metric.key) + registered_uses_of_metric(metric)


def use_of_scorecard(card: Scorecard) -> Use:
    return Use(_("scorecard"), card.name, reverse("admin:context_scorecard_change", args=[card.pk]))
