"""What the manager's page of a partner shows of meetings with its people."""

from collaboration.queries.meetings import meetings_with
from partners.panels import PartnerPage


def meetings_panel(page: PartnerPage) -> dict:
    return {"meetings": meetings_with(page.partner, page.reader), "partner": page.partner}
