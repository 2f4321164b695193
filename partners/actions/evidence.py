"""Files that prove something about a partner are kept as they were handed in."""

import hashlib
import re

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from uuid6 import uuid7

from activity.actions import record_activity
from activity.refusals import Invalid
from partners.file_types import document_type
from partners.models import Evidence, Partner

_MEGABYTE = 1024 * 1024
_ENDING = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "text/plain": "txt", "text/csv": "csv"}


@transaction.atomic
def add_evidence(partner: Partner, upload: UploadedFile, *, by) -> Evidence:
    """Keep the file. `Invalid` where it is empty, too large, or not what its name says."""
    media_type, content = check_evidence(upload)
    name = _clean_name(upload.name)
    ending = _ENDING.get(media_type, name.rpartition(".")[2])
    evidence = Evidence.objects.create(
        partner=partner,
        file=ContentFile(content, name=f"{uuid7()}.{ending}"),
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=by,
    )
    record_activity("evidence.added", _("An evidence file was added"), by=by, partner_id=partner.pk, subject=evidence)
    return evidence


def check_evidence(upload: UploadedFile) -> tuple[str, bytes]:
    """Its type, read from its bytes, and these."""
    words = {"name": _clean_name(upload.name)[:80], "mb": settings.ATTACHMENT_MAX_BYTES // _MEGABYTE}
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise Invalid(_("“%(name)s” is larger than %(mb)s MB. Hand in a smaller copy.") % words, field="evidence_file")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    if not content.strip(b"\0 \t\r\n"):
        raise Invalid(_("“%(name)s” is empty. Choose the file again.") % words, field="evidence_file")
    try:
        media_type = document_type(content, upload.name)
    except Invalid as refusal:
        raise Invalid(str(refusal), field="evidence_file") from None
    if not media_type:
        raise Invalid(
            _("“%(name)s” is not what its name says, or no kind of file that is taken: PDF, PNG, JPEG, DOCX, XLSX, CSV or text.")
            % words,
            field="evidence_file",
        )
    return media_type, content


def _clean_name(name: str) -> str:
    """Its last part, without what breaks a header or hides an ending."""
    return re.sub(r"[^\w .()-]+", "-", name.replace("\\", "/").rpartition("/")[2]).strip(" -.")[-180:] or "file"
