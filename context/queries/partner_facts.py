"""What is known and its figures, as the manager's page of a partner shows them."""

from django.db.models import OuterRef, Subquery

from context.models import Metric
from context.queries.performance import Performance, performance_of
from context.queries.profile_page import profile_of
from partners.panels import PartnerPage
from partners.queries.typed_rows import mark_freshness

SHOWN_RECORDS = 60


def facts_panel(page: PartnerPage) -> dict:
    return {"profile": profile_of(page.partner, page.partner.current_enrolments, sight=page.sight, rows=page.rows)}


def performance_panel(page: PartnerPage) -> dict:
    hidden = "performance" in page.sight.hidden
    return {"performance": Performance() if hidden else performance_of(page.partner, period=page.period)}


def records_panel(page: PartnerPage) -> dict:
    """The latest records, each `called` what its metric is."""
    if "performance" in page.sight.hidden:
        return {"records": []}
    called = Subquery(Metric.objects.filter(key=OuterRef("metric")).values("label")[:1])
    rows = page.partner.performance.select_related("product", "region", "verified_by", "evidence_file").annotate(called=called)
    records = list(rows[:SHOWN_RECORDS])
    mark_freshness("performance", records, page.sight)
    return {"records": records}
