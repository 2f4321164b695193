"""What the library keeps of people: what they took, for their own copy; their names in its texts. Files are ours."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from enablement.models import BrandedFile, Collection, Resource, ResourceDownload, ResourceVersion
from partners.personal_data import Person, forget_in, register_eraser


def register() -> None:
    register_eraser("downloads", _find_downloads, _erase_downloads, title=_("Downloads"))
    register_eraser("library", lambda person: [], _erase_words)


def _find_downloads(person: Person) -> Iterator[dict]:
    rows = ResourceDownload.objects.filter(contact__in=person.contact_ids).select_related("resource", "version")
    for row in rows.defer("version__passages", "version__body", "version__preview_html").order_by("-at"):
        yield {"resource": row.resource.title, "version": row.version.number, "file": row.version.name, "taken": row.at}


def _erase_downloads(person: Person) -> int:
    """That a partner has it stays known. Files with the person's name in them go."""
    for made in BrandedFile.objects.filter(contact__in=person.contact_ids):
        made.file.delete(save=False)
        made.delete()
    return ResourceDownload.objects.filter(contact__in=person.contact_ids).update(contact=None)


def _erase_words(person: Person) -> int:
    changed = forget_in(person, Resource.objects.all(), "title", "summary", "retired_because", "source")
    changed += forget_in(person, Collection.objects.all(), "title", "description")
    return changed + forget_in(
        person, ResourceVersion.objects.all(), "name", "body", "url", "changes", "passages", "preview_html"
    )  # fmt: skip
