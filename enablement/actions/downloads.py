"""Who takes a file is noted, with its version: so that somebody can be told when it holds no more."""

from enablement.models import ResourceDownload, ResourceVersion
from partners.models import Contact


def note_download(version: ResourceVersion, contact: Contact) -> ResourceDownload:
    return ResourceDownload.objects.create(
        resource_id=version.resource_id, version=version, contact=contact, partner_id=contact.partner_id
    )
