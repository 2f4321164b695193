"""What belongs to an announcement on its page besides its text, for one contact."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from communications.models import Acknowledgement, Announcement, Answer, Attachment, Channel, Discussion, Question
from communications.tracking_tokens import Place, TrackingToken
from partners.models import Contact


def with_parts(rows: QuerySet[Announcement]) -> QuerySet[Announcement]:
    """Each knows whether it has files and discussions, which most have not: its page asks for what is there."""
    here = OuterRef("pk")
    return rows.annotate(
        has_files=Exists(Attachment.objects.filter(announcement=here)),
        has_discussions=Exists(Discussion.objects.filter(announcement=here, is_hidden=False)),
    )


def questions_of(announcement: Announcement, contact: Contact) -> QuerySet[Question]:
    """Those of the contact's own organisation, the newest first."""
    answers = Prefetch("answers", Answer.objects.select_related("by"))
    return announcement.questions.filter(partner=contact.partner_id).select_related("contact").prefetch_related(answers)


def acknowledgement_of(announcement: Announcement, contact: Contact) -> Acknowledgement | None:
    return announcement.acknowledgements.filter(contact=contact).first()


def files_of(announcement: Announcement, contact: Contact) -> list[tuple[Attachment, str]]:
    """Each file with its address; images are in the text already."""
    token = TrackingToken(announcement.pk, contact.pk, Channel.PORTAL, announcement.approved_version or 0, Place.FILE)
    return [(file, f"/t/f/{token}/{file.name}") for file in announcement.attachments.all() if not file.is_image]
