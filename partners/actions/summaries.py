"""The daily summary: at eight in the manager's morning, once, and only when there is something to do."""

import zoneinfo
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.message import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from activity.actions.sent_mails import send_notice
from activity.languages import words_for
from partners.models import DailySummary, SummaryRefusal
from partners.panels import needs_of
from partners.queries.tasks import tasks_to_do, with_partners

SENT_FROM_HOUR = 8
TASKS_NAMED = 20


def send_due_summaries(now: datetime | None = None) -> int:
    """How many were sent. A kick that comes twice finds the row of the first."""
    now = now or timezone.now()
    managers = User.objects.filter(is_staff=True, is_active=True, no_summary=None).order_by("pk")
    return sum(_send_if_due(manager, now) for manager in managers)


@transaction.atomic
def set_summary(manager: User, *, is_wanted: bool) -> None:
    if is_wanted:
        SummaryRefusal.objects.filter(manager=manager).delete()
    else:
        SummaryRefusal.objects.get_or_create(manager=manager)


def _send_if_due(manager: User, now: datetime) -> bool:
    local = now.astimezone(_zone(manager))
    if local.hour < SENT_FROM_HOUR:
        return False
    row, is_new = DailySummary.objects.get_or_create(manager=manager, day=local.date())
    if not is_new:
        return False
    try:
        is_sent = _send(manager, local)
    except (SMTPException, OSError):
        row.delete()  # the next kick tries again
        return False
    if is_sent:
        DailySummary.objects.filter(pk=row.pk).update(sent_at=timezone.now())
    return is_sent


def _send(manager: User, local: datetime) -> bool:
    with timezone.override(local.tzinfo), words_for(manager.language):
        tasks = with_partners(tasks_to_do(manager)[:TASKS_NAMED])
        needs = needs_of(manager)
        if not tasks and not needs:
            return False
        site = settings.SITE_URL.rstrip("/")
        values = {"manager": manager, "tasks": tasks, "needs": needs, "site": site, "home": site + reverse("admin:index"),
                  "settings": site + reverse("portal:profile"), "day": local.date()}  # fmt: skip
        subject = render_to_string("partners/mail/summary.subject", values).strip()
        mail = EmailMultiAlternatives(
            subject, render_to_string("partners/mail/summary.txt", values).strip() + "\n", to=[manager.email],
            connection=get_connection(),
        )  # fmt: skip
        mail.attach_alternative(render_to_string("partners/mail/summary.html", values), "text/html")
        send_notice("summary", mail)
    return True


def _zone(manager: User) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(manager.time_zone or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo("UTC")
