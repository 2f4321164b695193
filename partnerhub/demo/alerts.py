"""What is looked for in each world, what was found, and how useful it was."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from communications.actions.alerts import close_alert, create_alert_rule, judge_alert, look_for_alerts
from communications.models import Alert
from partnerhub.demo import carmaker, vendor
from partnerhub.demo.sending import Desk

NOTICE = "Dear {{ contact.first_name }},\n\na certificate of {{ partner.name }} runs out soon. Book the exam in time."
RENEW = "Dear {{ contact.first_name }},\n\na certificate of {{ partner.name }} runs out soon. Send us the new one before that day."
# Programme, name, cause, owner, settings.
RULES = (
    (vendor.PROGRAMME.key, "Certificates run out", "certificates", "manager",
     {"days": 60, "drafts_notice": True, "notice_title": "Your certificate runs out soon", "notice_body": NOTICE}),
    (vendor.PROGRAMME.key, "Nothing heard for two months", "silence", "manager", {"days": 60}),
    (vendor.PROGRAMME.key, "Licence revenue falls", "falling", "manager", {"parameter": "license_revenue", "percent": 25}),
    (vendor.PROGRAMME.key, "Agreements run out", "agreements", "manager", {"days": 30}),
    (vendor.PROGRAMME.key, "What we know gets old", "facts", "manager", {"days": 7}),
    (carmaker.PROGRAMME.key, "Certificates of suppliers run out", "certificates", "pavel",
     {"days": 90, "drafts_notice": True, "notice_title": "Send us your new certificate", "notice_body": RENEW}),
    (carmaker.PROGRAMME.key, "No word from a supplier", "silence", "pavel", {"days": 60}),
    (carmaker.PROGRAMME.key, "Deliveries come later", "falling", "pavel", {"parameter": "on_time_delivery", "percent": 1}),
    (carmaker.PROGRAMME.key, "Agreements with suppliers run out", "agreements", "pavel", {"days": 30}),
    (carmaker.PROGRAMME.key, "Values to be confirmed", "facts", "pavel", {"days": 14}),
)  # fmt: skip


def watch_partners(desk: Desk, managers: dict[str, User]) -> None:
    for key, name, cause, owner, settings in RULES:
        create_alert_rule(by=managers[owner], name=name, cause=cause, programme=desk.worlds[key].programme, **settings)
    look_for_alerts()
    for programme in (vendor.PROGRAMME.key, carmaker.PROGRAMME.key):
        _judge(Alert.objects.filter(rule__programme__key=programme), managers["manager"])
    Alert.objects.update(opened_at=timezone.now() - timedelta(hours=3))


def _judge(alerts: QuerySet[Alert], by: User) -> None:
    """A certificate that was renewed in time, and a false alarm where there is another."""
    useful = alerts.filter(rule__cause="certificates").order_by("pk").first()
    other = alerts.exclude(rule__cause__in=["certificates", "agreements"]).order_by("pk").first()
    if useful:
        judge_alert(useful, by=by, is_useful=True)
        close_alert(useful, by=by)
    if other:
        judge_alert(other, by=by, is_useful=False)
