"""Words that mean the same to our partners, though no dictionary says so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Synonym(models.Model):
    """Whoever asks with one of them finds what has another."""

    word = models.CharField(
        _("word"), max_length=80, help_text=_("As partners type it, such as “MDF”. Several words are read as one.")
    )
    words = ArrayField(
        models.CharField(max_length=80), verbose_name=_("means the same as"),
        help_text=_("One a line, such as “market development funds”. It holds in both directions."),
    )  # fmt: skip
    language = models.CharField(
        _("language"), max_length=16, blank=True, default="", help_text=_("Of whoever asks, such as en or de. Empty: every one.")
    )

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["word", "language"]
        constraints = [models.UniqueConstraint(models.functions.Lower("word"), "language", name="search_synonym_once")]

    def __str__(self) -> str:
        return self.word
