"""Tiers by rule: versions of a programme's policy, how each enrolment stands under it, every change of tier with its evidence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.criteria import Criterion
from partners.models import Enrolment, Programme, Tier


class TierPolicyQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=TierPolicy.Status.PUBLISHED)

    def visible_to(self, user):
        return self if user.is_authenticated and user.is_staff and user.has_perm("context.view_tierpolicy") else self.none()


class TierPolicy(PublicModel):
    """One version of the rules by which a programme gives its tiers. Only a published one moves anybody."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="tier_policies")
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT)
    grace_days = models.PositiveSmallIntegerField(
        _("grace (days)"), default=90, help_text=_("How long a partner keeps a tier whose criteria it no longer meets.")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    evaluated_at = models.DateTimeField(_("evaluated"), null=True, blank=True, editable=False)
    problem = models.CharField(_("problem"), max_length=500, blank=True, editable=False)

    objects = TierPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier policy")
        verbose_name_plural = _("tier policies")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="tier_policy_number_once"),
            models.UniqueConstraint(fields=["programme"], condition=Q(status="draft"), name="one_draft_of_a_tier_policy"),
            models.UniqueConstraint(fields=["programme"], condition=Q(status="published"), name="one_published_tier_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {_('tier policy')} {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT


class TierCriterion(Criterion):
    policy = models.ForeignKey(TierPolicy, on_delete=models.CASCADE, related_name="criteria")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")

    class Meta(Criterion.Meta):
        verbose_name = _("tier criterion")
        verbose_name_plural = _("tier criteria")

    @property
    def programme_id(self) -> int:
        return self.policy.programme_id


class TierStanding(models.Model):
    """How an enrolment stands under the published policy. What it holds is the enrolment's own tier."""

    enrolment = models.OneToOneField(Enrolment, primary_key=True, on_delete=models.CASCADE, related_name="standing")
    policy = models.ForeignKey(TierPolicy, null=True, on_delete=models.SET_NULL, related_name="+")
    earned = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    earned_since = models.DateTimeField(_("earned since"), default=timezone.now)
    grace_until = models.DateField(_("grace until"), null=True)
    fixed_until = models.DateField(_("set by hand until"), null=True)

    class Meta:
        verbose_name = _("tier standing")
        verbose_name_plural = _("tier standings")
        indexes = [models.Index(fields=["grace_until"], name="standing_by_grace", condition=Q(grace_until__isnull=False))]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.earned_id}"


class TierChange(PublicModel):
    """Append-only. `evidence` lists the criteria that were asked, as `{label, words, holds, actual}`."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="tier_changes")
    from_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    to_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(TierPolicy, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    evidence = models.JSONField(_("evidence"), default=list)

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["enrolment", "-at"], name="tier_change_by_enrolment")]

    def __str__(self) -> str:
        return f"{self.from_tier or '–'} → {self.to_tier or '–'}"
