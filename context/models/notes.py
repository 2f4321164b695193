"""What was said in a call, on a visit, at a check-in or by mail: for managers alone, or shared with the partner."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models import Contact, Evidence, Partner


class NoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see the notes on partners they see; a partner's people see what was shared with them."""
        if not user.is_authenticated or (user.is_staff and not user.has_perm("context.view_note")):
            return self.none()
        rows = self.filter(partner__in=Partner.objects.visible_to(user))
        return rows if user.is_staff else rows.filter(is_shared=True)


@pghistory.track(level=pgtrigger.Statement)
class Note(PublicModel):
    class Kind(models.TextChoices):
        CALL = "call", _("call")
        VISIT = "visit", _("visit")
        CHECK_IN = "check_in", _("check-in")
        MAIL = "mail", _("mail")

    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    text = models.TextField(_("text"), max_length=20_000)
    happened_at = models.DateTimeField(_("when it was"), default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("written by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    is_shared = models.BooleanField(_("shared with the partner"), default=False)
    contacts = models.ManyToManyField(Contact, verbose_name=_("who took part"), blank=True, related_name="notes")
    files = models.ManyToManyField(Evidence, verbose_name=_("files"), blank=True, related_name="notes")
    message_id = models.CharField(max_length=300, blank=True, editable=False, help_text=_("Of the mail that it was."))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["partner", "-happened_at"], name="note_of_partner")]
        constraints = [
            models.UniqueConstraint(fields=["partner", "message_id"], condition=~Q(message_id=""), name="mail_noted_once")
        ]

    def __str__(self) -> str:
        return self.text[:80]
