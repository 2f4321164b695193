"""In which language we write to somebody, where no page says it: always in one, words and dates alike."""

from django.conf import settings
from django.utils import translation


def interface_language(language: str) -> str:
    """That of the person where there are words in it (`de` for `de-at`), else the default."""
    known = (code for code in (language, language.partition("-")[0]) if code in settings.INTERFACE_LANGUAGES)
    return next(known, settings.LANGUAGE_CODE)


def words_for(language: str) -> translation.override:
    return translation.override(interface_language(language))
