from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.announcements import Kind
from partners.models import Programme


class ContentTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        may_see = user.is_authenticated and user.is_staff and user.has_perm("communications.view_contenttemplate")
        return self if may_see else self.none()

    def of_programme(self, programme: Programme | None):
        """Those for all programmes, and those for this one alone."""
        return self.filter(models.Q(programme=None) | models.Q(programme=programme))


class ContentTemplate(PublicModel):
    """What a draft can begin with. It is copied: changing a template later changes no draft."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind.choices)
    language = models.CharField(_("language"), max_length=16, default="en", help_text=_("Such as en or de."))
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), null=True, blank=True, on_delete=models.CASCADE,
        related_name="content_templates", help_text=_("Empty: for all."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=200, help_text=_("Write … where the author has something to put in."))
    call_to_action = models.CharField(_("who must act, and by when"), max_length=200, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown with its blocks, and … where the author has something to put in."))
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = ContentTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["kind", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["name", "language", "programme"], name="template_name_once",
                                               nulls_distinct=False)]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
