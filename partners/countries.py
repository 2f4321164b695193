"""Countries and languages by their codes of ISO 3166 and 639, named in the language of whoever reads."""

import gettext
from functools import cache

import pycountry
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language


def country_names() -> dict[str, str]:
    """By code, in the order of the names."""
    return _countries(get_language() or "en")


def country_name(code: str) -> str:
    """The code itself where there is no such country."""
    return country_names().get(code, code)


def language_names() -> dict[str, str]:
    """By code."""
    return _languages(get_language() or "en")


def language_name(code: str) -> str:
    """Of “de-CH”, where it has none of its own, that of “de”."""
    names = language_names()
    return names.get(code) or names.get(code.partition("-")[0], code)


@cache
def _countries(reader: str) -> dict[str, str]:
    words = _words("iso3166-1", reader)
    named = ((each.alpha_2, words.gettext(getattr(each, "common_name", each.name))) for each in pycountry.countries)
    return dict(sorted(named, key=lambda pair: pair[1]))


@cache
def _languages(reader: str) -> dict[str, str]:
    words = _words("iso639-3", reader)
    known = {each.alpha_2: words.gettext(each.name) for each in pycountry.languages if hasattr(each, "alpha_2")}
    return known | {code: str(capfirst(name)) for code, name in settings.CONTENT_LANGUAGES}


def _words(domain: str, reader: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, [reader, reader.partition("-")[0]], fallback=True)
