from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Announcement
from partners.models import Contact, Partner


class QuestionQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at=None)

    def visible_to(self, user):
        if not user.is_authenticated:
            return self.none()
        if user.is_staff and not user.has_perm("communications.view_question"):
            return self.none()
        return self.filter(partner__in=Partner.objects.visible_to(user))


class Question(PublicModel):
    """A partner's question on an announcement, routed to the manager responsible for that partner."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="questions")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="questions")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField(_("question"), max_length=4000)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions"
    )
    promised_by = models.DateTimeField(_("answer promised by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["assigned_to", "answered_at"], name="question_to_answer")]

    def __str__(self) -> str:
        return self.text[:80]


class Answer(PublicModel):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField(_("answer"), max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("answered"), default=timezone.now)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]
