"""That a person was forgotten: when, by whom, how many rows; nothing that says who it was."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.contacts import Contact
from partners.models.partners import Partner


class ErasureQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(partner__in=Partner.objects.visible_to(user))


class Erasure(PublicModel):
    """`contact` is a row without a name once it is done: it stays so that counts stay whole."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        RUNNING = "running", _("being done")
        FAILED = "failed", _("failed")
        DONE = "done", _("done")
        DECLINED = "declined", _("declined")

    partner = models.ForeignKey(Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="erasures")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="erasures")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("begun"), null=True, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, default="", db_default="", editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    counts = models.JSONField(_("rows"), default=dict)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-asked_at", "-pk"]
        permissions = [("erase_person", "Can erase a person's data")]
        constraints = [
            models.UniqueConstraint(fields=["contact"], condition=models.Q(state="asked"), name="one_open_erasure_of_a_contact")
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.asked_at:%Y-%m-%d}"
