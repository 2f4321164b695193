"""Languages by their names, and those that the composer offers."""

from django.conf.locale import LANG_INFO

OFFERED = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "cs", "sv", "da", "fi", "nb", "hu", "ro", "tr", "ja", "ko", "zh")


def own_name(language: str) -> str:
    """As its own speakers call it: Deutsch for de. An unknown one by its code."""
    if language == "zh":
        return "中文"
    for code in (language, language.partition("-")[0]):
        if "name_local" in LANG_INFO.get(code, {}):
            name = LANG_INFO[code]["name_local"]
            return name[0].upper() + name[1:]
    return language


def choices_with(*languages: str) -> list[tuple[str, str]]:
    """The offered ones, and these."""
    codes = dict.fromkeys((*OFFERED, *(language for language in languages if language)))
    return [(code, own_name(code)) for code in codes]
