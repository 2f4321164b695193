"""Courses: what they are called, whom they are for, and their versions. A version that was published is never changed again."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models import Segment
from partners.models import Certification, Product, Programme, Stage


class CourseState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


COURSE_MAY_BECOME: dict[str, tuple[str, ...]] = {
    CourseState.DRAFT: (CourseState.PUBLISHED,),
    CourseState.PUBLISHED: (CourseState.RETIRED,),
    CourseState.RETIRED: (CourseState.PUBLISHED,),
}


class CourseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers may work with. What a partner's person sees goes by its audience, see `queries/courses.py`."""
        return self if user.is_authenticated and user.is_staff and user.has_perm("enablement.view_course") else self.none()

    def published(self):
        return self.filter(state=CourseState.PUBLISHED)


class Serves(models.Model):
    """Whom a course or a path helps: nobody is kept out by it, those whom it helps find it first."""

    functions = ArrayField(
        models.CharField(max_length=60), verbose_name=_("for people in"), default=list, blank=True,
        help_text=_("They find it first. Nobody is kept out by it."),
    )  # fmt: skip
    product = models.ForeignKey(
        Product, verbose_name=_("about the product"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    stage = models.CharField(_("for the stage"), max_length=20, choices=Stage.choices, blank=True)

    class Meta:
        abstract = True


class Course(Serves, PublicModel):
    """Without a segment it is for the whole programme. `certification` is what passing it proves; the certificate holds for
    `valid_months`, for ever where that is empty."""

    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="courses")
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("what one can do afterwards"), max_length=2000, blank=True)
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the segment"), null=True, blank=True, on_delete=models.PROTECT, related_name="courses",
        help_text=_("Empty: for everybody in the programme."),
    )  # fmt: skip
    certification = models.ForeignKey(
        Certification, verbose_name=_("gives the certificate"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="courses",
        help_text=_("Whoever passes holds it: segments, tiers and the partner's profile see it at once."),
    )  # fmt: skip
    valid_months = models.PositiveSmallIntegerField(
        _("certificate holds for months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Empty: it does not expire. Otherwise whoever holds it is asked to renew it in time."),
    )  # fmt: skip
    renew_days = models.PositiveSmallIntegerField(
        _("ask to renew so many days before"), default=60, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    state = models.CharField(_("state"), max_length=12, choices=CourseState.choices, default=CourseState.DRAFT, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["programme", "state"], name="course_of_programme")]

    def __str__(self) -> str:
        return self.title


class CourseVersion(models.Model):
    """The lessons of a course as they were published; at most one is still being written. Whoever began with a version ends with
    it."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published"), null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("version of a course")
        verbose_name_plural = _("versions of courses")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="course_version_once"),
            models.UniqueConstraint(fields=["course"], condition=Q(published_at=None), name="one_version_is_written"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.number}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
