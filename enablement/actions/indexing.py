"""What search and the assistant know of resources: the paragraphs of what is live, and of nothing else."""

import logging

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.refusals import Refused
from context.membership import Reader, register_meant_noun
from enablement.models import Resource, ResourceVersion
from enablement.reading.files import is_read, read_file
from enablement.reading.passages import Reading
from search.actions.indexing import Paragraph, forget_document, index_document
from search.sources import Source, register_source

KIND = "resource"
logger = logging.getLogger(__name__)


def tell_search(resource: Resource) -> None:
    """As it is now. Quick: its text was cut when it was read."""
    if not resource.is_live or resource.current is None:
        forget_document(KIND, resource.public_id)
        return
    found = [Paragraph(_under(heading, page), text) for heading, text, page in resource.current.passages]
    index_document(
        KIND, resource.public_id, title=resource.title, address=reverse("enablement:resource", args=[resource.public_id]),
        paragraphs=found or ([Paragraph("", resource.summary)] if resource.summary else []), language=resource.language,
        file_name=resource.current.name, expires_at=resource.expires_at, review_on=resource.review_on,
    )  # fmt: skip


def _under(heading: str, page: int | None) -> str:
    return heading if page is None else f"{heading} (p. {page})".strip()


@transaction.atomic
def keep_reading(version: ResourceVersion, reading: Reading) -> None:
    """The paragraphs of a version; those of the newest are what is found."""
    version.passages = [[each.heading, each.text, each.page] for each in reading.passages]
    version.read_at = timezone.now()
    version.save(update_fields=["passages", "read_at"])
    resource = Resource.objects.select_related("current").get(pk=version.resource_id)
    if resource.current_id == version.pk:
        tell_search(resource)


def read_version(version: ResourceVersion) -> None:
    """Its text, where it has one. A file that opens and cannot be read is found by its title and summary."""
    reading = Reading()
    if is_read(version.media_type):
        with version.file.open("rb") as file:
            content = file.read()
        try:
            reading = read_file(content, version.media_type)
        except Refused as refusal:
            logger.warning("%s of resource %s has no text: %s", version.name, version.resource_id, refusal)
    keep_reading(version, reading)


def tell_all() -> int:
    """Of every resource again; how many there are to be found."""
    told = 0
    for resource in Resource.objects.select_related("current").iterator(chunk_size=100):
        tell_search(resource)
        told += resource.is_live
    return told


def register() -> None:
    register_meant_noun(Resource)
    register_source(
        Source(
            KIND,
            _("Resources"),
            visible_to=_visible,
            rebuild=tell_all,
        )
    )


def _visible(reader: Reader) -> QuerySet:
    """Managers, too, find only what is live: search is no archive."""
    rows = Resource.objects.visible_to(reader.user) if reader.user.is_staff else Resource.objects.filter(reader.meant)
    return rows.live().order_by().values("public_id")
