"""Where partners talk to each other: forums of a programme, and what others may learn of who writes there."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from context.models import Segment
from partners.models import Programme


class Names(models.TextChoices):
    """What people of other organisations see of who wrote. Each post keeps what held when it was written."""

    NOBODY = "nobody", _("neither person nor organisation")
    ORGANISATION = "organisation", _("the organisation")
    PERSON = "person", _("the person and the organisation")


class DiscussionPolicy(models.Model):
    """One row for each programme; a programme without one shows nobody's name."""

    programme = models.OneToOneField(Programme, verbose_name=_("programme"), on_delete=models.CASCADE, related_name="+")
    names = models.CharField(
        _("other organisations see"), max_length=20, choices=Names.choices, default=Names.NOBODY,
        help_text=_("Of what is written from now on. Colleagues always see each other, and your managers see who wrote."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("names in discussions")
        verbose_name_plural = _("names in discussions")

    def __str__(self) -> str:
        return f"{self.programme}: {self.get_names_display()}"


class ForumQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What managers may work with; what a partner's person sees goes by `forums_of`."""
        return self if user.is_authenticated and user.is_staff and user.has_perm("communications.view_forum") else self.none()


class Forum(PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="forums")
    title = models.CharField(_("title"), max_length=120)
    description = models.CharField(_("what it is about"), max_length=300, blank=True)
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the people of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Asked anew each time somebody looks. Empty: everybody in the programme."),
    )  # fmt: skip
    is_open = models.BooleanField(_("open"), default=True, help_text=_("A closed forum can be read and not written to."))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ForumQuerySet.as_manager()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        ordering = ["programme", "title", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "title"], name="forum_title_once")]

    def __str__(self) -> str:
        return self.title
