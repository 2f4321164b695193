"""A review of a partner's performance: both sides fill in the same lines, neither sees the other's until both have handed in;
then they talk, agree on a value for each line, and what they agreed is known and verified."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.data_points import DataPoint
from context.models.facts import Fact
from partners.models import Partner, PerformanceRecord, Programme


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("both sides fill it in")
    TALK = "talk", _("to be talked over")
    AGREED = "agreed", _("agreed")
    CANCELLED = "cancelled", _("cancelled")


REVIEW_MAY_BECOME: dict[str, tuple[str, ...]] = {
    ReviewState.DRAFT: (ReviewState.OPEN, ReviewState.CANCELLED),
    ReviewState.OPEN: (ReviewState.TALK, ReviewState.CANCELLED),
    ReviewState.TALK: (ReviewState.AGREED, ReviewState.CANCELLED),
    ReviewState.AGREED: (),
    ReviewState.CANCELLED: (),
}


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers see those of the partners they see; a partner's admins see their own once both are asked."""
        rows = self.filter(partner__in=Partner.objects.visible_to(user))
        if user.is_authenticated and user.is_staff:
            return rows if user.has_perm("context.view_review") else self.none()
        return rows.exclude(state=ReviewState.DRAFT)


class Review(PublicModel):
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="reviews")
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    due_on = models.DateField(_("hand in by"), null=True, blank=True)
    manager = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    previous = models.ForeignKey("self", null=True, editable=False, on_delete=models.SET_NULL, related_name="next")
    state = models.CharField(_("state"), max_length=20, choices=ReviewState.choices, default=ReviewState.DRAFT, editable=False)
    partner_done_at = models.DateTimeField(_("the partner handed in"), null=True, editable=False)
    partner_done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    manager_done_at = models.DateTimeField(_("we handed in"), null=True, editable=False)
    manager_done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    agreed_at = models.DateTimeField(_("agreed"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-period_end", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(period_end__gte=models.F("period_start")), name="review_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(state__in=["talk", "agreed"]) | Q(partner_done_at__isnull=False, manager_done_at__isnull=False),
                name="review_is_talked_over_when_both_handed_in",
            ),
        ]
        indexes = [models.Index(fields=["partner", "state"], name="review_of_partner")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown_side_by_side(self) -> bool:
        return self.state in (ReviewState.TALK, ReviewState.AGREED)


class ReviewLine(PublicModel):
    """About a data point, or about a metric of performance over the review's period."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField(_("order"))
    data_point = models.ForeignKey(DataPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="review_lines")
    metric = models.CharField(_("metric"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    partner_value = models.JSONField(null=True, blank=True)
    partner_comment = models.CharField(max_length=500, blank=True)
    manager_value = models.JSONField(null=True, blank=True)
    manager_comment = models.CharField(max_length=500, blank=True)
    agreed_value = models.JSONField(null=True, blank=True)
    fact = models.ForeignKey(Fact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    record = models.ForeignKey(PerformanceRecord, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("review line")
        verbose_name_plural = _("review lines")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(data_point__isnull=False, metric="") | Q(data_point=None) & ~Q(metric=""),
                name="review_line_about_one_thing",
            ),
            models.UniqueConstraint(fields=["review", "data_point"], name="review_asks_a_data_point_once"),
            models.UniqueConstraint(fields=["review", "metric"], condition=~Q(metric=""), name="review_asks_a_metric_once"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.data_point.label if self.data_point else self.metric.replace("_", " ").capitalize()
