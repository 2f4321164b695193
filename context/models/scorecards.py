"""A scorecard: which figures count for partners of one kind, over which period, against which targets."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.metrics import Metric
from partners.models import Enrolment, PartnerKind, Product, Programme, Region, Site


class ScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers who may see scorecards; a partner's people see the shared ones, of their own enrolments."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self if user.has_perm("context.view_scorecard") else self.none()
        return self.filter(is_shared=True, programme__in=Programme.objects.visible_to(user))

    def of_enrolment(self, enrolment: Enrolment):
        return self.filter(Q(kind=None) | Q(kind=enrolment.kind_id), programme=enrolment.programme_id)


class Scorecard(PublicModel):
    class Period(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        ROLLING_YEAR = "rolling_year", _("the last 12 months")

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="scorecards")
    kind = models.ForeignKey(
        PartnerKind,
        verbose_name=_("partner kind"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("None means every kind."),
    )
    name = models.CharField(_("name"), max_length=120)
    period = models.CharField(_("period"), max_length=20, choices=Period.choices, default=Period.QUARTER)
    is_shared = models.BooleanField(_("shared"), default=False, help_text=_("The partner sees it in the portal."))

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["programme", "name"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="scorecard_name_once_per_programme")]

    def __str__(self) -> str:
        return self.name


class ScorecardLine(PublicModel):
    """One figure: a metric, perhaps of one product, industry, region or activity alone, and what it should be."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    metric = models.ForeignKey(Metric, verbose_name=_("metric"), on_delete=models.PROTECT, related_name="lines")
    label = models.CharField(_("label"), max_length=120, blank=True, help_text=_("The metric's own where it is empty."))
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    region = models.ForeignKey(Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(_("activity"), max_length=20, choices=Site.Activity.choices, blank=True)
    target = models.DecimalField(_("target"), max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label or str(self.metric)

    def counts(self, record) -> bool:
        """Whether a performance record belongs to this line; its period is asked elsewhere."""
        return (
            record.metric == self.metric.key
            and self.product_id in (None, record.product_id)
            and self.industry in ("", record.industry)
            and self.region_id in (None, record.region_id)
            and self.activity in ("", record.activity)
        )
