"""What managers call the metrics of performance records."""

from context.models import Metric


def labels_of_metrics() -> dict[str, str]:
    return dict(Metric.objects.values_list("key", "label"))


def said(metric: str, labels: dict[str, str]) -> str:
    """A metric that nobody has named reads like its key."""
    return labels.get(metric) or metric.replace("_", " ").capitalize()
