"""What may be written down about partners and their people: each check returns the clean value, or raises `Invalid`
with a sentence that says what is wrong and names the field."""

import re
import zoneinfo
from functools import cache
from urllib.parse import urlsplit

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from activity.refusals import Invalid
from partners.models.vocabulary import key_validator

# Control characters break mail headers and terminals; the bidirectional overrides make a name read as another one.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_is_web_address = URLValidator(schemes=["http", "https"])


def check_line(value, field: str, *, required: bool = False, longest: int = 200) -> str:
    """One line of text."""
    line = str(value or "").strip()
    if required and not line:
        raise Invalid(_("A %(field)s is needed.") % {"field": _words(field)}, field=field)
    if _UNPRINTABLE.search(line):
        raise Invalid(
            _("The %(field)s has a line break or another control character in it. Write it on one line.")
            % {"field": _words(field)},
            field=field,
        )
    return _not_longer(line, field, longest)


def check_text(value, field: str, *, longest: int = 20_000) -> str:
    """Text of several lines."""
    text = str(value or "").strip()
    if _UNPRINTABLE_IN_TEXT.search(text):
        raise Invalid(_("The %(field)s has a control character in it.") % {"field": _words(field)}, field=field)
    return _not_longer(text, field, longest)


def check_country(value, field: str = "country") -> str:
    """Two letters of ISO 3166-1, or nothing."""
    country = str(value or "").strip()
    if not country or country.upper() in _countries():
        return country.upper()
    meant = _country_meant_by(country)
    if meant:
        raise Invalid(_("“%(country)s” is not a country code; use %(code)s.") % {"country": country, "code": meant}, field=field)
    raise Invalid(
        _("“%(country)s” is not a country code. Use the two letters of ISO 3166-1, such as DE.") % {"country": country}, field=field
    )


def check_time_zone(value, field: str = "time_zone") -> str:
    zone = str(value or "").strip()
    if zone and zone not in _time_zones():
        raise Invalid(
            _("“%(zone)s” is not a time zone. Use a name of the IANA list, such as Europe/Berlin.") % {"zone": zone}, field=field
        )
    return zone


def check_language(value, field: str = "language") -> str:
    """A language such as `de`, or with its country such as `pt-br`."""
    language = str(value or "").strip().replace("_", "-").lower()
    if not language:
        return ""
    tongue, _dash, country = language.partition("-")
    if tongue not in _languages() or (country and country.upper() not in _countries()):
        raise Invalid(
            _("“%(language)s” is not a language. Use two letters of ISO 639, such as de, with a country where it matters: pt-br.")
            % {"language": language},
            field=field,
        )
    return language


def check_website(value, field: str = "website") -> str:
    """An address on the web: http or https only, since it becomes a link that partners and managers follow."""
    address = check_line(value, field, longest=500)
    if not address:
        return ""
    try:
        _is_web_address(address)
        urlsplit(address)
    except (ValidationError, ValueError):
        raise Invalid(
            _("“%(address)s” is not a web address. It begins with https:// or http://.") % {"address": address}, field=field
        ) from None
    return address


def check_email(value, field: str = "email") -> str:
    address = check_line(value, field, longest=254).lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(_("“%(address)s” is not an e-mail address.") % {"address": address}, field=field) from None
    return address


def check_key(value, field: str = "key", *, longest: int = 60) -> str:
    """The word that rules, files and integrators use for a row."""
    key = check_line(value, field, required=True, longest=longest)
    try:
        key_validator(key)
    except ValidationError as error:
        raise Invalid(error.messages[0], field=field) from None
    return key


def check_choice(value, choices, field: str, *, required: bool = True) -> str:
    """A value of a `TextChoices`; an unknown one is answered with the known ones."""
    if value in choices.values or (not value and not required):
        return value or ""
    raise unknown(value, choices.values, field)


def unknown(value, known, field: str) -> Invalid:
    known = ", ".join(known)
    return Invalid(
        _("There is no %(field)s “%(value)s”. Known are: %(known)s.") % {"field": _words(field), "value": value, "known": known}
        if known
        else _("There is no %(field)s “%(value)s”, and none has been set up yet.") % {"field": _words(field), "value": value},
        field=field,
    )


def _not_longer(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise Invalid(
            _("The %(field)s has %(length)d characters; it may have %(longest)d.")
            % {"field": _words(field), "length": len(text), "longest": longest},
            field=field,
        )
    return text


def _words(field: str) -> str:
    return field.replace("_", " ")


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def _languages() -> frozenset[str]:
    two = {language.alpha_2 for language in pycountry.languages if hasattr(language, "alpha_2")}
    return frozenset(two | {language.alpha_3 for language in pycountry.languages})


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _country_meant_by(name: str) -> str:
    try:
        return pycountry.countries.lookup(name).alpha_2
    except LookupError:
        return ""
