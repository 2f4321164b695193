"""Two contacts that turn out to be one person: what they took and hold is that person's. What names a partner follows by itself."""

from django.db.models import Exists, OuterRef

from enablement.models import Certificate, NamedOnBoards, Participation, RenewalNotice
from partners.actions.journal import Journal
from partners.merging import register_same_person
from partners.models import Contact


def register() -> None:
    register_same_person(give_learning_to, Certificate, NamedOnBoards, Participation, RenewalNotice)


def give_learning_to(journal: Journal, stays: Contact, goes: Contact) -> None:
    """Where both are on a course, the participation of the one who stays counts; certificates are all theirs."""
    open_rows = Participation.objects.open()
    own = open_rows.filter(contact=stays).values("course")
    journal.set(Certificate.objects.filter(contact=goes), contact_id=stays.pk)
    theirs = Participation.objects.filter(contact=goes)
    doubled = open_rows.filter(contact=goes, course__in=own).values("pk")
    if not NamedOnBoards.objects.filter(contact=stays).exists():
        journal.set(NamedOnBoards.objects.filter(contact=goes), contact_id=stays.pk)
    journal.set(theirs.exclude(pk__in=doubled), contact_id=stays.pk)
    told = RenewalNotice.objects.filter(contact=stays, certificate=OuterRef("certificate"), days=OuterRef("days"))
    journal.set(RenewalNotice.objects.filter(~Exists(told), contact=goes), contact_id=stays.pk)
