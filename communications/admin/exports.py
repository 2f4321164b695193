"""CSV of a report, from the same figures as the page. A cell never begins like a formula."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from activity.csv_files import csv_response
from communications.admin.pages import announcement_or_404, needs, says_refusal
from communications.models import Announcement
from communications.queries.announcement_breakdown import Breakdown, breakdown_of
from communications.queries.announcement_report import AnnouncementReport, report_of
from communications.queries.delivery_list import delivery_rows, line_of
from communications.queries.portfolio import portfolio_of

RECIPIENT_COLUMNS = ("name", "address", "partner", "country", "channel", "state", "reason", "settled_at_utc", "read_at_utc",
                     "opened", "clicked", "acknowledged")  # fmt: skip
ROWS_AT_ONCE = 2000


@require_safe
@needs("view_announcement")
@says_refusal
def figures(request, public_id: UUID) -> StreamingHttpResponse:
    """One row for each number: what it is about, what it counts, how many."""
    announcement = announcement_or_404(request, public_id)
    portfolio = portfolio_of(request.user)
    rows = figure_rows(report_of(announcement, portfolio), breakdown_of(announcement, portfolio))
    return csv_response(f"report-{announcement.public_id}.csv", ("about", "figure", "value"), rows)


@require_safe
@needs("view_announcement")
def recipients(request, public_id: UUID) -> StreamingHttpResponse:
    """One row for each person and channel, of the partners that this manager may see."""
    announcement = announcement_or_404(request, public_id)
    return csv_response(f"recipients-{announcement.public_id}.csv", RECIPIENT_COLUMNS, _recipients(announcement, request.user))


def figure_rows(report: AnnouncementReport, breakdown: Breakdown) -> Iterator[tuple]:
    for name, value in report.as_dict().items():
        if name == "channels":
            yield from ((f"channel {channel}", state, n) for channel, sums in value.items() for state, n in sums.items())
        elif isinstance(value, dict):
            yield from ((name, key, n) for key, n in value.items())
        else:
            yield ("all", name, value)
    for group, lines in breakdown.by.items():
        for line in lines:
            yield from ((f"{group} {line.key or 'unknown'}", name, n) for name, n in line.figures().items())


def _recipients(announcement: Announcement, user) -> Iterator[tuple]:
    for row in delivery_rows(announcement, user).iterator(chunk_size=ROWS_AT_ONCE):
        line = line_of(row)
        yield (
            line.name, line.address, line.partner, line.country, line.channel, line.state, line.reason, _utc(line.settled_at),
            _utc(line.read_at), int(line.has_opened), int(line.has_clicked), int(line.has_acknowledged),
        )  # fmt: skip


def _utc(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
