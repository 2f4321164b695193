"""What was asked and not answered, counted by what it says and without who asked: what the library lacks."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models import Programme


class KnowledgeGapQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see what is asked in the programmes; it names nobody."""
        may = user.is_authenticated and user.is_staff and user.has_perm("portal.view_knowledgegap")
        return self if may else self.none()

    def open(self):
        return self.filter(closed_at=None)


class KnowledgeGap(PublicModel):
    """`gist` are the telling words in their order; `nearest_kind` and `nearest_id` name the document that came nearest, as `search`
    does, and `task_id` the task that asks its owner to write the answer."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="knowledge_gaps")
    gist = models.CharField(max_length=300, editable=False)
    text = models.CharField(_("question"), max_length=300)
    times = models.PositiveIntegerField(_("asked"), default=0)
    useless = models.PositiveIntegerField(_("not useful"), default=0)
    first_at = models.DateTimeField(_("first asked"), default=timezone.now)
    last_at = models.DateTimeField(_("last asked"), default=timezone.now)
    nearest_kind = models.CharField(max_length=40, blank=True, editable=False)
    nearest_id = models.UUIDField(null=True, blank=True, editable=False)
    nearest_title = models.CharField(_("nearest document"), max_length=300, blank=True)
    task_id = models.BigIntegerField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = KnowledgeGapQuerySet.as_manager()

    class Meta:
        verbose_name = _("unanswered question")
        verbose_name_plural = _("unanswered questions")
        ordering = ["-times", "-last_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "gist"], condition=Q(closed_at=None), name="open_gap_once"),
        ]
        indexes = [models.Index(fields=["first_at"], condition=Q(closed_at=None, task_id=None), name="gap_without_task")]

    def __str__(self) -> str:
        return self.text[:80]
