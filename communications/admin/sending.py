"""Sending, as it stands this moment: one sentence, then what waits, how fast it goes, and what needs a person."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communications.admin.pages import needs, page, part
from communications.models import DeliveryState
from communications.queries.delivery_list import reason_words
from communications.queries.sending_status import SendingStatus, sending_status


@never_cache
@require_safe
@needs("view_announcement")
def sending(request) -> HttpResponse:
    return page(request, "sending/page.html", _("Sending"), **_figures())


@never_cache
@require_safe
@needs("view_announcement")
def live(request) -> HttpResponse:
    """The figures alone, asked again every few seconds."""
    return part(request, "sending/live.html", **_figures())


def _figures() -> dict:
    status = sending_status()
    states = [(state.label, status.sending.deliveries.get(state.value, 0)) for state in DeliveryState]
    waits = status.at - status.sending.oldest_due if status.sending.oldest_due else None
    return {
        "now": status,
        "sentence": sentence_of(status),
        "states": states,
        "oldest_waits": _age(waits.total_seconds()) if waits else "",
        "worker": _seen(status.seen.worker),
        "clerk": _seen(status.seen.clerk),
        "beat": _seen(status.seen.beat),
        "connections_at_most": settings.MAIL_SERVER_CONNECTIONS,
        "held": [(run.announcement, why, reason_words(why), n) for run in status.runs for why, n in run.held.items()],
    }


def sentence_of(status: SendingStatus) -> str:
    """Sending 1,240 a minute; 12,300 waiting, done about 14:20."""
    if status.silent and status.waiting:
        silent = {"beat": _("The timetable (beat) gives no sign of life"), "worker": _("No worker gives a sign of life")}
        return silent[status.silent] + "; " + _("%(n)s are waiting.") % {"n": _grouped(status.waiting)}
    if status.silent == "beat":
        return _("The timetable (beat) gives no sign of life: nothing will be sent until it runs again.")
    if status.silent:
        return _("No worker gives a sign of life: nothing will be sent until one runs again.")
    if not status.waiting:
        return _nothing_waits(status)
    return " ".join(filter(None, (_due_words(status), _later_words(status))))


def _nothing_waits(status: SendingStatus) -> str:
    if status.per_minute:
        return _("Sent %(n)s a minute just now; nothing is waiting.") % {"n": _grouped(status.per_minute)}
    paused = sum(1 for run in status.runs if run.announcement.state == "paused")
    if paused:
        sentence = ngettext(
            "Nothing is being sent; %(n)s announcement is paused.", "Nothing is being sent; %(n)s are paused.", paused
        )
        return sentence % {"n": paused}
    return _("Nothing is being sent.")


def _due_words(status: SendingStatus) -> str:
    due, figures = status.due.total(), {"rate": _grouped(status.per_minute), "n": _grouped(status.due.total())}
    if not due:
        sent = _("Sent %(rate)s a minute just now; nothing more is due.") % figures
        return sent if status.per_minute else _("Nothing is due just now.")
    if not status.per_minute:
        return _("%(n)s are waiting; none has gone out in the last two minutes.") % figures
    if not status.done_at:
        return _("Sending %(rate)s a minute; %(n)s waiting.") % figures
    return _("Sending %(rate)s a minute; %(n)s waiting, done about %(at)s.") % {**figures, "at": _clock(status.done_at)}


def _later_words(status: SendingStatus) -> str:
    """4 for the end of quiet hours, the last until 13:30; 497 for the test of two variants, until 07:22."""
    said = {
        "quiet_hours": _("%(n)s for the end of quiet hours, the last until %(at)s"),
        "best_time": _("%(n)s for the best time of each, the last at %(at)s"),
        "limit": _("%(n)s for a sending limit, the last until %(at)s"),
        "asked": _("%(n)s for a server that asked for a pause, the last until %(at)s"),
        "retry": _("%(n)s for another try, the last at %(at)s"),
        "test": _("%(n)s for the test of two variants, until %(at)s"),
    }
    parts = [said[later.why] % {"n": _grouped(later.mails), "at": _clock(later.until)} for later in status.later]
    return _("Waiting for later: %(parts)s.") % {"parts": "; ".join(parts)} if parts else ""


def _clock(moment) -> str:
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localtime().date()
    return date_format(local, "H:i") if is_today else date_format(local, "j F, H:i")


def _seen(age: float | None) -> str:
    return _("not within a day") if age is None else _("%(age)s ago") % {"age": _age(age)}


def _age(seconds: float) -> str:
    """In the largest unit that says enough."""
    if seconds < 90:
        return _("%(n)d s") % {"n": seconds}
    if seconds < 90 * 60:
        return _("%(n)d min") % {"n": round(seconds / 60)}
    return _("%(n)d h") % {"n": round(seconds / 3600)}


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
