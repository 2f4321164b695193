"""Images and files of an announcement. What a file is, is read from its bytes, never from its name."""

import re

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.models import Announcement, Attachment, State
from partners.file_types import image_type, is_text

# How a file that may be attached begins.
FILES = {
    "pdf": (b"%PDF-", "application/pdf"),
    "docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "zip": (b"PK\x03\x04", "application/zip"),
    "csv": (b"", "text/csv"),
    "txt": (b"", "text/plain"),
}


@transaction.atomic
def attach_file(announcement: Announcement, upload: UploadedFile, *, by: User) -> Attachment:
    """Keep a file under its cleaned name. A file of the same name is replaced while the announcement is a draft."""
    _check_draft(announcement)
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise Invalid(
            _("“%(name)s” is larger than %(mb)s MB.") % {"name": upload.name, "mb": settings.ATTACHMENT_MAX_BYTES >> 20},
            field="file",
        )
    name, content_type = clean_name(upload.name), content_type_of(upload)
    announcement.attachments.filter(name=name).delete()
    upload.name = name
    attachment = Attachment.objects.create(
        announcement=announcement, file=upload, name=name, content_type=content_type, size=upload.size
    )
    record_activity("attachment.added", f"“{name}” was attached to “{announcement}”", by=by, subject=announcement)
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User) -> None:
    """Take a file off a draft. Its bytes stay for whoever holds a mail that names it."""
    announcement = attachment.announcement
    _check_draft(announcement)
    attachment.delete()
    record_activity("attachment.removed", f"“{attachment.name}” was taken off “{announcement}”", by=by, subject=announcement)


def _check_draft(announcement: Announcement) -> None:
    """Not even a picture is exchanged after somebody approved what they saw."""
    if announcement.state != State.DRAFT:
        raise Refused(
            _("“%(title)s” is %(state)s, so its files stay as they are. Change its text first; it is a draft again then.")
            % {"title": announcement, "state": announcement.get_state_display()},
            code="state_forbids",
        )


def content_type_of(upload: UploadedFile) -> str:
    """The type its bytes show. SVG and HTML are refused: they can carry scripts."""
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if content_type := image_type(content):
        return content_type
    ending = upload.name.rpartition(".")[2].lower()
    beginning, content_type = FILES.get(ending, (None, ""))
    if beginning is None or not content.startswith(beginning) or (beginning == b"" and not is_text(content)):
        raise Invalid(
            _("“%(name)s” cannot be attached. Images (PNG, JPEG, GIF, WebP), PDF, Office files, ZIP, CSV and plain text can.")
            % {"name": upload.name[:80]},
            field="file",
        )
    return content_type


def clean_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name.replace("\\", "/").rpartition("/")[2]).strip("-.")[-120:] or "file"
