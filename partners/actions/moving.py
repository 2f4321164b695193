"""Whose rows are whose after a merge: each table that names a partner, those with rules of their own first. A split shares
what holds for both."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from activity.models import Access, Activity, Task, WebhookEndpoint
from partners.actions.journal import Journal
from partners.actions.profiles import refresh_profiles
from partners.merging import follow, movers, people_movers, tables_of_partners
from partners.models import Contact, Enrolment, Invitation, Partner, PartnerCertification, PartnerRelation, Provenance

OWN_RULES = {Contact, Enrolment, PartnerRelation}


def move_everything(journal: Journal, kept: Partner, merged: Partner, places_of_merged: set[str]) -> None:
    """`places_of_merged` are the programmes, by key, in which the merged partner's place is the one that stays."""
    move_contacts(journal, kept, merged)
    move_enrolments(journal, kept, merged, places_of_merged)
    move_relations(journal, kept, merged)
    for model, field in tables_of_partners():
        if model not in OWN_RULES:
            move_rows(journal, model, field, kept, merged)
    for model in (Activity, Task, WebhookEndpoint):
        journal.hand_over(model.objects.filter(partner_id=merged.pk), "partner_id", kept.pk)
    asked = {name: OuterRef(name) for name in ("day", "user", "way", "about")}
    same = Access.objects.filter(partner_id=kept.pk, **asked)
    journal.hand_over(Access.objects.filter(~Exists(same), partner_id=merged.pk), "partner_id", kept.pk)
    for move in movers():
        move(journal, kept, merged)


def bring_up_to_date(*partners: Partner) -> None:
    """What is derived from their rows."""
    ids = [partner.pk for partner in partners]
    refresh_profiles(ids)
    follow(ids)


def move_contacts(journal: Journal, kept: Partner, merged: Partner) -> None:
    """Who is on record at both under one address is one person: one of the two rows stays theirs, the other one leaves."""
    here = {contact.email.lower(): contact for contact in kept.contacts.exclude(email="")}
    for contact in merged.contacts.exclude(email="").order_by("pk"):
        if twin := here.get(contact.email.lower()):
            stays, goes = (contact, twin) if twin.left_on and not contact.left_on else (twin, contact)
            _become_one(journal, stays, goes)
    journal.hand_over(Contact.objects.filter(partner=merged), "partner_id", kept.pk)


def _become_one(journal: Journal, stays: Contact, goes: Contact) -> None:
    """What is known of the person follows; what was sent to the row that goes stays with it, so that every report still adds up."""
    if goes.user_id and not stays.user_id:
        journal.set(Contact.objects.filter(pk=stays.pk), user_id=goes.user_id)
    if goes.is_partner_admin and not goes.left_on:
        journal.set(Contact.objects.filter(pk=stays.pk), is_partner_admin=True)
    left_on = goes.left_on or timezone.localdate()
    journal.set(Contact.objects.filter(pk=goes.pk), email="", left_on=left_on, is_partner_admin=False)
    journal.set(Invitation.objects.filter(contact=goes, accepted_at=None, withdrawn_at=None), withdrawn_at=timezone.now())
    journal.set(PartnerCertification.ledger.filter(contact=goes), contact_id=stays.pk)
    for move in people_movers():
        move(journal, stays, goes)


def move_enrolments(journal: Journal, kept: Partner, merged: Partner, places_of_merged: set[str]) -> None:
    """In a programme where both are, one place stays and the other one ends."""
    today = timezone.localdate()
    both = Enrolment.objects.current().filter(programme__in=kept.enrolments.current().values("programme"))
    for ending in both.filter(partner=merged).select_related("programme"):
        place = ending
        if ending.programme.key in places_of_merged:
            place = kept.enrolments.current().get(programme=ending.programme)
        ends_on = max(today, place.starts_on or today)
        journal.set(Enrolment.objects.filter(pk=place.pk), status=Enrolment.Status.ENDED.value, ends_on=ends_on, is_primary=False)
    journal.set(Enrolment.objects.filter(partner=merged, is_primary=True), is_primary=False)
    journal.hand_over(Enrolment.objects.filter(partner=merged), "partner_id", kept.pk)
    keep_a_primary(journal, kept)


def keep_a_primary(journal: Journal, partner: Partner) -> None:
    """Where no place stands for the partner any more, its oldest one does."""
    if not partner.enrolments.current().filter(is_primary=True).exists():
        heir = partner.enrolments.current().order_by("pk").first()
        journal.set(Enrolment.objects.filter(pk=heir and heir.pk), is_primary=True)


def move_relations(journal: Journal, kept: Partner, merged: Partner) -> None:
    """A relation between the two means nothing once they are one, and one that both have is kept once: these stay behind."""
    for field, other in (("partner", "other"), ("other", "partner")):
        rows = PartnerRelation.objects.filter(**{field: merged}).exclude(**{other: kept})
        same = {"kind": OuterRef("kind"), other: OuterRef(f"{other}_id"), field: kept, "ends_on": None}
        doubled = rows.filter(Exists(PartnerRelation.objects.filter(**same)), ends_on=None)
        journal.hand_over(rows.exclude(pk__in=doubled.values("pk")), f"{field}_id", kept.pk)


def move_rows(journal: Journal, model: type[models.Model], field: models.ForeignKey, kept: Partner, merged: Partner) -> None:
    """Where a rule allows one such row to a partner and both have it, the merged partner's stays behind. Of typed rows both
    go into the ledger: one holds on, a verified one before a claim, and the other one is withdrawn."""
    rows = model._base_manager.filter(**{field.name: merged})
    for twins, condition in _unique_beside(model, field):
        same = model._base_manager.filter(condition, **{field.name: kept}, **{name: OuterRef(name) for name in twins})
        clashing = rows.filter(condition).filter(Exists(same))
        if issubclass(model, Provenance):
            _withdraw_weaker(journal, model, clashing, twins, kept)
        else:
            rows = rows.exclude(pk__in=list(clashing.values_list("pk", flat=True)))
    journal.hand_over(rows, field.attname, kept.pk)


def _withdraw_weaker(journal: Journal, model: type[Provenance], clashing, twins: list[str], kept: Partner) -> None:
    for row in clashing:
        same = model.objects.get(partner=kept, **{name: getattr(row, name) for name in twins})
        weaker = same if row.is_verified and not same.is_verified else row
        journal.set(model.ledger.filter(pk=weaker.pk), withdrawn_at=timezone.now())


def _unique_beside(model: type[models.Model], field: models.ForeignKey) -> list[tuple[list[str], Q]]:
    """What a row must have alone beside its partner: the other columns of each rule, and when the rule holds."""
    rules = [
        (constraint.fields, constraint.condition or Q())
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields
    ]
    rules += [(names, Q()) for names in model._meta.unique_together if field.name in names]
    if field.unique:
        rules.append(((field.name,), Q()))
    return [([name for name in names if name != field.name], condition) for names, condition in rules]
