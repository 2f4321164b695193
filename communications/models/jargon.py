from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class JargonWordQuerySet(models.QuerySet):
    def visible_to(self, user):
        may_see = user.is_authenticated and user.is_staff and user.has_perm("communications.view_jargonword")
        return self if may_see else self.none()


class JargonWord(PublicModel):
    """A word that partners may not know, and what could be written instead. The composer names it; it stops nobody."""

    word = models.CharField(_("word"), max_length=80, help_text=_("As it is written in a text, such as “leverage” or “MDF”."))
    language = models.CharField(_("language"), max_length=16, default="en", help_text=_("Such as en or de."))
    instead = models.CharField(_("better"), max_length=120, blank=True, help_text=_("What to write instead, or what it means."))

    objects = JargonWordQuerySet.as_manager()

    class Meta:
        verbose_name = _("jargon")
        verbose_name_plural = _("jargon")
        ordering = ["language", "word"]
        constraints = [models.UniqueConstraint(models.functions.Lower("word"), "language", name="jargon_once")]

    def __str__(self) -> str:
        return self.word
