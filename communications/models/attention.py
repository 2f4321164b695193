"""What interrupts a person, how often it may, and when. A person is one address: that of their login, else that of the contact;
so somebody who works for two partners, or hears from two programmes, has one budget."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.attention.budget import Budget
from communications.models.announcements import Kind

MOST = 100  # more interruptions than this are not remembered, so no budget can be larger


def critical_kinds() -> list[str]:
    return [Kind.CRISIS.value, Kind.SECURITY_ADVISORY.value]


class AttentionPolicy(models.Model):
    """One row: the budget everybody has, and which kinds may pass it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    per_day = models.PositiveSmallIntegerField(
        _("interruptions in 24 hours"), default=5, validators=[MinValueValidator(1), MaxValueValidator(MOST)],
        help_text=_("Mails and messages to one person, from all programmes together. What is beyond goes into their digest."),
    )  # fmt: skip
    per_week = models.PositiveSmallIntegerField(
        _("interruptions in seven days"), default=20, validators=[MinValueValidator(1), MaxValueValidator(MOST)]
    )
    critical_kinds = ArrayField(
        models.CharField(max_length=30, choices=Kind.choices), verbose_name=_("kinds that may be critical"),
        default=critical_kinds, blank=True,
        help_text=_("Critical passes budget and quiet hours, and another person always has to approve it."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("attention policy")
        verbose_name_plural = _("attention policy")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_attention_policy"),
            models.CheckConstraint(
                condition=models.Q(per_day__range=(1, MOST), per_week__range=(1, MOST)), name="attention_within_what_is_kept"
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(day)d in 24 hours, %(week)d in seven days") % {"day": self.per_day, "week": self.per_week})

    @property
    def budget(self) -> Budget:
        return Budget(self.per_day, self.per_week)


class Attention(models.Model):
    """When a person was interrupted last, oldest first. Written before the message is handed over, in the statement that asks
    whether there is room; given back where nothing arrived."""

    person = models.EmailField(primary_key=True)
    taken: list[datetime] = ArrayField(models.DateTimeField())

    class Meta:
        verbose_name = _("attention used")
        verbose_name_plural = _("attention used")

    def __str__(self) -> str:
        return self.person


class AttentionPreference(models.Model):
    """What a person chose; a row that is absent means the defaults. `person` is in small letters."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week, on Monday")
        NEVER = "never", _("never: it waits in the portal only")

    class Quiet(models.TextChoices):
        PROGRAMME = "programme", _("as the programme has them")
        OWN = "own", _("my own")
        NONE = "none", _("none")

    person = models.EmailField(unique=True)
    rhythm = models.CharField(_("digest"), max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)
    best_hour = models.PositiveSmallIntegerField(_("best hour"), null=True, blank=True, validators=[MaxValueValidator(23)])
    quiet = models.CharField(_("quiet hours"), max_length=10, choices=Quiet.choices, default=Quiet.PROGRAMME)
    quiet_from = models.TimeField(_("from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attention preference")
        verbose_name_plural = _("attention preferences")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(quiet="own") | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="own_quiet_hours_have_times",
            )
        ]

    def __str__(self) -> str:
        return self.person
