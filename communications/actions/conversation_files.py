"""Files that come with a mail of a conversation. What a file is, is read from its bytes, never from its name."""

from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.refusals import Invalid
from communications.actions.attachments import clean_name, content_type_of
from communications.models import ConversationFile, ConversationMessage
from communications.replies import InlineFile

FILES_AT_MOST = 10


def kept_files(files: Iterable[InlineFile]) -> tuple[list[tuple[str, str, bytes]], list[InlineFile]]:
    """As name, type and content those that may be kept, and the others: of no known type, too large, or too many."""
    kept, left_out = [], []
    for file in files:
        content_type = _type_of(file)
        if content_type and len(kept) < FILES_AT_MOST:
            kept.append((clean_name(file.name), content_type, file.content))
        else:
            left_out.append(file)
    return kept, left_out


def keep_files(message: ConversationMessage, files: Iterable[tuple[str, str, bytes]]) -> None:
    for name, content_type, content in files:
        row = ConversationFile(message=message, name=name, content_type=content_type, size=len(content))
        row.file.save(f"{row.public_id}", ContentFile(content), save=False)
        row.save()


def _type_of(file: InlineFile) -> str:
    """The type of one that may be kept, else nothing. Without a name nobody knows what it is for."""
    if not file.name or not file.content or len(file.content) > settings.ATTACHMENT_MAX_BYTES:
        return ""
    try:
        return content_type_of(SimpleUploadedFile(clean_name(file.name), file.content))
    except Invalid:
        return ""
