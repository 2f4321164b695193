"""What the manager's page of a partner shows of its people's learning."""

from enablement.models import Participation
from partners.panels import PartnerPage

SHOWN = 30


def learning_panel(page: PartnerPage) -> dict:
    rows = Participation.objects.visible_to(page.reader).filter(contact__partner=page.partner, contact__left_on=None)
    rows = rows.select_related("course", "contact", "certificate").order_by("-created_at", "-pk")
    return {"participations": list(rows[:SHOWN])}
