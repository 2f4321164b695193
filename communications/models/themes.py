"""What a programme speaks about for a while, and what it wants to be understood."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models import Programme


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        may = user.is_authenticated and user.is_staff and user.has_perm("communications.view_theme")
        return self.filter(programme__in=Programme.objects.visible_to(user)) if may else self.none()

    def current(self):
        return self.filter(is_current=True)


class Theme(PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="themes")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what it is about"), blank=True)
    key_messages = ArrayField(
        models.CharField(max_length=300), verbose_name=_("key messages"), default=list, blank=True, db_default=[],
        help_text=_("What partners should remember, one sentence a line. They stand beside the text while it is written."),
    )  # fmt: skip
    is_current = models.BooleanField(_("current"), default=True, db_default=True, help_text=_("Offered when somebody writes."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_default=Now(), editable=False)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="theme_once_per_programme")]

    def __str__(self) -> str:
        return self.name
