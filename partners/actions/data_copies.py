"""A person asks for a copy of what is held; it is put together in the background, kept for some days, and gone."""

from datetime import timedelta

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import NotAllowed
from partners.models import Contact, DataCopy

KEPT_FOR = timedelta(days=7)


@transaction.atomic
def ask_for_copy(contact: Contact, *, by) -> DataCopy:
    """One at a time; the one before goes once another is asked for."""
    if contact.user_id != by.pk:
        raise NotAllowed(_("Only the person may take along what is held about them."))
    Contact.objects.select_for_update().filter(pk=contact.pk).first()
    own = DataCopy.objects.of(contact, by)
    if asked := own.filter(state=DataCopy.State.ASKED).first():
        return asked
    delete_copies(own)
    return DataCopy.objects.create(contact=contact, asked_by=by)


@transaction.atomic
def keep_copy(copy: DataCopy, file) -> None:
    """Nothing in its name says whose it is. Where somebody else was quicker, or the person was erased meanwhile, it is dropped."""
    found = DataCopy.objects.select_for_update().filter(pk=copy.pk, state=DataCopy.State.ASKED).first()
    if found is None:
        return
    found.file.save(f"{found.public_id}.zip", File(file), save=False)
    now = timezone.now()
    found.state, found.size, found.ready_at, found.expires_at = DataCopy.State.READY, found.file.size, now, now + KEPT_FOR
    found.save()


def fail_copy(copy: DataCopy) -> None:
    DataCopy.objects.filter(pk=copy.pk, state=DataCopy.State.ASKED).update(state=DataCopy.State.FAILED)


def forget_old_copies() -> int:
    return delete_copies(DataCopy.objects.filter(expires_at__lte=timezone.now()))


def delete_copies(copies) -> int:
    """With their files, once the rows are gone for good."""
    found = list(copies)
    for copy in found:
        if copy.file:
            transaction.on_commit(_deletion(copy.file.storage, copy.file.name))
    DataCopy.objects.filter(pk__in=[copy.pk for copy in found]).delete()
    return len(found)


def _deletion(storage, name: str):
    return lambda: storage.delete(name)
