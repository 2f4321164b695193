"""What a partner, when asked, said it does not know, or that does not apply to it: it is not asked again for a while."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from context.models.data_points import DataPoint
from partners.models import Partner


class Abstention(models.Model):
    """About a data point or, with `row_id`, about one typed row of the kind that the data point stands for. It is no fact:
    nothing is known by it."""

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", _("not known")
        NOT_APPLICABLE = "not_applicable", _("does not apply")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="abstentions")
    data_point = models.ForeignKey(DataPoint, on_delete=models.CASCADE, related_name="+")
    row_id = models.BigIntegerField(_("row"), null=True, blank=True)
    kind = models.CharField(_("answer"), max_length=20, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    until = models.DateTimeField(_("not asked before"))

    class Meta:
        verbose_name = _("abstention")
        verbose_name_plural = _("abstentions")
        indexes = [models.Index(fields=["partner", "until"], name="abstention_of_partner")]

    def __str__(self) -> str:
        return f"{self.data_point}: {self.get_kind_display()}"
