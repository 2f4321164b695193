"""Words for people in the portal's templates: initials, days and moments as one says them."""

import datetime
from decimal import Decimal
from functools import lru_cache

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partners.countries import country_name

register = template.Library()


@register.filter
def initials(name: str) -> str:
    words = [word for word in str(name).split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def day_words(day: datetime.date | None) -> str:
    """today, tomorrow, yesterday, a weekday within six days, else the date."""
    return "" if day is None else _day_words(day, timezone.localdate(), get_language())


@lru_cache(maxsize=4096)  # a page may tell the day of hundreds of facts
def _day_words(day: datetime.date, today: datetime.date, _language: str | None) -> str:
    distance = (day - today).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if distance in near:
        return near[distance]
    if 1 < distance < 7:
        return date_format(day, "l")
    return date_format(day, "MONTH_DAY_FORMAT" if day.year == today.year else "DATE_FORMAT")


@lru_cache(maxsize=4096)
def _to_the_minute(minute: datetime.datetime, _zone: str, _language: str | None) -> str:
    return date_format(timezone.localtime(minute), _("l j F Y, H:i T"))


@register.filter
def days_left(day: datetime.date) -> str:
    distance = (day - timezone.localdate()).days
    if distance < 0:
        return ngettext("%(n)d day ago", "%(n)d days ago", -distance) % {"n": -distance}
    if distance < 2:
        return day_words(day)
    return ngettext("in %(n)d day", "in %(n)d days", distance) % {"n": distance}


@register.filter
def moment(when: datetime.datetime | None) -> str:
    """A <time> in words, with the exact time on hover."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    distance = (local.date() - timezone.localdate()).days
    words = day_words(local.date())
    if abs(distance) < 2:
        words = f"{words} {date_format(local, 'TIME_FORMAT')}"
    exact = _to_the_minute(when.replace(second=0, microsecond=0), timezone.get_current_timezone_name(), get_language())
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), exact, words)


@register.filter
def day(value: datetime.date | None) -> str:
    """A <time> for a date, with the full date on hover."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), date_format(value, _("l j F Y")), day_words(value)
    )


@register.filter
def is_past(value: datetime.date) -> bool:
    return value < timezone.localdate()


@register.simple_tag
def stop_viewing_url() -> str:
    try:
        return reverse("partners:stop_viewing")
    except NoReverseMatch:
        return ""


@register.filter
def is_checkbox(field) -> bool:
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset


@register.filter
def without_placeholder(field) -> str:
    """The box alone: its label stands above it, so that what it is for does not vanish while one types."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def figure(value) -> str:
    """A number without needless decimals, its thousands divided for the reader's language."""
    number = Decimal(value)
    decimals = 0 if number == number.to_integral() or abs(number) >= 1000 else 1
    return number_format(round(number, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


@register.filter
def country(code: str) -> str:
    return country_name(code)


@register.filter
def plain(value) -> str:
    """Whatever a cell holds, as one says it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.datetime):
        return moment(value)
    return day(value) if isinstance(value, datetime.date) else str(value)


@register.filter
def timesince_short(when: datetime.datetime) -> str:
    return timesince(when, depth=1)


@register.filter
def row_noun(row) -> str:
    """What kind of thing a typed row is: “Site”, “Certification”."""
    noun = str(row._meta.verbose_name).rpartition(" ")[2]
    return noun[:1].upper() + noun[1:]


@register.filter
def row_detail(row) -> str:
    """What a typed row says besides its name: until when, where, how much."""
    details = []
    if getattr(row, "expires_on", None):
        details.append(_("expires on %(day)s") % {"day": date_format(row.expires_on, "DATE_FORMAT")})
    if getattr(row, "contact", None):
        details.append(_("held by %(name)s") % {"name": row.contact})
    if getattr(row, "city", ""):
        details.append(row.city)
    if getattr(row, "capacity", ""):
        details.append(row.capacity)
    return " · ".join(details)


@register.filter
def review_value(line, whose: str) -> str:
    """What the partner or the manager said on a line of a review, or what they agreed; a dash where nothing."""
    value = getattr(line, f"{whose}_value")
    unit = line.data_point.unit if line.data_point else line.unit
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, int | float):
        return f"{figure(str(value))} {unit}".strip()
    return str(value)
