from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement


class ReviewComment(PublicModel):
    """What a manager remarks on the words of a version, and what is answered. A reply stands below the first remark, which is what
    is settled."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveIntegerField(_("version"))
    quote = models.CharField(_("passage"), max_length=300, blank=True, help_text=_("The words that it is about."))
    text = models.TextField(_("remark"), max_length=4000)
    reply_to = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text[:80]
