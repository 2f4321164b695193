"""What of this app belongs to a manager's portfolio and goes along when it is handed over."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.models import (
    Alert,
    AlertRule,
    Announcement,
    Cadence,
    Conversation,
    Journey,
    JourneyNotice,
    JourneyState,
    Question,
    State,
)
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
    register_part("journeys", _("Journeys"), _journeys, lambda rows, to: rows.update(owner=to))
    register_part("journey_notices", _("Notices of journeys"), _unseen_notices, lambda rows, to: rows.update(manager=to))
    register_part("announcements", _("Announcements not sent yet"), _unsent_announcements, lambda rows, to: rows.update(author=to))
    register_part("alerts", _("Open alerts"), _open_alerts, lambda rows, to: rows.update(owner=to))
    register_part("alert_rules", _("Alert rules"), _alert_rules, lambda rows, to: rows.update(owner=to))
    register_part("cadences", _("Promises of cadence"), _promised, lambda rows, to: rows.update(owner=to))


def _open_alerts(portfolio: Portfolio):
    return Alert.objects.open().filter(owner=portfolio.manager, partner__in=portfolio.partner_ids)


def _alert_rules(portfolio: Portfolio):
    rows = AlertRule.objects.none() if portfolio.is_of_some else AlertRule.objects.filter(owner=portfolio.manager, is_active=True)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows


def _promised(portfolio: Portfolio):
    """They are made to segments, not to partners: with the portfolio of a programme."""
    rows = Cadence.objects.none() if portfolio.is_of_some else Cadence.objects.filter(owner=portfolio.manager, is_active=True)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows


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


def _journeys(portfolio: Portfolio):
    """With the portfolio of a programme, not with single partners."""
    if portfolio.is_of_some:
        return Journey.objects.none()
    rows = Journey.objects.filter(owner=portfolio.manager).exclude(state=JourneyState.ENDED)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows


def _unseen_notices(portfolio: Portfolio):
    return JourneyNotice.objects.filter(manager=portfolio.manager, partner__in=portfolio.partner_ids, seen_at=None)


def _unsent_announcements(portfolio: Portfolio):
    """They go to segments, not to partners: with the portfolio of a programme, not with single partners. Who submitted one is
    still on record, and still may not approve it."""
    if portfolio.is_of_some:
        return Announcement.objects.none()
    rows = Announcement.objects.filter(author=portfolio.manager, state__in=UNSENT)
    return rows.filter(programme=portfolio.programme) if portfolio.programme else rows
