"""Lessons of a version: texts, videos, quizzes with their questions, simulations with their scenes, and what came in a package."""

import secrets
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.courses import CourseVersion
from enablement.models.lesson_videos import LessonVideo
from enablement.models.packages import PackageItem
from enablement.models.versions import ResourceVersion


class LessonKind(models.TextChoices):
    TEXT = "text", _("text")
    VIDEO = "video", _("video")
    QUIZ = "quiz", _("quiz")
    SIMULATION = "simulation", _("simulation")
    PACKAGE = "package", _("package")


# What is written here; a package is written elsewhere and taken in.
WRITTEN_HERE = [(kind.value, kind.label) for kind in LessonKind if kind != LessonKind.PACKAGE]


def new_key() -> str:
    """Says nothing of what it names: not its place, and not whether it is right."""
    return secrets.token_hex(4)


class Lesson(PublicModel):
    """`key` is the same in all versions of the course. A quiz draws `drawn` of its questions anew for each attempt. A video has an
    address elsewhere, or plays a version of a file in the library, or what was uploaded for it: one of the three."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="lessons")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=LessonKind.choices)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(
        _("text"), max_length=50_000, blank=True, help_text=_("Markdown. Before a quiz or a simulation: what it is about.")
    )
    video_url = models.URLField(_("address of the video"), max_length=500, blank=True)
    library_video = models.ForeignKey(
        ResourceVersion,
        verbose_name=_("video of the library"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lessons",
    )
    video = models.ForeignKey(LessonVideo, null=True, on_delete=models.PROTECT, related_name="lessons", editable=False)
    transcript = models.TextField(
        _("transcript"), max_length=50_000, blank=True, default="", db_default="",
        help_text=_("What is said in it and what is to be seen, in Markdown. Learners open it below the video; search finds it."),
    )  # fmt: skip
    captions = models.TextField(
        _("captions"), max_length=200_000, blank=True, default="", db_default="",
        help_text=_("WebVTT, as programs for captions write it: the text of the file, from the line WEBVTT on."),
    )  # fmt: skip
    is_wordless = models.BooleanField(
        _("it has neither captions nor a transcript; learners are told so"), default=False, db_default=False
    )
    minutes = models.PositiveSmallIntegerField(
        _("takes minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    drawn = models.PositiveSmallIntegerField(
        _("questions in an attempt"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Drawn anew for each attempt. Empty: all of them."),
    )  # fmt: skip
    pass_mark = models.PositiveSmallIntegerField(
        _("passed from percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Empty: as many as one likes."),
    )
    wait_minutes = models.PositiveIntegerField(
        _("minutes between attempts"), default=0, validators=[MaxValueValidator(60 * 24 * 30)]
    )
    limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Empty: none."),
    )
    item = models.ForeignKey(PackageItem, null=True, on_delete=models.PROTECT, related_name="lessons", editable=False)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="lesson_once_in_a_version")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_tried(self) -> bool:
        """It is passed in an attempt rather than read."""
        return self.kind in (LessonKind.QUIZ, LessonKind.SIMULATION)

    def left_after(self, made) -> int | None:
        """Attempts that are left to whoever has `made` these; None where there is no limit."""
        return None if self.attempts is None else max(0, self.attempts - sum(attempt.counts for attempt in made))

    @property
    def film(self) -> ResourceVersion | LessonVideo | None:
        """What is played in the page of the lesson."""
        return self.video or self.library_video

    @property
    def reports(self) -> bool:
        """It tells by itself when it is done."""
        return self.item is not None and self.item.reports


class QuizQuestion(PublicModel):
    """`options` are {"key", "text", "is_right"}; of the kind `order` they are kept in the right order. A number is right within
    `tolerance`. What is right never leaves the server before an attempt is evaluated."""

    class Kind(models.TextChoices):
        ONE = "one", _("one of several")
        SEVERAL = "several", _("several of several")
        NUMBER = "number", _("a number")
        ORDER = "order", _("put in order")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ONE)
    text = models.TextField(_("question"), max_length=2000)
    options = models.JSONField(_("options"), default=list, blank=True)
    number = models.DecimalField(_("right number"), max_digits=18, decimal_places=6, null=True, blank=True)
    tolerance = models.DecimalField(
        _("give or take"), max_digits=18, decimal_places=6, default=0, validators=[MinValueValidator(0)]
    )
    explanation = models.TextField(
        _("what to repeat"), max_length=2000, blank=True, help_text=_("Shown to whoever got it wrong, after the attempt.")
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Scene(PublicModel):
    """One situation of a simulation. `choices` are {"key", "text", "consequence", "to"}: what one may do, what comes of it, and the
    key of the scene one is in then. An ending has none. The first scene begins."""

    class Ending(models.TextChoices):
        NONE = "", _("it goes on")
        GOOD = "good", _("it ends well: passed")
        BAD = "bad", _("it ends badly")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="scenes")
    key = models.CharField(max_length=8, default=new_key, editable=False)
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("situation"), max_length=4000)
    ending = models.CharField(_("how it goes on"), max_length=4, choices=Ending.choices, blank=True, default=Ending.NONE)
    choices = models.JSONField(_("choices"), default=list, blank=True)

    class Meta:
        verbose_name = _("scene")
        verbose_name_plural = _("scenes")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "key"], name="scene_once_in_a_lesson"),
            models.CheckConstraint(condition=Q(ending="") | Q(choices=[]), name="an_ending_leads_nowhere"),
        ]

    def __str__(self) -> str:
        return self.title
