"""Writing down what happened."""

from collections.abc import Iterable

from django.db import models

from activity.actions.webhook_events import tell_integrators
from activity.appending import append
from activity.events import EVENTS
from activity.models import Activity


def record_activity(
    verb: str,
    sentence: str,
    *,
    by=None,
    partner_id: int | None = None,
    subject: models.Model | None = None,
    data: dict | None = None,
) -> Activity:
    """Append one record. `verb` is a dotted key such as `partner.invited`."""
    row = Activity(
        verb=verb,
        sentence=str(sentence)[:500],
        actor=by,
        partner_id=partner_id,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        data=data or {},
    )
    append(row)
    tell_integrators(row, subject)
    return row


def record_activities(rows: Iterable[Activity]) -> None:
    """Many of one kind at once, that no integrator can ask to be told."""
    rows = list(rows)
    if asked := {row.verb for row in rows} & EVENTS.keys():
        raise ValueError(f"Integrators are told each {', '.join(asked)}: record them one by one.")
    Activity.objects.bulk_create(rows, batch_size=1000)
