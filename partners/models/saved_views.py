"""A list as somebody likes to see it: its search and filters, under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class SavedViewQuerySet(models.QuerySet):
    def of(self, user, page: str):
        return self.filter(Q(owner=user) | Q(is_shared=True), page=page)


class SavedView(PublicModel):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    page = models.CharField(max_length=60, help_text=_("The list it belongs to, such as partners.partner."))
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with all managers"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
