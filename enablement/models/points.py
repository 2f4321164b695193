"""Points for learning: what a programme gives for what. Points themselves are no rows: they are counted from what was done."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Contact, Programme


class PointsPolicy(models.Model):
    """A programme without a row, or with one that is off, has no points."""

    class Board(models.TextChoices):
        NONE = "none", _("none: everybody sees their own")
        COLLEAGUES = "colleagues", _("among colleagues of one organisation")
        NAMED = "named", _("among colleagues, and among all who agreed to be named")

    programme = models.OneToOneField(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="points_policy")
    is_on = models.BooleanField(_("points are counted and shown"), default=False)
    for_lesson = models.PositiveSmallIntegerField(_("for a lesson"), default=5, validators=[MaxValueValidator(1000)])
    for_quiz = models.PositiveSmallIntegerField(_("for a quiz or a simulation"), default=20, validators=[MaxValueValidator(1000)])
    for_certificate = models.PositiveSmallIntegerField(_("for a certificate"), default=50, validators=[MaxValueValidator(1000)])
    most_a_day = models.PositiveSmallIntegerField(
        _("most in a day"), default=100, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    half_life_days = models.PositiveSmallIntegerField(
        _("half of it is gone after days"), default=90, validators=[MinValueValidator(7), MaxValueValidator(3650)],
        help_text=_("What was learnt long ago counts less, so that whoever comes later can catch up."),
    )  # fmt: skip
    board = models.CharField(_("board"), max_length=12, choices=Board.choices, default=Board.COLLEAGUES)

    class Meta:
        verbose_name = _("points policy")
        verbose_name_plural = _("points policies")

    def __str__(self) -> str:
        return str(self.programme)


class NamedOnBoards(models.Model):
    """Who agreed to be named where others than their colleagues read."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="named_on_boards")
    agreed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("named on boards")
        verbose_name_plural = _("named on boards")

    def __str__(self) -> str:
        return str(self.contact)
