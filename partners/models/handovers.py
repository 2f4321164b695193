"""A portfolio passes from one manager to another on a day; or is covered while its manager is away."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.partners import Partner
from partners.models.programmes import Programme


class Handover(PublicModel):
    """Of the whole portfolio, of one programme's part of it, or of the partners named."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    from_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("from"), on_delete=models.PROTECT, related_name="handovers_given"
    )
    to_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to"), on_delete=models.PROTECT, related_name="handovers_taken"
    )
    on_day = models.DateField(_("on"))
    programme = models.ForeignKey(
        Programme, verbose_name=_("only in programme"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    partners = models.ManyToManyField(Partner, verbose_name=_("only these partners"), blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.PLANNED, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("planned"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("done or cancelled"), null=True, editable=False)
    moved = models.JSONField(_("what moved"), default=dict, editable=False)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-on_day", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(from_manager=F("to_manager")), name="handover_to_somebody_else")]

    def __str__(self) -> str:
        return f"{self.from_manager} → {self.to_manager}"


class LeaveCoverQuerySet(models.QuerySet):
    def holding(self, day):
        return self.filter(starts_on__lte=day, ends_on__gte=day, cancelled_at=None)


class LeaveCover(PublicModel):
    """From the first day to the last, both included, `cover` sees and is fed what is `manager`'s."""

    manager = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("away"), on_delete=models.CASCADE, related_name="leaves")
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("covered by"), on_delete=models.CASCADE, related_name="covers"
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)

    objects = LeaveCoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave cover")
        verbose_name_plural = _("leave covers")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(manager=F("cover")), name="leave_covered_by_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.manager} → {self.cover}"
