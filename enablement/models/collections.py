"""Collections: what somebody needs for a task, such as winning against a competitor, in the order in which it is needed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.resources import Resource
from partners.models import Programme


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers may work with; a partner's person sees those in which something is for them."""
        is_manager = user.is_authenticated and user.is_staff and user.has_perm("enablement.view_collection")
        return self if is_manager else self.none()


class Collection(PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="collections")
    title = models.CharField(
        _("task"), max_length=120, help_text=_("What somebody wants to do, such as “Win against Harbourline”.")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("place"), default=100, help_text=_("The smallest stands first."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["position", "title", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "title"], name="collection_title_once")]

    def __str__(self) -> str:
        return self.title


class CollectionItem(models.Model):
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["collection", "resource"], name="resource_in_collection_once")]

    def __str__(self) -> str:
        return f"{self.collection_id} · {self.resource_id}"
