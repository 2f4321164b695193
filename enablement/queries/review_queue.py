"""Resources that are to be looked at again, for the queue in which announcements stand, too."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from communications.review_sources import ToReview, register_review_source
from enablement.models import Resource

OFFERED = 100


def register() -> None:
    register_review_source(resources_to_review)


def resources_to_review(user, until: date, people=None) -> Iterator[ToReview]:
    rows = Resource.objects.visible_to(user).live().filter(review_on__lte=until).select_related("owner", "programme")
    if people is not None:
        rows = rows.filter(owner__in=people)
    for row in rows.order_by("review_on", "pk")[:OFFERED]:
        address = reverse("admin:enablement_resource_page", args=[row.public_id])
        yield ToReview(row.title, address, row.get_kind_display(), str(row.programme), row.review_on, str(row.owner or ""))


def successors_for(resource: Resource) -> list[Resource]:
    """What may take its place, the newest first."""
    rows = Resource.objects.live().filter(programme=resource.programme_id).exclude(pk=resource.pk)
    return list(rows.only("public_id", "title").order_by("-published_at")[:OFFERED])
