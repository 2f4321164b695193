"""CSV of a crisis, from the same rows as its board and its report; a drill says so in each line and in the name of the file."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from activity.csv_files import csv_response
from communications.admin.pages import needs
from communications.models import Crisis
from communications.queries.crisis_board import people_of
from communications.queries.crisis_report import report_of

PEOPLE = ("mode", "name", "partner", "country", "functions", "called_utc", "by_mail", "by_portal", "state", "acknowledged_utc",
          "how", "minutes")  # fmt: skip
TIMELINE = ("mode", "at_utc", "minutes", "what", "detail")


@require_safe
@needs("view_crisis")
def people_export(request, public_id: UUID) -> StreamingHttpResponse:
    """One row for each person of the partners that this manager may see."""
    crisis = _crisis_or_404(request, public_id)
    return csv_response(f"{_mode(crisis)}-people-{crisis.public_id}.csv", PEOPLE, _people(crisis, request.user))


@require_safe
@needs("view_crisis")
def timeline_export(request, public_id: UUID) -> StreamingHttpResponse:
    crisis = _crisis_or_404(request, public_id)
    events = report_of(crisis, request.user).timeline
    rows = ((_mode(crisis), _utc(one.at), _minutes(one.after.total_seconds()), one.what, one.detail) for one in events)
    return csv_response(f"{_mode(crisis)}-timeline-{crisis.public_id}.csv", TIMELINE, rows)


def _people(crisis: Crisis, user) -> Iterator[tuple]:
    rows = people_of(crisis, user).select_related("contact__partner").order_by("contact__partner__name", "contact__name", "pk")
    for row in rows.iterator(chunk_size=2000):
        contact, at = row.contact, row.acknowledged_at
        yield (
            _mode(crisis), contact.name, contact.partner.name, contact.partner.country, " ".join(contact.functions),
            _utc(row.called_at), int(row.by_mail), int(row.by_portal), row.standing, _utc(at), row.acknowledged_how,
            _minutes((at - crisis.started_at).total_seconds()) if at else "",
        )  # fmt: skip


def _crisis_or_404(request, public_id: UUID) -> Crisis:
    rows = Crisis.objects.visible_to(request.user).select_related("version", "started_by", "cleared_by")
    return get_object_or_404(rows, public_id=public_id)


def _mode(crisis: Crisis) -> str:
    return "drill" if crisis.is_drill else "crisis"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.2f}"


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
