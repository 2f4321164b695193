"""A partner programme: the brand that partners see, who its mails come from, and its tiers."""

from pathlib import PurePosixPath

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.brand_colours import BrandColours, brand_colours
from partners.models.vocabulary import key_validator


class ProgrammeQuerySet(models.QuerySet):
    def default(self) -> "Programme | None":
        """The programme that is meant when none is named: the one marked so, else the oldest."""
        return self.order_by("-is_default", "pk").first()

    def only_one(self) -> "Programme | None":
        """The programme, where there is just one."""
        first_two = list(self.order_by("pk")[:2])
        return first_two[0] if len(first_two) == 1 else None

    def visible_to(self, user):
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self if user.has_perm("partners.view_programme") or user.has_perm("partners.view_partner") else self.none()
        return self.filter(enrolments__partner__contacts__user=user, enrolments__partner__contacts__left_on=None).distinct()


class Programme(PublicModel):
    key = models.CharField(_("key"), max_length=60, unique=True, validators=[key_validator])
    name = models.CharField(_("name"), max_length=120)
    brand = models.CharField(_("brand"), max_length=120, help_text=_("The name partners see above pages and mails."))
    hue = models.PositiveSmallIntegerField(
        _("accent hue"), default=258, validators=[MaxValueValidator(360)], help_text=_("0 to 360 on the OKLCH colour wheel.")
    )
    vividness = models.PositiveSmallIntegerField(
        _("vividness"), default=100, db_default=100, validators=[MaxValueValidator(100)],
        help_text=_("Of the accent, in per cent: 0 is a grey."),
    )  # fmt: skip
    logo = models.FileField(
        _("logo"), upload_to="brands/", max_length=300, blank=True,
        help_text=_("PNG, JPEG or WebP, at most 512 kB. It stands in place of the name, in the dark theme on a light ground."),
    )  # fmt: skip
    sender_name = models.CharField(_("sender name"), max_length=120)
    sender_email = models.EmailField(_("sender address"))
    reply_to = models.EmailField(_("reply-to address"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_default = models.BooleanField(_("default programme"), default=False)
    quiet_from = models.TimeField(
        _("quiet from"), null=True, blank=True,
        help_text=_("In each person's own time zone, unless they chose otherwise. Empty: no quiet hours."),
    )  # fmt: skip
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="only_one_default_programme")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def colours(self) -> BrandColours:
        """For mails, which know no OKLCH."""
        return brand_colours(self.hue, self.vividness)

    @property
    def logo_address(self) -> str:
        """Its path; the name at its end changes with the picture, so that browsers may keep it."""
        if not self.logo:
            return ""
        return reverse("partners:logo", args=[self.public_id, PurePosixPath(self.logo.name).name])

    @property
    def logo_in_mails(self) -> str:
        return settings.SITE_URL + self.logo_address if self.logo else ""


class Tier(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="tiers")
    key = models.CharField(_("key"), max_length=60, validators=[key_validator])
    name = models.CharField(_("name"), max_length=120)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0, help_text=_("Higher is better."))

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["programme", "-rank"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="tier_key_once_per_programme")]

    def __str__(self) -> str:
        return self.name
