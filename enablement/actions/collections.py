"""Collections by task: made, filled, put in order."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid
from activity.uniqueness import unless_taken
from enablement.models import Collection, CollectionItem, Resource
from partners.actions.checks import check_line
from partners.models import Programme


@transaction.atomic
def create_collection(*, by: User, programme: Programme, title: str, description: str = "", position: int = 100) -> Collection:
    collection = Collection(programme=programme, position=position)
    _save(collection, title, description)
    record_activity(
        "collection.created", _("The collection “%(title)s” was made") % {"title": collection}, by=by, subject=collection
    )
    return collection


@transaction.atomic
def change_collection(collection: Collection, *, by: User, **fields) -> Collection:
    collection.position = fields.get("position", collection.position)
    _save(collection, fields.get("title", collection.title), fields.get("description", collection.description))
    record_activity(
        "collection.changed", _("The collection “%(title)s” was changed") % {"title": collection}, by=by, subject=collection
    )
    return collection


@transaction.atomic
def delete_collection(collection: Collection, *, by: User) -> None:
    """The resources stay."""
    record_activity(
        "collection.deleted", _("The collection “%(title)s” was deleted") % {"title": collection}, by=by, subject=collection
    )
    collection.delete()


@transaction.atomic
def put_into_collections(resource: Resource, collections: Iterable[Collection], *, by: User) -> None:
    """In these and no others; in a new one at its end."""
    chosen = list(collections)
    if strangers := [each for each in chosen if each.programme_id != resource.programme_id]:
        raise Invalid(_("“%(title)s” belongs to another programme.") % {"title": strangers[0]}, field="collections")
    resource.places.exclude(collection__in=chosen).delete()
    there = set(resource.places.values_list("collection_id", flat=True))
    for collection in chosen:
        if collection.pk not in there:
            _append(collection, resource)
    record_activity("collection.filled", _("“%(title)s” was put into collections") % {"title": resource}, by=by, subject=resource)


@transaction.atomic
def put_in(collection: Collection, resource: Resource, *, by: User) -> None:
    """At its end; what is in it stays where it is."""
    if resource.programme_id != collection.programme_id:
        raise Invalid(_("“%(title)s” belongs to another programme.") % {"title": resource}, field="resource")
    Collection.objects.select_for_update().get(pk=collection.pk)
    if not collection.items.filter(resource=resource).exists():
        _append(collection, resource)
        record_activity(
            "collection.filled", _("“%(title)s” was put into collections") % {"title": resource}, by=by, subject=resource
        )


@transaction.atomic
def take_out(collection: Collection, resource: Resource, *, by: User) -> None:
    """The resource itself stays."""
    if collection.items.filter(resource=resource).delete()[0]:
        words = {"title": resource, "collection": collection}
        record_activity("collection.emptied", _("“%(title)s” was taken out of “%(collection)s”") % words, by=by, subject=resource)


def _append(collection: Collection, resource: Resource) -> None:
    last = collection.items.aggregate(last=Max("position"))["last"]
    CollectionItem.objects.create(collection=collection, resource=resource, position=0 if last is None else last + 1)


@transaction.atomic
def move_up(collection: Collection, resource: Resource, *, by: User) -> None:
    """One place; what is first stays first."""
    items = list(collection.items.select_for_update().order_by("position", "pk"))
    at = next((number for number, item in enumerate(items) if item.resource_id == resource.pk), 0)
    if at:
        items[at - 1], items[at] = items[at], items[at - 1]
    for number, item in enumerate(items):
        item.position = number
    CollectionItem.objects.bulk_update(items, ["position"])


def _save(collection: Collection, title: str, description: str) -> None:
    collection.title = check_line(title, "title", required=True, longest=120)
    collection.description = check_line(description, "description", longest=300)
    sentence = _("This programme has a collection “%(title)s” already.") % {"title": collection.title}
    with unless_taken(Invalid(sentence, field="title")):
        collection.save()
