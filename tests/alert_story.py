"""A certificate of Alpenglow that runs out in ten days, and the rule that looks for such."""

from communications.actions.alerts import create_alert_rule, look_by_rule
from communications.models import Alert, AlertRule
from partners.models import PartnerCertification
from tests.planning_story import certify, in_days


def expiring(cast, partner=None, *, days: int = 10, contact=None, key: str = "aurora") -> PartnerCertification:
    row = certify(cast, partner or cast.alpenglow, on=in_days(-700), contact=contact, key=key)
    PartnerCertification.objects.filter(pk=row.pk).update(expires_on=in_days(days))
    row.refresh_from_db()
    return row


def rule(cast, name: str = "Certificates run out", **fields) -> AlertRule:
    return create_alert_rule(by=cast.maria, name=name, programme=cast.programme, **{"cause": "certificates", **fields})


def alerted(cast) -> Alert:
    expiring(cast, contact=cast.ben)
    look_by_rule(rule(cast))
    return Alert.objects.get()
