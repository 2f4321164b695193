"""The Celery app and the one timetable. Beat only kicks: a kick lost or doubled changes nothing."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")

app = Celery("partnerhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_django_does(**_about) -> None:
    """With anyone listening here Celery leaves logging alone, so LOG_LEVEL and LOG_FORMAT hold for workers and beat, too."""


# A kick that waited longer than it is due again is dropped, so that a stopped worker finds no heap of them.
app.conf.beat_schedule = {
    "release due announcements": {"task": "communications.release_due", "schedule": 1.0, "options": {"expires": 5}},
    "hand out delivery chunks": {"task": "communications.hand_out_chunks", "schedule": 1.0, "options": {"expires": 5}},
    "read the tracking stream": {"task": "communications.read_hits", "schedule": 1.0, "options": {"expires": 5}},
    "add who joined later": {"task": "communications.top_up_open", "schedule": 60.0, "options": {"expires": 60}},
    "decide between variants": {"task": "communications.decide_due_tests", "schedule": 15.0, "options": {"expires": 15}},
    "follow links that were asked for": {"task": "communications.check_due_links", "schedule": 2.0, "options": {"expires": 5}},
    "settle what a crash left": {"task": "communications.settle_abandoned", "schedule": 10.0, "options": {"expires": 20}},
    "hold counters against rows": {"task": "communications.check_counters", "schedule": 60.0, "options": {"expires": 60}},
    "fetch what came back": {"task": "communications.fetch_bounces", "schedule": 60.0, "options": {"expires": 60}},
    "mail what managers wrote": {"task": "communications.mail_conversations", "schedule": 10.0, "options": {"expires": 20}},
    "look for alarms": {"task": "communications.look_for_alarms", "schedule": 15.0, "options": {"expires": 15}},
    "send mails about meetings": {"task": "collaboration.send_mails", "schedule": 5.0, "options": {"expires": 10}},
    "invite and remind": {"task": "collaboration.keep_meetings", "schedule": 60.0, "options": {"expires": 60}},
    "fetch answers to invitations": {"task": "collaboration.fetch_replies", "schedule": 60.0, "options": {"expires": 60}},
    "write series of meetings ahead": {"task": "collaboration.extend_series", "schedule": crontab(hour=3, minute=10)},
    "take imports up again": {"task": "context.resume_imports", "schedule": 30.0, "options": {"expires": 30}},
    "follow changes to tiers": {"task": "context.evaluate_changed_tiers", "schedule": 60.0, "options": {"expires": 60}},
    "let newer claims take over": {"task": "context.keep_house", "schedule": 3600.0, "options": {"expires": 600}},
    "run retention rules": {"task": "partners.run_retention_rules", "schedule": crontab(hour=2, minute=40)},
    "take erasures up again": {"task": "partners.resume_erasures", "schedule": 60.0, "options": {"expires": 60}},
    "take copies up again": {"task": "portal.resume_copies", "schedule": 60.0, "options": {"expires": 60}},
    "forget old copies": {"task": "partners.forget_old_copies", "schedule": 3600.0, "options": {"expires": 600}},
    "hand portfolios over": {"task": "partners.do_due_handovers", "schedule": 300.0, "options": {"expires": 300}},
    "send daily summaries": {"task": "partners.send_due_summaries", "schedule": 300.0, "options": {"expires": 300}},
    "note what the portal saw": {"task": "context.record_what_was_seen", "schedule": 3600.0, "options": {"expires": 600}},
    "send digests": {"task": "communications.send_digests", "schedule": 30.0, "options": {"expires": 30}},
    "remind of what is to be confirmed": {"task": "communications.send_reminders", "schedule": 3600.0, "options": {"expires": 600}},
    "send webhooks": {"task": "activity.send_webhooks", "schedule": 1.0, "kwargs": {"failing": False}, "options": {"expires": 5}},
    "try failing webhooks": {
        "task": "activity.send_webhooks",
        "schedule": 5.0,
        "kwargs": {"failing": True},
        "options": {"expires": 5},
    },
    "heartbeat": {"task": "partnerhub.heartbeat", "schedule": 5.0, "options": {"expires": 10}},
}
