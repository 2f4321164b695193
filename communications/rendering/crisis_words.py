"""A rung of the ladder, and a time since the start, in words."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Whom
from communications.models.protocols import Measure


def rung_in_words(rung: dict) -> str:
    """After 15 minutes, if at least 20 % of the people have not acknowledged: …"""
    words = {
        "minutes": rung["after_minutes"],
        "missing": _missing(rung),
        "function": _(" with the function “%(key)s”") % {"key": rung["of_function"]} if rung["of_function"] else "",
        "alarm": alarm_in_words(rung),
    }
    return _("After %(minutes)d minutes, if at least %(missing)s%(function)s did not acknowledge: %(alarm)s.") % words


def _missing(rung: dict) -> str:
    n = rung["missing"]
    sentences = {
        Measure.PERCENT: _("%(n)d %% of the people"),
        Measure.PEOPLE: ngettext("%(n)d person", "%(n)d people", n),
        Measure.ORGANISATIONS: ngettext("%(n)d organisation", "%(n)d organisations", n),
    }
    return sentences[Measure(rung["measure"])] % {"n": n}


def alarm_in_words(rung: dict) -> str:
    return {
        Whom.SILENT: _("call those who have not, once more"),
        Whom.PARTNER_ROLE: _("call “%(function)s” at organisations where nobody has"),
        Whom.MANAGERS: _("alarm the responsible managers of these organisations"),
        Whom.OUR_ROLE: _("alarm “%(role)s”"),
    }[Whom(rung["whom"])] % {"function": rung["function"], "role": rung["role"]}


def since_start(after: timedelta | None) -> str:
    """4:05 min, 1:12:30 h; a dash where it never came to that."""
    if after is None:
        return "–"
    seconds = max(int(after.total_seconds()), 0)
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d} h" if hours else f"{minutes}:{rest:02d} min"
