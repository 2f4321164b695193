"""What is looked for in each world, what was found, and how useful it was."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from communications.actions.alerts import close_alert, create_alert_rule, judge_alert, look_for_alerts
from communications.models import Alert
from partnerhub.demo import carmaker, vendor
from partnerhub.demo.sending import Desk

NOTICE = "Dear {{ contact.first_name }},\n\na certificate of {{ partner.name }} runs out soon. Book the exam in time."
# Programme, name, cause, owner, settings.
RULES = (
    (vendor.PROGRAMME.key, "Certificates run out", "certificates", "manager",
     {"days": 60, "drafts_notice": True, "notice_title": "Your certificate runs out soon", "notice_body": NOTICE}),
    (vendor.PROGRAMME.key, "Nothing heard for two months", "silence", "manager", {"days": 60}),
    (vendor.PROGRAMME.key, "Licence revenue falls", "falling", "manager", {"parameter": "license_revenue", "percent": 25}),
    (carmaker.PROGRAMME.key, "Certificates of suppliers run out", "certificates", "pavel", {"days": 90}),
    (carmaker.PROGRAMME.key, "Agreements with suppliers run out", "agreements", "pavel", {"days": 30}),
    (carmaker.PROGRAMME.key, "Values to be confirmed", "facts", "pavel", {"days": 14}),
)  # fmt: skip


def watch_partners(desk: Desk, managers: dict[str, User]) -> None:
    for key, name, cause, owner, settings in RULES:
        create_alert_rule(by=managers[owner], name=name, cause=cause, programme=desk.worlds[key].programme, **settings)
    look_for_alerts()
    found = list(Alert.objects.filter(rule__cause="certificates").order_by("pk")[:3])
    for alert in found[:2]:
        judge_alert(alert, by=managers["manager"], is_useful=True)
    if found:
        close_alert(found[0], by=managers["manager"])
    silent = Alert.objects.filter(rule__cause="silence").order_by("pk").first()
    if silent:
        judge_alert(silent, by=managers["manager"], is_useful=False)
    Alert.objects.update(opened_at=timezone.now() - timedelta(hours=3))
