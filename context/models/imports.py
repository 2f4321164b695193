"""Files of partners coming in: how to read them, and what came of each."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from partners.models.vocabulary import Word


class ImportMapping(Word):
    """How one kind of file becomes partners: data, not code. `docs/importing.md` describes `spec`."""

    spec = models.JSONField(_("mapping"), default=dict)

    class Meta(Word.Meta):
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")


class ImportRun(PublicModel):
    """One file: first a preview, then, when a person says so, the import."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("being read")
        PREVIEWED = "previewed", _("previewed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    mapping = models.CharField(_("mapping"), max_length=60)
    as_of = models.DateField(
        _("state of the data"), null=True, blank=True, help_text=_("The day that the file describes, where it is known.")
    )
    file = models.FileField(_("file"), upload_to="imports/", null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=255)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.CHECKING)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    preview = models.JSONField(
        _("preview"), default=dict, help_text=_("What was found on reading: counts, and some rows of each outcome.")
    )
    refused = models.FileField(_("refused rows"), upload_to="imports/", null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    @property
    def is_at_work(self) -> bool:
        return self.status in (self.Status.CHECKING, self.Status.RUNNING)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"
