"""An attempt at a quiz or a simulation: what was drawn for it, what was answered, what came of it. It is evaluated once."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.lessons import Lesson
from enablement.models.participations import Participation


class Attempt(PublicModel):
    """`drawn` are {"question": its id, "options": keys in the order shown}; `answers` go by the question's id. Of a simulation,
    `drawn` is empty and `answers` holds the way: {"way": [[scene, choice], …]}. `ends_at` is by the server's clock; after it
    nothing is taken any more, and what was kept counts. `counts` is false once another one was given for it."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="tried")
    number = models.PositiveSmallIntegerField(_("attempt"))
    drawn = models.JSONField(default=list)
    answers = models.JSONField(_("answers"), default=dict)
    began_at = models.DateTimeField(_("begun"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"), null=True)
    evaluated_at = models.DateTimeField(_("evaluated"), null=True)
    score = models.PositiveSmallIntegerField(_("percent"), null=True)
    is_passed = models.BooleanField(_("passed"), null=True)
    right = models.JSONField(_("which were right"), default=dict)
    counts = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["participation", "lesson", "number"], name="attempt_once"),
            models.UniqueConstraint(
                fields=["participation", "lesson"], condition=Q(evaluated_at=None), name="one_attempt_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(evaluated_at=None, is_passed=None) | Q(evaluated_at__isnull=False, is_passed__isnull=False),
                name="evaluated_with_a_result",
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=Q(evaluated_at=None), name="attempt_running")]

    def __str__(self) -> str:
        return f"{self.lesson} {self.number}"

    @property
    def is_evaluated(self) -> bool:
        return self.evaluated_at is not None

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= timezone.now()

    @property
    def seconds_left(self) -> int | None:
        return None if self.ends_at is None else max(0, int((self.ends_at - timezone.now()).total_seconds()))

    @property
    def way(self) -> list[list[str]]:
        return self.answers.get("way", [])
