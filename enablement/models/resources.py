"""A resource of the library: a file, a link, or a page written in place. What it holds is its current version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.public_ids import PublicModel
from communications.models.freshness import Kept
from context.membership import meant_for
from context.models import Segment
from partners.models import Contact, Product, Programme


class ResourceKind(models.TextChoices):
    FILE = "file", _("file")
    LINK = "link", _("link")
    PAGE = "page", _("page")


class ResourceState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


# What was retired by mistake, or holds again, is published again.
RESOURCE_MAY_BECOME: dict[ResourceState, tuple[ResourceState, ...]] = {
    ResourceState.DRAFT: (ResourceState.PUBLISHED, ResourceState.RETIRED),
    ResourceState.PUBLISHED: (ResourceState.RETIRED,),
    ResourceState.RETIRED: (ResourceState.PUBLISHED,),
}


class ResourceQuerySet(models.QuerySet):
    def live(self):
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), state=ResourceState.PUBLISHED)

    def visible_to(self, user):
        """Managers see all of them; a partner's person what is live and for one of their contacts."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self if user.has_perm("enablement.view_resource") else self.none()
        return self.readable_by(Contact.objects.of_login(user))

    def readable_by(self, contacts):
        return self.live().meant_for(contacts)

    def meant_for(self, contacts):
        """Of a programme of their partner, and for everybody there or for a segment that they are in, whatever its state."""
        return self.filter(meant_for(contacts, self))


class Resource(Kept, PublicModel):
    programme = models.ForeignKey(Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(_("kind"), max_length=8, choices=ResourceKind.choices, editable=False)
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True, help_text=_("One or two sentences: what it is good for."))
    language = models.CharField(_("language"), max_length=16, default="en")
    products = models.ManyToManyField(Product, verbose_name=_("products"), blank=True, related_name="resources")
    segment = models.ForeignKey(
        Segment, verbose_name=_("for the people of"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("Asked anew each time somebody looks. Empty: everybody in the programme."),
    )  # fmt: skip
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, help_text=_("From then on no partner sees it."))
    state = models.CharField(_("state"), max_length=10, choices=ResourceState.choices, default=ResourceState.DRAFT, editable=False)
    current = models.ForeignKey("enablement.ResourceVersion", null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    source = models.CharField(_("taken from"), max_length=500, blank=True, editable=False)  # its path in a folder that was taken in
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["-created_at", "-pk"]
        permissions = [("publish_resource", "Can publish and retire resources")]
        indexes = [
            models.Index(fields=["programme", "state", "-published_at"], name="resource_newest"),
            models.Index(fields=["review_on"], name="resource_review", condition=Q(review_on__isnull=False)),
            models.Index(fields=["segment"], name="resource_audience", condition=Q(segment__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "source"], condition=~Q(source=""), name="resource_source_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        return self.state == ResourceState.RETIRED or super().is_over

    @property
    def is_live(self) -> bool:
        return self.state == ResourceState.PUBLISHED and not self.is_over
