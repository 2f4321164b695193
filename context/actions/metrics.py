"""Metrics: those that come with PartnerHub, and those that managers define."""

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from activity.uses import InUse, in_a_sentence
from context.models import Metric
from context.queries.metric_uses import uses_of_metric
from partners.actions.changes import Checks, check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_key, check_line
from partners.models import PerformanceRecord

# Key → label, unit, how it is put together, whether more is better.
COMMON = {
    "license_revenue": ("Licence revenue", "EUR", Metric.Summing.SUM, True),
    "registered_deals": ("Deals registered", "", Metric.Summing.SUM, True),
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
    """What something counts by it keeps its meaning: only the label may change then."""
    changed = write_changes(metric, check_fields(_CHANGEABLE, fields))
    if (meaning := [name for name in changed if name != "label"]) and (uses := uses_of_metric(metric)):
        words = {"label": metric, "users": in_a_sentence(uses), "what": in_words(metric, dict.fromkeys(meaning, []))}
        raise InUse(
            _("“%(label)s” is used by %(users)s, so its %(what)s stays. Make another metric, or take it out there first.") % words,
            uses,
            field=meaning[0],
        )
    if changed:
        words = {"label": metric, "what": in_words(metric, changed)}
        sentence = _("Metric “%(label)s”: %(what)s changed") % words
        record_activity("metric.changed", sentence, by=by, subject=metric, data=changed)
    return metric


@transaction.atomic
def delete_metric(metric: Metric, *, by) -> None:
    if uses := uses_of_metric(metric):
        words = {"label": metric, "users": in_a_sentence(uses)}
        raise InUse(_("“%(label)s” is used by %(users)s. Take it out there first.") % words, uses)
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
