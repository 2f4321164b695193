"""What gives many rows to another partner and can be taken back: a merge, a split. Each keeps every row that it changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class ReversibleQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_at=None)


class Reversible(PublicModel):
    """Its `moves` say which rows it gave which values."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]


class Move(models.Model):
    """Rows of one table that were given other values: `before` and `after` hold columns, `keys` the rows' primary keys. With
    `before` null the rows were made by it, and `after` says what they must still be to go again."""

    model = models.CharField(max_length=120)
    keys = models.JSONField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.model} × {len(self.keys)}"
