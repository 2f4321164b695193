"""What the manager's page of a partner shows of the conversation: what reached it, and what it asked."""

from django.db.models import Count, Q

from communications.models import Announcement, Conversation, Delivery, DeliveryState, Question
from communications.queries.suppressions import suppressed_at
from partners.panels import PartnerPage

SHOWN = 15


def announcements_panel(page: PartnerPage) -> dict:
    """The latest announcements that anyone there was to receive, with how many they were and how many acknowledged;
    and who there is mailed no more."""
    # By contact, since that is what the deliveries are indexed by.
    rows = Delivery.objects.filter(contact_id__in=page.partner.contacts.values("pk"))
    delivered = Count("contact_id", filter=Q(state=DeliveryState.DELIVERED), distinct=True)
    reached = dict(rows.values_list("announcement_id").annotate(people=delivered))
    announcements = Announcement.objects.visible_to(page.reader).filter(pk__in=reached).order_by("-pk")[:SHOWN]
    acknowledged = announcements.annotate(told=Count("acknowledgements", filter=Q(acknowledgements__partner=page.partner)))
    rows = [(announcement, reached[announcement.pk], announcement.told) for announcement in acknowledged]
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
