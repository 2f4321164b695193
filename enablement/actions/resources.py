"""A resource's life: made, published, kept true, retired. Files are checked by `actions/uploads.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from accounts.models import User
from activity.actions import record_activity
from activity.form_keys import made_once
from activity.refusals import Invalid, Refused
from communications.actions.freshness import check_care, next_review
from enablement.actions.indexing import tell_search
from enablement.actions.uploads import CheckedFile, check_file
from enablement.models import RESOURCE_MAY_BECOME, Resource, ResourceKind, ResourceState, ResourceVersion
from enablement.reading.texts import read_markdown
from enablement.rendering.branding import places_in
from partners.actions.checks import check_language, check_line, check_text
from partners.models import Product, Programme

EDITABLE = ("title", "summary", "language", "segment", "owner", "review_on", "review_every", "expires_at")
BODY_MAX_CHARACTERS = 200_000
TEMPLATE_AT_MOST = 20 * 1024 * 1024
_is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Content:
    """What a version holds: one of the three, by the kind of its resource."""

    file: CheckedFile | None = None
    url: str = ""
    body: str = ""


@transaction.atomic
def create_resource(
    *, by: User | None, programme: Programme, kind: str, file: File | None = None, url: str = "", body: str = "",
    products: Iterable[Product] = (), source: str = "", key: UUID | None = None, **fields,
) -> Resource:  # fmt: skip
    """A draft. `Invalid` where the file, the address or the text is not taken."""
    content = _checked_content(kind, file, url, body)
    fields = {"title": content.file.name if content.file else content.url, **fields}
    make = partial(_create, content, fields, list(products), by, programme=programme, kind=kind, source=source, created_by=by)
    return made_once(
        Resource.objects.select_related("current").filter(created_by=by), key, make,
        is_same=lambda made: made.title == str(fields["title"]).strip() and _is_same(made.current, content),
    )  # fmt: skip


def _create(content: Content, fields: dict, products: list[Product], by: User | None, **own) -> Resource:
    resource = Resource(**own)
    _set(resource, fields)
    resource.save()
    _set_products(resource, products)
    _add(resource, content, by=by, changes="")
    record_activity("resource.created", _("The resource “%(title)s” was made") % {"title": resource}, by=by, subject=resource)
    return resource


@transaction.atomic
def change_resource(resource: Resource, *, by: User | None, products: Iterable[Product] | None = None, **fields) -> None:
    """What is said of it and whom it is for. What it holds changes by a new version."""
    current = _locked(resource)
    _set(current, fields)
    current.updated_at = timezone.now()
    current.save()
    if products is not None:
        _set_products(current, products)
    tell_search(current)
    record_activity("resource.changed", _("“%(title)s” was changed") % {"title": current}, by=by, subject=current)
    resource.refresh_from_db()


@transaction.atomic
def add_version(
    resource: Resource, *, by: User | None, changes: str, file: File | None = None, url: str = "", body: str = ""
) -> ResourceVersion:
    """From now on this is what people get. What changed is said to those who have an older one."""
    content = _checked_content(resource.kind, file, url, body)
    changes = check_line(changes, "changes", longest=400)
    if not changes:
        raise Invalid(_("Say in a sentence what changed, for those who have the version before."), field="changes")
    current = _locked(resource)
    if _is_same(current.current, content):
        raise Invalid(_("This is the version that is there already, byte for byte."), code="same", field="file")
    version = _add(current, content, by=by, changes=changes)
    record_activity(
        "resource.version", _("“%(title)s” has version %(n)d: %(changes)s")
        % {"title": current, "n": version.number, "changes": changes}, by=by, subject=current,
    )  # fmt: skip
    resource.refresh_from_db()
    return version


@transaction.atomic
def publish_resource(resource: Resource, *, by: User | None) -> None:
    """From now on those whom it is for find it. It is looked at again after its interval."""
    current = _locked(resource)
    _check_not_expired(current)
    review_on = current.review_on if current.review_on and current.review_on > timezone.localdate() else next_review(current)
    _move(current, ResourceState.PUBLISHED, by=by, published_at=timezone.now(), review_on=review_on, retired_at=None,
          retired_by=None, retired_because="", successor=None)  # fmt: skip
    resource.refresh_from_db()


@transaction.atomic
def retire_resource(resource: Resource, *, by: User | None, reason: str = "", successor: Resource | None = None) -> None:
    """Nobody finds it any more; its old address says so, and leads those who may see it to its successor."""
    current = _locked(resource)
    if successor is not None:
        _check_successor(current, successor)
    _move(current, ResourceState.RETIRED, by=by, retired_at=timezone.now(), retired_by=by, successor=successor,
          retired_because=check_line(reason, "reason", longest=300))  # fmt: skip
    resource.refresh_from_db()


@transaction.atomic
def renew_resource(resource: Resource, *, by: User) -> None:
    """It is still right: it is looked at again after its interval."""
    current = _locked(resource)
    if not current.is_live:
        raise Refused(_("“%(title)s” is not out, so there is nothing to renew.") % {"title": current}, code="not_live")
    current.review_on = next_review(current)
    current.save(update_fields=["review_on"])
    tell_search(current)
    record_activity("resource.renewed", f"“{current}” is still right; next review {current.review_on}", by=by, subject=current)
    resource.refresh_from_db()


def _move(resource: Resource, state: ResourceState, *, by: User | None, **fields) -> None:
    """The only way from one state to another."""
    may = [each for each in ResourceState if state in RESOURCE_MAY_BECOME[each]]
    changed = Resource.objects.filter(pk=resource.pk, state__in=may).update(state=state, updated_at=timezone.now(), **fields)
    if not changed:
        raise Refused(
            _("“%(title)s” is %(state)s; it cannot become %(wanted)s.")
            % {"title": resource, "state": resource.get_state_display(), "wanted": state.label},
            code="state_forbids",
        )
    resource.refresh_from_db()
    tell_search(resource)
    record_activity(f"resource.{state}", f"“{resource}” is {state}", by=by, subject=resource)


def _locked(resource: Resource) -> Resource:
    return Resource.objects.select_for_update(of=("self",)).select_related("current", "programme").get(pk=resource.pk)


def _set(resource: Resource, fields: dict) -> None:
    for name, value in fields.items():
        if name not in EDITABLE:
            raise Invalid(_("A resource has no field “%(name)s” to change.") % {"name": name}, field=name)
        setattr(resource, name, value)
    resource.title = check_line(resource.title, "title", required=True, longest=200)
    resource.summary = check_line(resource.summary, "summary", longest=400)
    resource.language = check_language(resource.language) or "en"
    check_care(resource)


def _set_products(resource: Resource, products: Iterable[Product]) -> None:
    products = list(products)
    if strangers := [product for product in products if product.programme_id != resource.programme_id]:
        raise Invalid(_("“%(name)s” is a product of another programme.") % {"name": strangers[0]}, field="products")
    resource.products.set(products)


def _check_not_expired(resource: Resource) -> None:
    if resource.expires_at and resource.expires_at <= timezone.now():
        raise Invalid(_("It has expired already. Choose a later day, or none."), field="expires_at")


def _check_successor(resource: Resource, successor: Resource) -> None:
    if successor.pk == resource.pk:
        raise Invalid(_("It cannot replace itself. Choose another."), field="successor")
    if successor.programme_id != resource.programme_id or not successor.is_live:
        raise Invalid(
            _("“%(title)s” is not out in this programme just now. Name one that is.") % {"title": successor}, field="successor"
        )


# --- What it holds -----------------------------------------------------------------------------------------------------


def _checked_content(kind: str, file: File | None, url: str, body: str) -> Content:
    if kind == ResourceKind.FILE:
        if file is None:
            raise Invalid(_("Choose a file."), field="file")
        return Content(file=check_file(file))
    if kind == ResourceKind.LINK:
        try:
            _is_web_address(url)
        except ValidationError:
            raise Invalid(_("Write an address that begins with https://."), field="url") from None
        return Content(url=url)
    if kind != ResourceKind.PAGE:
        raise Invalid(_("A resource is a file, a link or a page."), field="kind")
    body = check_text(body, "text", longest=BODY_MAX_CHARACTERS)
    if not body:
        raise Invalid(_("Write the page."), field="body")
    return Content(body=body)


def _is_same(version: ResourceVersion | None, content: Content) -> bool:
    if version is None:
        return False
    if content.file:
        return version.sha256 == content.file.sha256 and version.name == content.file.name
    return (version.url, version.body) == (content.url, content.body)


def _add(resource: Resource, content: Content, *, by: User | None, changes: str) -> ResourceVersion:
    version = ResourceVersion(
        resource=resource, number=resource.current.number + 1 if resource.current else 1, url=content.url, body=content.body,
        changes=changes, made_by=by,
    )  # fmt: skip
    if checked := content.file:
        version.name, version.media_type = checked.name, checked.media_type
        version.size, version.sha256 = checked.size, checked.sha256
        version.places = sorted(places_in(checked.file.read(), checked.media_type)) if checked.size <= TEMPLATE_AT_MOST else []
        version.file.save(f"{uuid7()}.{checked.name.rpartition('.')[2].lower()}", checked.file, save=False)
    elif content.body:
        version.passages = [[each.heading, each.text, None] for each in read_markdown(content.body).passages]
    if not content.file:
        version.read_at, version.preview = timezone.now(), "none"
    version.save()
    resource.current, resource.updated_at = version, timezone.now()
    resource.save(update_fields=["current", "updated_at"])
    tell_search(resource)
    return version
