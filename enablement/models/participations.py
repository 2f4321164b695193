"""One person on one course: asked to take it, begun, passed. What is taken again to renew a certificate is another row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.courses import Course, CourseVersion
from enablement.models.lessons import Lesson
from partners.models import Contact, Partner


class ParticipationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Managers: those at partners they see. A partner's people: their own."""
        if user.is_authenticated and user.is_staff:
            rows = self.filter(contact__partner__in=Partner.objects.visible_to(user))
            return rows if user.has_perm("enablement.view_course") else self.none()
        return self.filter(contact__in=Contact.objects.current().filter(user=user)) if user.is_authenticated else self.none()

    def open(self):
        return self.filter(passed_at=None)


class Participation(PublicModel):
    """`version` is set when it is begun and stays. `renews_until` is the day on which the certificate expires that it renews."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="participations")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="participations")
    version = models.ForeignKey(CourseVersion, null=True, on_delete=models.PROTECT, related_name="participations")
    asked_at = models.DateTimeField(_("asked"), null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField(_("until"), null=True, blank=True)
    renews_until = models.DateField(null=True)
    began_at = models.DateTimeField(_("begun"), null=True)
    passed_at = models.DateTimeField(_("passed"), null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "contact"], condition=Q(passed_at=None), name="on_a_course_once"),
            models.CheckConstraint(condition=Q(began_at=None) | Q(version__isnull=False), name="begun_with_a_version"),
            models.CheckConstraint(condition=Q(passed_at=None) | Q(began_at__isnull=False), name="passed_what_was_begun"),
        ]
        indexes = [models.Index(fields=["contact", "-created_at"], name="participation_of_contact")]

    def __str__(self) -> str:
        return f"{self.contact}: {self.course}"

    @property
    def standing(self) -> str:
        return "passed" if self.passed_at else "begun" if self.began_at else "asked"


class LessonDone(models.Model):
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="done")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lesson that is done")
        verbose_name_plural = _("lessons that are done")
        constraints = [models.UniqueConstraint(fields=["participation", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.participation}: {self.lesson}"
