"""How partners stand to each other: a subsidiary to its parent, a sub-reseller to its distributor."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Refused
from partners.actions.checks import check_choice
from partners.models import Partner, PartnerRelation


@transaction.atomic
def relate_partners(partner: Partner, kind: str, other: Partner, *, by, starts_on: date | None = None) -> PartnerRelation:
    kind = check_choice(kind, PartnerRelation.Kind, "kind")
    if partner.pk == other.pk:
        raise Refused(_("A partner cannot be related to itself."))
    if PartnerRelation.objects.filter(partner=partner, kind=kind, other=other, ends_on=None).exists():
        raise Refused(_("This relation is already on record."))
    if PartnerRelation.objects.filter(partner=other, kind=kind, other=partner, ends_on=None).exists():
        raise Refused(_("The opposite is on record; end that relation first."))
    relation = PartnerRelation.objects.create(partner=partner, kind=kind, other=other, starts_on=starts_on)
    record_activity("relation.created", relation, by=by, partner_id=partner.pk, subject=relation)
    return relation


@transaction.atomic
def end_relation(relation: PartnerRelation, *, by, ends_on: date | None = None) -> PartnerRelation:
    if relation.ends_on:
        raise Refused(_("This relation already ended on %(day)s.") % {"day": relation.ends_on})
    relation.ends_on = ends_on or timezone.localdate()
    relation.save(update_fields=["ends_on"])
    sentence = _("No longer: %(relation)s") % {"relation": relation}
    record_activity("relation.ended", sentence, by=by, partner_id=relation.partner_id, subject=relation)
    return relation
