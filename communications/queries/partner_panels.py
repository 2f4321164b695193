"""What the manager's page of a partner shows of the conversation: what reached it, and what it asked."""

from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from communications.models import Announcement, Conversation, Delivery, DeliveryState, Question
from communications.queries.alerts import alerts_panel
from communications.queries.cadences import cadences_panel
from communications.queries.journeys import journeys_panel
from communications.queries.suppressions import suppressed_at
from partners.panels import PartnerPage, register_panel

SHOWN = 15


def register() -> None:
    """On which tab each stands, whose permission shows it, and where among the others."""
    panels = (
        ("communication", "announcements", announcements_panel, "announcement", {}),
        ("communication", "cadences", cadences_panel, "cadence", {"order": 40}),
        ("communication", "journeys", journeys_panel, "journey", {"order": 55}),
        ("work", "alerts", alerts_panel, "alert", {"order": 20}),
        ("work", "questions", questions_panel, "question", {}),
        ("work", "conversations", conversations_panel, "conversation", {}),
    )
    for tab, name, panel, noun, place in panels:
        permission = f"communications.view_{noun}"
        register_panel(tab, f"admin/communications/{name}_panel.html", panel, permission=permission, **place)


def announcements_panel(page: PartnerPage) -> dict:
    """The latest announcements that anyone there was to receive, with how many they were and how many acknowledged;
    and who there is mailed no more."""
    # By contact, since that is what the deliveries are indexed by.
    meant = Delivery.objects.filter(contact_id__in=page.partner.contacts.order_by().values("pk")).order_by()
    there = meant.filter(announcement=OuterRef("pk"), state=DeliveryState.DELIVERED).values("announcement")
    people = Coalesce(Subquery(there.annotate(n=Count("contact_id", distinct=True)).values("n")), Value(0))
    latest = Announcement.objects.visible_to(page.reader).filter(pk__in=meant.values("announcement_id")).order_by("-pk")[:SHOWN]
    told = Count("acknowledgements", filter=Q(acknowledgements__partner=page.partner))
    rows = [(row, row.people, row.told) for row in latest.annotate(people=people, told=told)]
    suppressed = suppressed_at(page.partner) if page.reader.has_perm("communications.view_suppression") else []
    return {"rows": rows, "suppressed": suppressed}


def questions_panel(page: PartnerPage) -> dict:
    questions = Question.objects.visible_to(page.reader).filter(partner=page.partner)
    questions = questions.select_related("contact", "announcement", "assigned_to")
    return {"questions": questions.order_by("answered_at", "-asked_at")[:SHOWN]}


def conversations_panel(page: PartnerPage) -> dict:
    """The latest ones, and whom a manager may write to."""
    rows = Conversation.objects.visible_to(page.reader).filter(partner=page.partner).select_related("contact", "manager")
    people = (
        page.partner.contacts.current().order_by("name")[:SHOWN] if page.reader.has_perm("communications.add_conversation") else []
    )
    return {"conversations": rows[:SHOWN], "people": people}
