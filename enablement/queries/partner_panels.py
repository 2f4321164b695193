"""What the manager's page of a partner shows of what both draft together."""

from enablement.queries.rooms import rooms_of
from enablement.writers import Writer
from partners.panels import PartnerPage

SHOWN = 5


def rooms_panel(page: PartnerPage) -> dict:
    """The rooms with this partner that the reader is in."""
    rooms = rooms_of(Writer(user=page.reader)).filter(partner=page.partner)
    return {"rooms": list(rooms[:SHOWN]), "may_open": page.reader.has_perm("enablement.add_room"), "partner": page.partner}
