"""Text and previews of files are made in the background: a file that takes a minute keeps nobody waiting, and one that brings its
worker down is given up after three tries."""

import logging

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from uuid6 import uuid7

from enablement.actions.indexing import read_version
from enablement.models import PreviewPicture, PreviewState, ResourceVersion
from enablement.rendering.previews import html_of, pictures_of

TRIES = 3
AT_ONCE = 20
logger = logging.getLogger(__name__)


def prepare_waiting(limit: int = AT_ONCE) -> None:
    """Two workers take different ones."""
    waits = Q(read_at=None) | Q(preview=PreviewState.WAITING)
    for pk in list(ResourceVersion.objects.filter(waits, tries__lt=TRIES).order_by("made_at").values_list("pk", flat=True)[:limit]):
        ResourceVersion.objects.filter(pk=pk).update(tries=F("tries") + 1)
        try:
            prepare_version(pk)
        except Exception:  # noqa: BLE001 - one that cannot be prepared keeps no other back
            logger.exception("Version %s of a resource could not be prepared", pk)
    ResourceVersion.objects.filter(preview=PreviewState.WAITING, tries__gte=TRIES).update(preview=PreviewState.NONE)


@transaction.atomic
def prepare_version(pk: int) -> None:
    version = ResourceVersion.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if version is None:
        return
    if version.read_at is None:
        read_version(version)
    if version.preview == PreviewState.WAITING:
        make_preview(version)


def make_preview(version: ResourceVersion) -> None:
    """A file of which no picture can be made is downloaded to be looked at."""
    version.preview = PreviewState.NONE
    if version.file and not version.is_video:
        with version.file.open("rb") as file:
            content = file.read()
        try:
            version.preview_html = html_of(content, version.media_type)
            pictures = list(pictures_of(content, version.media_type))
        except Exception:  # noqa: BLE001 - a library for files of strangers fails in as many ways as they are broken
            logger.warning("No preview of %s of resource %s", version.name, version.resource_id, exc_info=True)
            pictures = []
        for number, picture in enumerate(pictures, start=1):
            row = PreviewPicture(version=version, number=number, width=picture.width, height=picture.height)
            row.picture.save(f"{uuid7()}.{picture.ending}", ContentFile(picture.content))
        if pictures or version.preview_html:
            version.preview = PreviewState.READY
    version.save(update_fields=["preview", "preview_html"])
