"""Metrics: those that come with PartnerHub, and those that managers define."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.models import Metric
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_key, check_line
from partners.models import PerformanceRecord

# Key → label, unit, how it is put together, whether more is better.
COMMON = {
    "license_revenue": ("Licence revenue", "EUR", Metric.Summing.SUM, True),
    "on_time_delivery": ("On-time delivery", "%", Metric.Summing.AVERAGE, True),
    "defects": ("Defects", "ppm", Metric.Summing.AVERAGE, False),
}


def install_metrics(**_kwargs) -> None:
    """Add what is missing; what a manager has changed stays."""
    Metric.objects.bulk_create(
        [
            Metric(key=key, label=label, unit=unit, summing=summing, is_more_better=is_more_better)
            for key, (label, unit, summing, is_more_better) in COMMON.items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def create_metric(*, by, key: str, label: str, **fields) -> Metric:
    """The key stays for good: it is what performance records say."""
    metric = Metric(key=check_key(key), **check_fields(_CHANGEABLE, {"label": label, **fields}))
    try:
        with transaction.atomic():
            metric.save()
    except IntegrityError:
        raise Invalid(
            _("There is a metric “%(key)s” already; choose another key.") % {"key": key}, code="duplicate", field="key"
        ) from None
    record_activity("metric.created", _("Metric “%(label)s” was made") % {"label": metric}, by=by, subject=metric)
    return metric


@transaction.atomic
def change_metric(metric: Metric, *, by, **fields) -> Metric:
    changed = write_changes(metric, check_fields(_CHANGEABLE, fields))
    if changed:
        words = {"label": metric, "what": in_words(metric, changed)}
        sentence = _("Metric “%(label)s”: %(what)s changed") % words
        record_activity("metric.changed", sentence, by=by, subject=metric, data=changed)
    return metric


@transaction.atomic
def delete_metric(metric: Metric, *, by) -> None:
    cards = sorted({str(line.scorecard) for line in metric.lines.select_related("scorecard")})
    if cards:
        words = {"label": metric, "cards": ", ".join(cards[:3])}
        raise Refused(_("“%(label)s” is on the scorecard %(cards)s. Take it off there first.") % words, code="in_use")
    if PerformanceRecord.objects.filter(metric=metric.key).exists():
        raise Refused(_("“%(label)s” has records and stays, so that they keep their meaning.") % {"label": metric})
    record_activity("metric.deleted", _("Metric “%(label)s” was deleted") % {"label": metric}, by=by, subject=metric)
    metric.delete()


_CHANGEABLE: Checks = {
    "label": partial(check_line, field="label", required=True, longest=120),
    "unit": partial(check_line, field="unit", longest=12),
    "summing": partial(check_choice, choices=Metric.Summing, field="summing"),
    "is_more_better": bool,
}
