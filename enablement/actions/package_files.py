"""The files of packages in the store: put there, and taken away again once no lesson uses them."""

import logging
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from uuid6 import uuid7

from activity.refusals import Invalid
from enablement.models import CoursePackage, PackageFile, PackageItem
from enablement.models.versions import library_files
from enablement.reading.archives import DAMAGED
from enablement.reading.scorm import media_type_of

logger = logging.getLogger(__name__)


@contextmanager
def stored(package: CoursePackage, archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo]) -> Iterator[None]:
    """All of them are there for what is done inside. Where that or one of them fails, none is kept."""
    names: list[str] = []
    try:
        rows = [_store(package, archive, path, info, names) for path, info in files.items()]
        PackageFile.objects.bulk_create(rows, batch_size=500)
        yield
    except BaseException:
        _take_away(names)
        raise


def _store(package: CoursePackage, archive: zipfile.ZipFile, path: str, info: zipfile.ZipInfo, names: list[str]) -> PackageFile:
    row = PackageFile(package=package, path=path, media_type=media_type_of(path), size=info.file_size)
    with tempfile.TemporaryFile() as unpacked:
        try:
            with archive.open(info) as packed:
                shutil.copyfileobj(packed, unpacked)
        except DAMAGED:
            sentence = _("“%(name)s” in it is damaged. Export the course anew.") % {"name": path[:80]}
            raise Invalid(sentence, code="not_taken", field="file") from None
        unpacked.seek(0)
        row.file.save(str(uuid7()), File(unpacked), save=False)
    names.append(row.file.name)
    return row


def drop_unused(items: Iterable[int]) -> None:
    """Packages of these items that no lesson uses any more, with their files, once that is certain. Called after lessons went."""
    packages = CoursePackage.objects.filter(items__in=list(items)).exclude(items__lessons__isnull=False)
    unused = list(packages.distinct().values_list("pk", flat=True))
    if not unused:
        return
    names = list(PackageFile.objects.filter(package__in=unused).values_list("file", flat=True))
    PackageItem.objects.filter(package__in=unused).delete()
    CoursePackage.objects.filter(pk__in=unused).delete()
    transaction.on_commit(lambda: _take_away(names))


def _take_away(names: Iterable[str]) -> None:
    """What the store does not let go is left behind, which costs room and nothing else."""
    storage = library_files()
    for name in names:
        try:
            storage.delete(name)
        except Exception:
            logger.warning("%s of a package could not be deleted", name, exc_info=True)
