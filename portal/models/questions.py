"""What a person asked the assistant, and what they were shown."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models import Conversation
from partners.models import Contact
from portal.models.gaps import KnowledgeGap

LONGEST = 1000


class AskedQuestionQuerySet(models.QuerySet):
    def of_contact(self, contact: Contact):
        return self.filter(contact=contact)

    def unanswered(self):
        return self.filter(is_answered=False)


class AskedQuestion(PublicModel):
    """Theirs alone: managers see how often something was asked, and who asked once they hand it over. `shown` is the answer as
    portal/assistant/answers.py keeps it; what is no longer theirs to see is left out when it is shown again."""

    contact = models.ForeignKey(Contact, verbose_name=_("asked by"), on_delete=models.CASCADE, related_name="asked_questions")
    text = models.CharField(_("question"), max_length=LONGEST)
    at = models.DateTimeField(_("asked"), default=timezone.now)
    is_answered = models.BooleanField(_("answered"), default=False)
    shown = models.JSONField(default=dict)
    gap = models.ForeignKey(KnowledgeGap, null=True, blank=True, on_delete=models.SET_NULL, related_name="questions")
    is_useful = models.BooleanField(_("useful"), null=True, blank=True)
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = AskedQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the assistant")
        verbose_name_plural = _("questions to the assistant")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["contact", "-at"], name="asked_by_contact"),
            models.Index(fields=["at"], name="asked_when"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
