"""Paths: courses in an order, for a function, a product or a stage."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.courses import Course, Serves
from partners.models import Programme


class PathQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated and user.is_staff and user.has_perm("enablement.view_learningpath") else self.none()


class LearningPath(Serves, PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="learning_paths")
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("where it leads"), max_length=2000, blank=True)
    is_shown = models.BooleanField(_("shown in the portal"), default=False)
    courses = models.ManyToManyField(Course, through="PathCourse", related_name="paths")

    objects = PathQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning path")
        verbose_name_plural = _("learning paths")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class PathCourse(models.Model):
    path = models.ForeignKey(LearningPath, on_delete=models.CASCADE, related_name="places")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        verbose_name = _("course of a path")
        verbose_name_plural = _("courses of paths")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["path", "course"], name="course_once_in_a_path")]

    def __str__(self) -> str:
        return str(self.course)
