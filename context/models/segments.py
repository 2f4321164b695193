"""A segment: partners where …, and people there who …. Never a stored list: it is asked anew each time."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models.data_points import DataPoint


def everyone() -> dict:
    return {"all": []}


class SegmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.is_authenticated and user.is_staff and user.has_perm("context.view_segment") else self.none()


class Segment(PublicModel):
    """`rule` picks partners, `contact_rule` picks people at them. The shape of a rule is described in
    `context/rules/`; the words and the query are made from it, it is never SQL."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.CharField(_("description"), max_length=300, blank=True)
    rule = models.JSONField(_("partners where"), default=everyone, blank=True)
    contact_rule = models.JSONField(_("people there who"), default=everyone, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    data_points = models.ManyToManyField(
        DataPoint, editable=False, related_name="segments", help_text=_("What its rules speak of, kept with each change.")
    )
    segments = models.ManyToManyField(
        "self", editable=False, symmetrical=False, related_name="used_by", help_text=_("Segments that its rules name.")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    rule = models.JSONField(_("partners where"))
    contact_rule = models.JSONField(_("people there who"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("segment version")
        verbose_name_plural = _("segment versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment} v{self.number}"
