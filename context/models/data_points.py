"""What we want to know about partners: why, from whom, who may see it, and for how long an answer stays fresh."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models import (
    PartnerAgreement,
    PartnerCertification,
    PartnerKind,
    PartnerRegion,
    PartnerSpecialty,
    PerformanceRecord,
    Provenance,
    Site,
    Stage,
)
from partners.models.vocabulary import key_validator


class Side(models.TextChoices):
    MANAGERS = "managers", _("managers")
    PARTNER = "partner", _("the partner")
    BOTH = "both", _("managers and the partner")


class DataPointQuerySet(models.QuerySet):
    def seen_by(self, user, *, in_portal: bool = False):
        """Those whose values this person may see: managers' for staff, partners' for a partner's people. In the portal, which
        a manager may view as a contact, only what the partner may see as well."""
        if not user.is_authenticated:
            return self.none()
        sides = {Side.MANAGERS if user.is_staff else Side.PARTNER} | ({Side.PARTNER} if in_portal else set())
        return self.filter(seen_by__in=[Side.BOTH, *(sides if len(sides) == 1 else ())])

    def edited_by(self, user):
        side = Side.MANAGERS if user.is_staff else Side.PARTNER
        return self.seen_by(user).filter(edited_by__in=[side, Side.BOTH], type__in=VALUES, retired_at=None)


class DataPoint(PublicModel):
    class Type(models.TextChoices):
        TEXT = "text", _("text")
        NUMBER = "number", _("number")
        MONEY = "money", _("money")
        DATE = "date", _("date")
        YES_NO = "yes_no", _("yes or no")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        REGIONS = "regions", _("set of regions")
        ROWS = "rows", _("rows of their own")

    class Topic(models.TextChoices):
        FOCUS = "focus", _("Focus")
        CUSTOMERS = "customers", _("Customers")
        TECHNICAL = "technical", _("Technical capability")
        SALES = "sales", _("Sales strengths")
        CHALLENGES = "challenges", _("Challenges")

    key = models.CharField(_("key"), max_length=60, unique=True, validators=[key_validator])
    label = models.CharField(_("label"), max_length=120)
    question = models.CharField(_("question"), max_length=300, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=Type.choices, default=Type.TEXT)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    choices = ArrayField(models.CharField(max_length=120), verbose_name=_("choices"), default=list, blank=True)
    choice_labels = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), editable=False,
        help_text=_("What people read for a choice that was renamed; facts and rules go on holding the choice."),
    )  # fmt: skip
    topic = models.CharField(
        _("part of the profile"), max_length=20, choices=Topic.choices, blank=True, default="", db_default="",
        help_text=_("Where its value stands on a partner's page. Empty: among what else is known."),
    )  # fmt: skip
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    seen_by = models.CharField(_("who may see it"), max_length=20, choices=Side.choices, default=Side.BOTH)
    edited_by = models.CharField(_("who may edit it"), max_length=20, choices=Side.choices, default=Side.BOTH)
    required_kinds = models.ManyToManyField(
        PartnerKind,
        verbose_name=_("required of kinds"),
        blank=True,
        related_name="+",
        help_text=_(
            "With kinds or stages chosen, it is required of partners of these kinds in these stages; none chosen means any."
        ),
    )
    required_stages = ArrayField(
        models.CharField(max_length=20, choices=Stage.choices), verbose_name=_("required in stages"), default=list, blank=True
    )
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False, help_text=_("No longer asked for; what is known stays known.")
    )
    stale_after_days = models.PositiveIntegerField(_("stale after (days)"), null=True, blank=True)
    is_builtin = models.BooleanField(
        _("built in"), default=False, editable=False, help_text=_("Stands for a column of the partner, such as its website.")
    )

    objects = DataPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("data point")
        verbose_name_plural = _("data points")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label

    def words_for(self, value):
        """The value with renamed choices as people read them."""
        if isinstance(value, list):
            return [self.choice_labels.get(each, each) for each in value]
        return self.choice_labels.get(value, value) if isinstance(value, str) else value

    @property
    def labelled_choices(self) -> list[tuple[str, str]]:
        return [(choice, self.words_for(choice)) for choice in self.choices]

    @property
    def is_for_both(self) -> bool:
        """Its values may be told where both sides read, as in what happened."""
        return self.seen_by == Side.BOTH


VALUES = tuple(kind for kind in DataPoint.Type.values if kind != DataPoint.Type.ROWS)


ROWS: dict[str, type[Provenance]] = {
    "regions": PartnerRegion,
    "sites": Site,
    "specialties": PartnerSpecialty,
    "certifications": PartnerCertification,
    "agreements": PartnerAgreement,
    "performance": PerformanceRecord,
}


def row_kind_of(row: Provenance) -> str:
    """The key of the data point that stands for rows of this kind."""
    return next(key for key, model in ROWS.items() if isinstance(row, model))
