"""A course that was made elsewhere: a SCORM 1.2 package, its files, and what of it one takes. It is never changed once it is
kept."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from enablement.models.versions import library_files


class CoursePackage(PublicModel):
    name = models.CharField(_("name of the file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("package of a course")
        verbose_name_plural = _("packages of courses")

    def __str__(self) -> str:
        return self.name


class PackageFile(models.Model):
    """`path` is where it lies in the package, with slashes; in the store it has a name of its own."""

    package = models.ForeignKey(CoursePackage, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    file = models.FileField(storage=library_files, upload_to="courses/%Y/%m/", max_length=300)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "path"], name="package_file_once")]

    def __str__(self) -> str:
        return self.path


class PackageItem(models.Model):
    """One thing to take. `launch` is the path of its first page, with what its manifest adds to the address. `reports`: it tells by
    itself how far one is (an SCO); else it is only looked at (an asset). `mastery` in percent."""

    package = models.ForeignKey(CoursePackage, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    launch = models.CharField(max_length=1000)
    reports = models.BooleanField()
    mastery = models.PositiveSmallIntegerField(null=True)
    launch_data = models.TextField(max_length=4096, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["package", "order"], name="package_item_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_page(self) -> bool:
        """It is shown in a frame; a browser opens anything else, such as a PDF, by itself."""
        return not self.launch.split("?")[0].split("#")[0].lower().endswith(".pdf")
