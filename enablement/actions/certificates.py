"""Certificates: issued when a course is passed, told to the ledger as a verified certificate of the person, revoked, renewed in
time."""

import calendar
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.actions.verdicts import give_verdict
from context.models import Verdict
from enablement.models import Certificate, CourseState, Participation
from enablement.rendering.addresses import certificate_address
from partners.actions.checks import check_line
from partners.actions.typed_rows import save_typed_row, withdraw_typed_row
from partners.models import Method, PartnerCertification


def issue_certificate(participation: Participation) -> Certificate | None:
    """Inside the transaction that passes it. One that is renewed before it expires holds on from there."""
    course, contact = participation.course, participation.contact
    if course.certification is None:
        return None
    today = timezone.localdate()
    row = Certificate(
        course=course, contact=contact, participation=participation, name=contact.name, title=course.title, issued_on=today,
        expires_on=_expiry(participation, today),
    )  # fmt: skip
    row.number = f"{course.programme.key.upper()[:12]}-{today:%Y}-{str(row.public_id)[-8:].upper()}"
    row.save()
    row.typed_row = _tell_ledger(row)
    row.save(update_fields=["typed_row"])
    words = {"name": contact, "title": course}
    record_activity(
        "certificate.issued", _("%(name)s holds the certificate “%(title)s”") % words, partner_id=contact.partner_id, subject=row
    )
    return row


def months_after(day: date, months: int) -> date:
    """The same day of the month, or its last one."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _expiry(participation: Participation, today: date) -> date | None:
    months = participation.course.valid_months
    if months is None:
        return None
    held_until = participation.renews_until
    return months_after(held_until if held_until and held_until > today else today, months)


def _tell_ledger(certificate: Certificate) -> PartnerCertification:
    """A row that follows the one it renews, verified by what proves it: the certificate's own page."""
    contact, certification = certificate.contact, certificate.course.certification
    held = PartnerCertification.objects.filter(partner=contact.partner_id, contact=contact, certification=certification)
    row = held.order_by("-expires_on", "-pk").first()
    row = row or PartnerCertification(partner=contact.partner, contact=contact, certification=certification)
    row.issued_on, row.expires_on = certificate.issued_on, certificate.expires_on
    row.source = _("course “%(title)s”") % {"title": certificate.title}
    row.method, row.observed_at, row.evidence = Method.OBSERVED, timezone.now(), certificate_address(certificate)
    row.evidence_file = None
    row = save_typed_row(row, by=None)
    give_verdict(
        row,
        Verdict.Kind.VERIFIED,
        by=None,
        comment=_("Passed in the portal, certificate %(number)s") % {"number": certificate.number},
    )
    return row


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, by, reason: str) -> None:
    """It says so on its page, the badge no longer verifies as valid, and the partner's profile no longer counts it."""
    reason = reason.strip()
    if not reason or len(reason) > 300:
        raise Invalid(_("Say in up to 300 characters why it is revoked; whoever checks it reads that it is."), field="reason")
    reason = check_line(reason, "reason", longest=300)
    changed = Certificate.objects.filter(pk=certificate.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by, reason=reason
    )
    if not changed:
        raise Refused(_("It is revoked already."))
    certificate.refresh_from_db()
    row = certificate.typed_row
    if row and row.withdrawn_at is None:
        withdraw_typed_row(row, by=by)
        _count_another(certificate)
    _end_renewals(certificate)
    words = {"number": certificate.number, "reason": reason}
    record_activity(
        "certificate.revoked", _("Certificate %(number)s was revoked: %(reason)s") % words, by=by,
        partner_id=certificate.contact.partner_id, subject=certificate,
    )  # fmt: skip


def _count_another(certificate: Certificate) -> None:
    """One that is still valid, such as that which this one had renewed early, is what the profile counts from now on."""
    same = Certificate.objects.valid().filter(
        contact=certificate.contact_id, course__certification=certificate.course.certification_id
    )  # fmt: skip
    held = same.select_related("course", "contact__partner").order_by(F("expires_on").desc(nulls_first=True), "-pk").first()
    if held:
        held.typed_row = _tell_ledger(held)
        held.save(update_fields=["typed_row"])


def _end_renewals(certificate: Certificate) -> None:
    """There is nothing to renew any more. Whoever has begun may end the course, and what a person asked stays asked."""
    renewals = Participation.objects.open().filter(course=certificate.course_id, contact=certificate.contact_id)
    renewals = renewals.exclude(renews_until=None)
    renewals.filter(began_at=None, asked_by=None).delete()
    renewals.filter(asked_by=None).update(due_on=None)
    renewals.update(renews_until=None)


def ask_to_renew(today: date | None = None) -> int:
    """Whoever holds one that runs out soon finds the course on their list again, until the day it expires. Harmless to repeat."""
    today = today or timezone.localdate()
    later = Certificate.objects.filter(
        course=OuterRef("course"), contact=OuterRef("contact"), created_at__gt=OuterRef("created_at")
    )
    asked = Participation.objects.open().filter(course=OuterRef("course"), contact=OuterRef("contact"))
    due = Certificate.objects.filter(
        ~Exists(later), ~Exists(asked), revoked_at=None, expires_on__gte=today, contact__left_on=None,
        course__state=CourseState.PUBLISHED, expires_on__lte=today + F("course__renew_days") * timedelta(days=1),
    )  # fmt: skip
    rows = [
        Participation(
            course_id=row.course_id,
            contact_id=row.contact_id,
            asked_at=timezone.now(),
            due_on=row.expires_on,
            renews_until=row.expires_on,
        )
        for row in due[:1000]
    ]
    Participation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
