"""An accepted answer that is kept: found by whoever may see it, also when the discussion it came from is over."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.discussions import Discussion
from context.models import Segment
from partners.models import Programme


class KnownAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated and user.is_staff and user.has_perm("communications.view_knownanswer") else self.none()


class KnownAnswer(PublicModel):
    """Words of ours, written from an answer: no writer is named. One that is not current is kept and not found."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the people of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Empty: everybody in the programme."),
    )  # fmt: skip
    question = models.CharField(_("question"), max_length=300)
    answer = models.TextField(_("answer"), max_length=8000)
    discussion = models.OneToOneField(
        Discussion, null=True, blank=True, on_delete=models.SET_NULL, related_name="known_answer", editable=False
    )
    is_current = models.BooleanField(_("current"), default=True, help_text=_("Taken off, nobody at a partner finds it."))
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    kept_at = models.DateTimeField(_("kept"), default=timezone.now, editable=False)

    objects = KnownAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ["-kept_at", "-pk"]

    def __str__(self) -> str:
        return self.question
