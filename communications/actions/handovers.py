"""What of this app belongs to a manager's portfolio and goes along when it is handed over."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models import Announcement, Conversation, Question, State
from partners.portfolio import Portfolio, register_part

# What is being sent or was sent stays with who wrote it.
UNSENT = (State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED, State.PAUSED)


def register() -> None:
    register_part("questions", _("Open questions"), _open_questions, lambda rows, to: rows.update(assigned_to=to))
    register_part(
        "announcements_to_review", _("Announcements to answer for"), _answered_for, lambda rows, to: rows.update(owner=to)
    )
    register_part(
        "conversations", _("Conversations"), _conversations, lambda rows, to: rows.update(manager=to, read_by_manager_at=None)
    )
    register_part("announcements", _("Announcements not sent yet"), _unsent_announcements, lambda rows, to: rows.update(author=to))


def _answered_for(portfolio: Portfolio):
    """What is out keeps its author; who says at each review whether it is still right is whoever has the portfolio."""
    if portfolio.is_of_some:
        return Announcement.objects.none()
    theirs = Q(owner=portfolio.manager) | Q(owner=None, author=portfolio.manager)
    rows = Announcement.objects.filter(theirs, frozen_at__isnull=False).exclude(expires_at__lte=timezone.now())
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows


def _open_questions(portfolio: Portfolio):
    return Question.objects.open().filter(assigned_to=portfolio.manager, partner__in=portfolio.partner_ids)


def _conversations(portfolio: Portfolio):
    return Conversation.objects.filter(manager=portfolio.manager, partner__in=portfolio.partner_ids)


def _unsent_announcements(portfolio: Portfolio):
    """They go to segments, not to partners: with the portfolio of a programme, not with single partners. Who submitted one is
    still on record, and still may not approve it."""
    if portfolio.is_of_some:
        return Announcement.objects.none()
    rows = Announcement.objects.filter(author=portfolio.manager, state__in=UNSENT)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows
