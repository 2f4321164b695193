"""The library as one person sees it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from enablement.models import Collection, Resource, ResourceState
from partners.models import Contact, Product


@dataclass(frozen=True)
class Shelf:
    """`found` are the resources that were asked for, the newest first; the others are ways to fewer."""

    found: QuerySet[Resource]
    collections: list[Collection]
    products: list[Product]
    product: Product | None


def shelf_of(contact: Contact, *, product: UUID | None = None) -> Shelf:
    readable = Resource.objects.readable_by([contact])
    ids = readable.values("pk")
    collections = (
        Collection.objects.filter(items__resource__in=ids).annotate(count=Count("items__resource")).order_by("position", "title")
    )
    products = list(
        Product.objects.filter(resources__in=ids).annotate(count=Count("resources")).order_by("line", "name", "version")
    )
    chosen = next((each for each in products if each.public_id == product), None)
    found = readable.filter(products=chosen) if chosen else readable
    return Shelf(in_rows(found), list(collections), products, chosen)


def in_rows(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    """With what a row of a list shows, the newest first."""
    return (
        rows.select_related("current")
        .defer("current__passages", "current__preview_html", "current__body")
        .order_by("-published_at", "-pk")
    )


def collection_for(contact: Contact, public_id: UUID) -> tuple[Collection, list[Resource]] | None:
    """In its own order; None where nothing in it is for them, as for one that does not exist."""
    rows = Resource.objects.readable_by([contact]).filter(places__collection__public_id=public_id)
    found = list(in_rows(rows).order_by("places__position", "places__pk"))
    return (Collection.objects.get(public_id=public_id), found) if found else None


def resource_for(contacts: list[Contact], public_id: UUID) -> Resource | None:
    """Live or over, but never a draft and never one that is for others."""
    rows = Resource.objects.filter(public_id=public_id).exclude(state=ResourceState.DRAFT).meant_for(contacts)
    return rows.select_related("current", "programme", "owner", "successor").first()


def successor_for(resource: Resource, contacts: list[Contact]) -> Resource | None:
    """The last in the line that they may read."""
    seen, found, now = {resource.pk}, None, resource
    while now.successor_id and now.successor_id not in seen:
        seen.add(now.successor_id)
        now = Resource.objects.get(pk=now.successor_id)
        found = Resource.objects.filter(pk=now.pk).readable_by(contacts).first() or found
    return found
