"""A partner: an organisation that sells, delivers, builds or supplies with us."""

import pghistory
import pgtrigger
from django.contrib.auth import get_user_model
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel


class PartnerQuerySet(models.QuerySet):
    def unmerged(self):
        """Without those that turned out to be another partner and only lead there."""
        return self.filter(merged_into=None)

    def visible_to(self, user):
        """Managers see all partners or, without that right, those they are responsible for;
        a partner's people see their own organisation; anyone else sees none."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            if not user.has_perm("partners.view_partner"):
                return self.none()
            if user.has_perm("partners.view_all_partners"):
                return self.unmerged()
            return self.unmerged().filter(pk__in=Partner.objects.filter(enrolments__manager__in=stood_for_by(user)).values("pk"))
        return self.filter(pk__in=Partner.objects.filter(contacts__user=user, contacts__left_on=None).values("pk"))


def stood_for_by(user):
    """The ids of this manager and of those whose leave they cover today."""
    today = timezone.localdate()
    away = Q(leaves__cover=user, leaves__starts_on__lte=today, leaves__ends_on__gte=today, leaves__cancelled_at=None)
    return get_user_model().objects.filter(Q(pk=user.pk) | away).values("pk")


@pghistory.track(level=pgtrigger.Statement)
class Partner(PublicModel):
    name = models.CharField(_("name"), max_length=200)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    external_id = models.CharField(
        _("external id"), max_length=200, null=True, blank=True, unique=True, help_text=_("Its key in your own systems.")
    )
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166-1."))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    website = models.URLField(_("website"), max_length=500, blank=True)
    description = models.TextField(_("description"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "pk"]
        permissions = [("view_all_partners", "Can see every partner, not only their own portfolio")]
        indexes = [
            GinIndex(fields=["name"], name="partner_name_trigram", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name", "id"], name="partner_by_name"),
            models.Index(fields=["country"], name="partner_by_country"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.external_id = self.external_id or None


class PartnerKey(models.Model):
    """What another system calls this partner."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    system = models.CharField(_("system"), max_length=60)
    value = models.CharField(_("key"), max_length=300)

    class Meta:
        verbose_name = _("external key")
        verbose_name_plural = _("external keys")
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="external_key_names_one_partner")]

    def __str__(self) -> str:
        return f"{self.system}: {self.value}"


class PartnerRelation(models.Model):
    """`partner` stands in `kind` to `other`, from one day to another: a subsidiary to its parent, a sub-reseller
    to the distributor that serves it."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("is a subsidiary of")
        DISTRIBUTED_BY = "distributed_by", _("is distributed by")

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=20, choices=Kind.choices)
    other = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="related_from")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.CheckConstraint(condition=~Q(partner=models.F("other")), name="no_relation_with_oneself"),
            models.UniqueConstraint(
                fields=["partner", "kind", "other"], condition=Q(ends_on=None), name="one_current_relation_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.get_kind_display()} {self.other}"
