"""Words that managers can extend: kinds, functions, regions, specialties. Each has a key that rules and
integrators use, which never changes, and a name that people read, which may."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

key_validator = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]*$", _("Use small letters, digits, hyphen and underscore, beginning with a letter or digit.")
)


class Word(models.Model):
    key = models.CharField(_("key"), max_length=60, unique=True, validators=[key_validator])
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
