"""Alarms are opened, told to named people, and closed. One stays open until its trouble has been away for a while, so that what
comes and goes is one alarm with two mails and not a hundred."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Alarm, AlarmLook, Rule
from communications.queries.alarms import keep_open_alarms
from communications.queries.troubles import Trouble, troubles_now

logger = structlog.get_logger(__name__)
CLOSES_AFTER = timedelta(minutes=2)
STOOD_STILL_AFTER = timedelta(seconds=60)
_ONE_LOOKS = 727_002  # any number; the advisory lock of whoever looks


def look_for_alarms() -> None:
    """Compare what is wrong now with the alarms that are open, then tell. Where the last look is long ago, nothing ran since."""
    now = timezone.now()
    with transaction.atomic():
        if not _is_only_one():
            return
        for trouble in [*_stood_still(_look(now), now), *troubles_now()]:
            _note(trouble, now)
        over = Alarm.objects.open().filter(held_at__lt=now - CLOSES_AFTER)
        for alarm in over:
            logger.warning("alarm_closed", rule=alarm.rule, subject=alarm.subject)
        over.update(closed_at=now)
    keep_open_alarms()
    tell_of_alarms()


def tell_of_alarms() -> None:
    """Each opening and each closing once, to those whom ALARM_EMAIL names. What could not be mailed is tried at the next look."""
    if not settings.ALARM_EMAIL:
        return
    untold = Q(told_opening_at=None) | Q(told_closing_at=None, closed_at__isnull=False)
    for alarm in Alarm.objects.filter(untold).order_by("pk"):
        _tell(alarm)


def _is_only_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_LOOKS])
        return cursor.fetchone()[0]


def _look(now: datetime) -> datetime | None:
    """When the look before this one was."""
    last = AlarmLook.objects.filter(pk=1).values_list("at", flat=True).first()
    AlarmLook.objects.update_or_create(pk=1, defaults={"at": now})
    return last


def _stood_still(last_look: datetime | None, now: datetime) -> list[Trouble]:
    if last_look is None or now - last_look <= STOOD_STILL_AFTER:
        return []
    times = {"since": f"{last_look:%H:%M}", "until": f"{now:%H:%M}"}
    sentence = _("Nothing ran from %(since)s to %(until)s UTC: beat, the broker or all workers were away.")
    return [Trouble(Rule.STOOD_STILL, "", sentence % times)]


def _note(trouble: Trouble, now: datetime) -> None:
    alarm, is_new = Alarm.objects.get_or_create(
        rule=trouble.rule, subject=trouble.subject, closed_at=None,
        defaults={"sentence": trouble.sentence[:300], "opened_at": now, "held_at": now},
    )  # fmt: skip
    if is_new:
        logger.warning("alarm_opened", rule=alarm.rule, subject=alarm.subject)
    else:
        Alarm.objects.filter(pk=alarm.pk).update(held_at=now, sentence=trouble.sentence[:300])


def _tell(alarm: Alarm) -> None:
    """Noted before the mail leaves: told twice would be worse than told late on the page."""
    opens = alarm.told_opening_at is None
    name = "told_opening_at" if opens else "told_closing_at"
    if not Alarm.objects.filter(pk=alarm.pk, **{name: None}).update(**{name: timezone.now()}):
        return
    subject = _("Alarm: %(sentence)s") if opens else _("Over: %(sentence)s")
    address = settings.SITE_URL.rstrip("/") + reverse("admin:communications_announcement_sending")
    try:
        EmailMessage(subject % {"sentence": alarm.sentence}, f"{alarm.sentence}\n\n{address}\n", to=settings.ALARM_EMAIL).send()
    except OSError as error:
        Alarm.objects.filter(pk=alarm.pk).update(**{name: None})
        logger.warning("alarm_not_told", rule=alarm.rule, error=type(error).__name__)
