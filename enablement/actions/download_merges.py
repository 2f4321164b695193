"""Two contacts that turn out to be one person: what one of them took, that person has. What names a partner follows by itself."""

from enablement.models import BrandedFile, ResourceDownload
from partners.actions.journal import Journal
from partners.merging import register_left_behind, register_same_person
from partners.models import Contact


def register() -> None:
    register_same_person(give_downloads_to, ResourceDownload)
    register_left_behind(BrandedFile, "It is made anew for whoever takes the file next.")


def give_downloads_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    journal.set(ResourceDownload.objects.filter(contact=goes), contact_id=stays.pk)
