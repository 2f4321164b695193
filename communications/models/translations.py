"""The words of an announcement in several languages: its own, and translations approved together with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

TRANSLATED = ("title", "body", "call_to_action")


class Translated(models.Model):
    """`details` are what its kind asks for (communications/kinds.py). `translations` are by language, each with a title, a text, a
    call to action and the details that are words."""

    language = models.CharField(_("language of the text"), max_length=16, default="en", db_default="en")
    details = models.JSONField(_("details"), default=dict, db_default={}, blank=True)
    translations = models.JSONField(_("translations"), default=dict, db_default={}, blank=True)

    class Meta:
        abstract = True

    @property
    def languages(self) -> tuple[str, ...]:
        return (self.language, *sorted(self.translations))


def best_language(wanted: str, own: str, others) -> str | None:
    """Which of the languages there are somebody reads who reads `wanted`: that very one, else one of the same tongue (`pt` for
    `pt-br`). None where there is none; whose language is not known reads the text's own."""
    if not wanted or wanted == own or wanted in others:
        return wanted or own
    alike = [language for language in (own, *sorted(others)) if language.partition("-")[0] == wanted.partition("-")[0]]
    return alike[0] if alike else None
