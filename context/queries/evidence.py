"""Who may see a file: whoever sees something that it proves."""

from context.models import ROWS, DataPoint, Fact, Verdict
from partners.models import Evidence
from partners.visibility import FOR_PARTNER_ADMINS


def sees_what_it_proves(evidence: Evidence, user) -> bool:
    seen = DataPoint.objects.seen_by(user)
    if not (user.is_staff or evidence.partner.contacts.current().filter(user=user, is_partner_admin=True).exists()):
        seen = seen.exclude(key__in=FOR_PARTNER_ADMINS)
    if Fact.objects.filter(evidence_file=evidence, data_point__in=seen).exists():
        return True
    if Verdict.objects.filter(evidence_file=evidence, fact__data_point__in=seen).exists():
        return True
    kinds = set(seen.filter(key__in=ROWS).values_list("key", flat=True))
    if Verdict.objects.filter(evidence_file=evidence, row_kind__in=kinds).exists():
        return True
    if any(ROWS[kind].ledger.filter(evidence_file=evidence).exists() for kind in kinds):
        return True
    return user.is_staff and not _proves_anything(evidence)


def _proves_anything(evidence: Evidence) -> bool:
    """A file that nothing names yet is the managers'."""
    is_named = Fact.objects.filter(evidence_file=evidence).exists() or Verdict.objects.filter(evidence_file=evidence).exists()
    return is_named or any(model.ledger.filter(evidence_file=evidence).exists() for model in ROWS.values())
