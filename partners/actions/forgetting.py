"""What this app and those below it keep of people: found for their own copy, and forgotten."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken
from accounts.models.idempotency import IdempotentAnswer
from activity.models import Activity, SentMail, Task
from partners.actions.data_copies import delete_copies
from partners.actions.profiles import refresh_profiles
from partners.models import (
    ColleagueRequest,
    Consent,
    Contact,
    DataCopy,
    Evidence,
    Invitation,
    Partner,
    PartnerAgreement,
    PartnerCertification,
    PartnerRegion,
    PartnerSpecialty,
    PerformanceRecord,
    SavedView,
    Site,
)
from partners.personal_data import ERASED, Person, forget_in, register_eraser, rows_naming, with_address
from search.models import Document, Meaning, MissedSearch, Passage, Word

_PROVEN = (PartnerRegion, PartnerSpecialty, PartnerCertification, PartnerAgreement, Site, PerformanceRecord)
_COLUMNS = ("name", "email", "job_title", "phone", "language", "time_zone")


def register() -> None:
    """In the order in which they are erased: texts are searched for names before the names are gone."""
    register_eraser("activity", _find_activity, _erase_activity, title=_("Actions"))
    register_eraser("tasks", _find_tasks, _erase_tasks, title=_("Tasks"))
    register_eraser("typed rows", _find_proofs, _erase_proofs, title=_("Personal certificates"))
    register_eraser("evidence", _find_evidence, _erase_evidence, title=_("Files handed in"))
    register_eraser("partner texts", lambda person: [], _erase_partner_texts)
    register_eraser("search", lambda person: [], _erase_search)
    register_eraser("saved answers", lambda person: [], _erase_saved_answers)
    register_eraser("consents", _find_consents, _erase_consents, title=_("Consents"))
    register_eraser("copies", _find_copies, _erase_copies, title=_("Copies made for you"))
    register_eraser("mails", _find_mails, _erase_mails, title=_("Mails about signing in and joining, and answers to you"))
    register_eraser("invitations", _find_invitations, _erase_invitations, title=_("Invitations"))
    register_eraser("colleague requests", _find_requests, _erase_requests, title=_("Requests to join"))
    register_eraser("contact", _find_contact, _erase_contact, title=_("Contact details"))
    register_eraser("login", _find_login, _erase_login, title=_("Sign-in"))


def _erase_search(person: Person) -> int:
    """The index holds copies of texts, and words that somebody typed. A word alone names nobody; the names of one who is forgotten
    go all the same. What a text means is read anew."""
    naming = [rows_naming(person, Passage.objects.all(), name).values("pk") for name in ("title", "heading", "text")]
    for passages in naming:
        Meaning.objects.filter(passage__in=passages).update(vector=None, reading=None)
    erased = forget_in(person, Passage.objects.all(), "title", "heading", "text")
    erased += forget_in(person, Document.objects.all(), "title", "file_name")
    missed, _by_model = rows_naming(person, MissedSearch.objects.all(), "text").delete()
    Word.objects.filter(word__in=[part.lower() for name in person.names for part in name.split()]).delete()
    return erased + missed


# --- The person's own rows --------------------------------------------------------------------------------------------


def _find_contact(person: Person) -> Iterator[dict]:
    for contact in person.contacts:
        own = {name: getattr(contact, name) for name in _COLUMNS}
        yield {"partner": contact.partner.name, **own, "functions": ", ".join(contact.functions), "since": contact.created_at}


def _find_mails(person: Person) -> Iterator[dict]:
    for mail in with_address(person, SentMail.objects.order_by("-at"), "address").iterator(chunk_size=500):
        yield {"mail": mail.kind, "to": mail.address, "at": mail.at, "state": mail.get_state_display()}


def _erase_mails(person: Person) -> int:
    return with_address(person, SentMail.objects.all(), "address").update(address="", reason="")


def _erase_contact(person: Person) -> int:
    blank = dict.fromkeys(_COLUMNS, "") | {"name": ERASED}
    contacts = Contact.objects.filter(pk__in=person.contact_ids)
    if contacts.filter(left_on=None).update(left_on=timezone.localdate()):
        refresh_profiles(contacts.values_list("partner_id", flat=True))
    changed = contacts.update(**blank, user=None, is_partner_admin=False)
    # The history that the database keeps of each row goes the same way, together with what this very change has left there.
    history = apps.get_model("partners", "ContactEvent").objects.filter(pgh_obj_id__in=person.contact_ids)
    return changed + history.update(**blank)


def _find_login(person: Person) -> Iterator[dict]:
    for user in person.users:
        yield {"email": user.email, "name": user.name, "joined": user.date_joined, "last_seen": user.last_seen_at}


def _erase_login(person: Person) -> int:
    ids = [user.pk for user in person.users]
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user__in=ids).delete()
    ApiToken.objects.filter(owner__in=ids, revoked_at=None).update(revoked_at=timezone.now())
    gone = Concat(Value("erased-"), Cast("public_id", TextField()), Value("@erased.invalid"), output_field=TextField())
    users = apps.get_model("accounts", "User").objects.filter(pk__in=ids)
    return users.update(email=gone, name="", password="!", is_active=False, language="en", time_zone="UTC", last_seen_at=None)  # noqa: S106


def _find_invitations(person: Person) -> Iterator[dict]:
    for row in Invitation.objects.filter(contact__in=person.contact_ids):
        yield {"email": row.email, "sent": row.sent_at, "accepted": row.accepted_at}


def _erase_invitations(person: Person) -> int:
    rows = Invitation.objects.filter(contact__in=person.contact_ids)
    rows.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    return rows.update(email="")


def _requests(person: Person):
    return ColleagueRequest.objects.filter(Q(contact__in=person.contact_ids) | Q(email__in=person.addresses))


def _find_requests(person: Person) -> Iterator[dict]:
    for row in _requests(person):
        yield {"name": row.name, "email": row.email, "asked": row.asked_at, "state": row.get_state_display(), "reason": row.reason}


def _erase_requests(person: Person) -> int:
    return _requests(person).delete()[0] + forget_in(person, ColleagueRequest.objects.all(), "name", "reason")


def _find_consents(person: Person) -> Iterator[dict]:
    for row in Consent.objects.filter(contact__in=person.contact_ids).select_related(
        "purpose", "recorded_by", "withdrawal_recorded_by"
    ):
        yield {
            "purpose": row.purpose.name, "given": row.given_at, "how": row.origin or row.how, "withdrawn": row.withdrawn_at,
            "withdrawn_how": row.withdrawal_origin or row.withdrawn_how,
        }  # fmt: skip


def _erase_consents(person: Person) -> int:
    return forget_in(person, Consent.objects.filter(contact__in=person.contact_ids), "note", "withdrawal_note")


def _find_copies(person: Person) -> Iterator[dict]:
    for row in DataCopy.objects.filter(contact__in=person.contact_ids):
        yield {"asked": row.asked_at, "state": row.get_state_display(), "settled": row.ready_at}


def _erase_copies(person: Person) -> int:
    return delete_copies(DataCopy.objects.filter(contact__in=person.contact_ids))


# --- Texts that name the person ----------------------------------------------------------------------------------------


def _activity(person: Person):
    return Activity.objects.filter(
        Q(partner_id__in=person.partner_ids) | Q(partner_id=None) | Q(actor__in=[user.pk for user in person.users])
    )


def _find_activity(person: Person) -> Iterator[dict]:
    own = Activity.objects.filter(actor__in=[user.pk for user in person.users])
    for row in own.order_by("-pk")[:5000]:
        yield {"when": row.occurred_at, "what": row.sentence}


def _erase_activity(person: Person) -> int:
    about = {"subject_type": Contact._meta.label_lower, "subject_id__in": person.contact_ids}
    Activity.objects.filter(**about).update(data={})  # which values were changed into which
    return forget_in(person, _activity(person), "sentence", "data")


def _tasks(person: Person):
    return Task.objects.filter(Q(partner_id__in=person.partner_ids) | Q(partner_id=None))


def _find_tasks(person: Person) -> Iterator[dict]:
    shared = rows_naming(person, Task.objects.filter(partner_id__in=person.partner_ids, is_shared=True), "title", "detail")
    for row in shared:
        yield {"task": row.title, "due": row.due_on, "state": row.get_state_display()}


def _erase_tasks(person: Person) -> int:
    return forget_in(person, _tasks(person), "title", "detail", "source_label")


def _proofs(person: Person, model):
    return model.ledger.filter(partner__in=person.partner_ids)


def _find_proofs(person: Person) -> Iterator[dict]:
    for row in PartnerCertification.objects.filter(contact__in=person.contact_ids).select_related("certification"):
        yield {"certificate": str(row), "issued": row.issued_on, "expires": row.expires_on, "source": row.source}


def _erase_proofs(person: Person) -> int:
    texts = {Site: ("name", "capacity"), PartnerAgreement: ("title",)}
    return sum(forget_in(person, _proofs(person, model), "source", "evidence", *texts.get(model, ())) for model in _PROVEN)


def _find_evidence(person: Person) -> Iterator[dict]:
    for row in Evidence.objects.filter(uploaded_by__in=[user.pk for user in person.users]):
        yield {"file": row.name, "type": row.media_type, "bytes": row.size, "uploaded": row.uploaded_at}


def _erase_evidence(person: Person) -> int:
    """Files that prove something about the person go; of others the name goes where it is the person's."""
    changed = 0
    about = PartnerCertification.ledger.filter(contact__in=person.contact_ids).exclude(evidence_file=None)
    for row in Evidence.objects.filter(pk__in=about.values("evidence_file")):
        row.file.delete(save=False)
        row.file, row.name, row.size, row.sha256 = "", ERASED, 0, ""
        row.save()
        changed += 1
    files = Evidence.objects.filter(partner__in=person.partner_ids).exclude(file="")
    for row in rows_naming(person, files, "file"):
        changed += _rename(row)
    return changed + forget_in(person, Evidence.objects.filter(partner__in=person.partner_ids), "name")


def _rename(row: Evidence) -> int:
    old, storage = row.file.name, row.file.storage
    if storage.exists(old):
        with storage.open(old) as content:
            row.file.save(f"{row.public_id}", content, save=False)
        storage.delete(old)
    else:
        row.file = ""
    row.save(update_fields=["file"])
    return 1


def _erase_partner_texts(person: Person) -> int:
    partners = Partner.objects.filter(pk__in=person.partner_ids)
    history = apps.get_model("partners", "PartnerEvent").objects.filter(pgh_obj_id__in=person.partner_ids)
    # First the row, whose change is another line of its history.
    return sum(forget_in(person, rows, "description") for rows in (partners, history)) + forget_in(
        person, SavedView.objects.all(), "name", "query"
    )


def _erase_saved_answers(person: Person) -> int:
    """What the API said once is kept for a retry; with the person in it, it is not worth keeping."""
    return rows_naming(person, IdempotentAnswer.objects.all(), "body").delete()[0]
