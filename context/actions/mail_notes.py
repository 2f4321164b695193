"""A mail that a manager sent with their notes address among its recipients becomes a note of each partner it went to."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.models import User
from activity.mail_charsets import decoded
from activity.mail_nesting import too_deep_is_refused
from activity.refusals import Invalid, NotAllowed
from context.actions.notes import LONGEST, write_note
from context.models import Note
from context.notes_address import owner_of
from partners.actions.evidence import check_evidence
from partners.models import Contact

_TO_US = ("to", "cc", "bcc", "delivered-to", "x-original-to")


@too_deep_is_refused()
@transaction.atomic
def note_mail(content: bytes, recipients: list[str] = ()) -> list[Note]:
    """`recipients` are those of the envelope, where they are known. Refused when the sender is no manager of that address, or
    nobody it went to is on record. The same mail again makes no second note."""
    message = message_from_bytes(content, policy=default)
    manager = _manager(message, list(recipients))
    people = _people(message, manager)
    notes = []
    for partner in {person.partner_id: person.partner for person in people}.values():
        if not Note.objects.filter(partner=partner, message_id=_message_id(message)).exclude(message_id="").exists():
            files, left_out = _attachments(message)
            notes.append(
                write_note(
                    partner,
                    by=manager,
                    kind=Note.Kind.MAIL,
                    text=_text(message, left_out),
                    happened_at=_sent_at(message),
                    contacts=[person for person in people if person.partner_id == partner.pk],
                    files=files,
                    message_id=_message_id(message),
                )
            )
    return notes


def _manager(message: EmailMessage, recipients: list[str]) -> User:
    addressed = [*recipients, *_addresses(message, *_TO_US)]
    sender = parseaddr(str(message.get("from", "")))[1].lower()
    owners = [pk for pk in map(owner_of, addressed) if pk]
    for manager in User.objects.filter(pk__in=owners, is_staff=True, is_active=True):
        if manager.email.lower() == sender and manager.has_perm("context.add_note"):
            return manager
    raise NotAllowed(_("This address takes mails of the manager whose it is, and of nobody else."))


def _people(message: EmailMessage, manager: User) -> list[Contact]:
    addresses = [address.lower() for address in _addresses(message, "to", "cc")]
    rows = Contact.objects.visible_to(manager).current().select_related("partner").order_by("pk")
    people = list(rows.filter(email__in=addresses)) or list(rows.filter(email__iregex=_any_of(addresses)) if addresses else ())
    if not people:
        raise Invalid(_("Nobody this mail went to is on record as a contact. Add the person first, then send it again."))
    return people


def _any_of(addresses: list[str]) -> str:
    return "^(" + "|".join(re.sub(r"([^\w])", r"\\\1", address) for address in addresses[:50]) + ")$"


def _addresses(message: EmailMessage, *headers: str) -> list[str]:
    values = [str(value) for name in headers for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values) if address]


def _message_id(message: EmailMessage) -> str:
    return str(message.get("message-id", "")).strip()[:300]


def _sent_at(message: EmailMessage):
    try:
        sent = parsedate_to_datetime(str(message["date"]))
    except (TypeError, ValueError):
        return timezone.now()
    return min(sent if sent.tzinfo else timezone.make_aware(sent), timezone.now())


def _text(message: EmailMessage, left_out: list[str]) -> str:
    """The subject and the text as they are, quoted mails and signature with it."""
    part = message.get_body(("plain", "html"))
    body = _words_of(part) if part is not None else ""  # one without headers of its own counts none of them
    if part is not None and part.get_content_subtype() == "html":
        body = strip_tags(re.sub(r"(?is)<(style|script).*?</\1>", "", body))
    lines = [str(message.get("subject", "")).strip(), body.replace("\0", "").strip()]
    lines += [_("Not kept: %(names)s") % {"names": ", ".join(left_out)}] if left_out else []
    return "\n\n".join(filter(None, lines))[:LONGEST] or _("(no text)")


def _words_of(part: EmailMessage) -> str:
    return decoded(_bytes_of(part), str(part.get_param("charset", "") or "")).replace("\r\n", "\n")


def _bytes_of(part: EmailMessage) -> bytes:
    """Empty for what holds other parts, such as a mail within the mail: that is no file that can be kept."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attachments(message: EmailMessage) -> tuple[list[SimpleUploadedFile], list[str]]:
    """Those that can be kept, and the names of those that cannot."""
    files, left_out = [], []
    for part in message.iter_attachments():
        name = part.get_filename() or _("attachment")
        upload = SimpleUploadedFile(name, _bytes_of(part), part.get_content_type())
        try:
            check_evidence(upload)
        except Invalid:
            left_out.append(upload.name)
        else:
            files.append(upload)
    return files, left_out
