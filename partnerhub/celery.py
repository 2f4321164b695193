"""The Celery app and the one timetable. Beat only kicks: a kick lost or doubled changes nothing."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging, worker_init

from partnerhub.garbage import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnerhub.settings")

app = Celery("partnerhub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.worker_consumer = "partnerhub.consumer:Consumer"


@setup_logging.connect
def _log_as_django_does(**_about) -> None:
    """With anyone listening here Celery leaves logging alone, so LOG_LEVEL and LOG_FORMAT hold for workers and beat, too."""


@worker_init.connect
def _before_the_first_task(**_about) -> None:
    keep_what_is_loaded()


# What may take long, or waits for others, is done by the clerk: a large import never holds a message back.
LONG = "long"
app.conf.task_routes = {
    name: {"queue": LONG}
    for name in (
        "context.*",
        "enablement.*",
        "partners.*",
        "portal.*",
        "search.*",
        "collaboration.extend_series",
        "collaboration.fetch_replies",
        "communications.check_due_links",
        "communications.fetch_bounces",
        "communications.keep_cadences",
        "communications.let_into_journeys",
        "communications.let_out_of_journeys",
        "communications.look_for_alerts",
    )
}

# A kick that waited too long is dropped, so that a stopped worker finds no heap of them. Those that come often wait ten seconds
# alike: on a machine that is too busy for all of them none is dropped for the sake of the others.
app.conf.beat_schedule = {
    "release due announcements": {"task": "communications.release_due", "schedule": 1.0, "options": {"expires": 10}},
    "hand out delivery chunks": {"task": "communications.hand_out_chunks", "schedule": 1.0, "options": {"expires": 10}},
    "read the tracking stream": {"task": "communications.read_hits", "schedule": 1.0, "options": {"expires": 10}},
    "add who joined later": {"task": "communications.top_up_open", "schedule": 60.0, "options": {"expires": 60}},
    "let partners into journeys": {"task": "communications.let_into_journeys", "schedule": 60.0, "options": {"expires": 60}},
    "move journeys on": {"task": "communications.move_journeys_on", "schedule": 5.0, "options": {"expires": 10}},
    "let partners out of journeys": {"task": "communications.let_out_of_journeys", "schedule": 900.0, "options": {"expires": 600}},
    "decide between variants": {"task": "communications.decide_due_tests", "schedule": 15.0, "options": {"expires": 10}},
    "follow links that were asked for": {"task": "communications.check_due_links", "schedule": 2.0, "options": {"expires": 10}},
    "settle what a crash left": {"task": "communications.settle_abandoned", "schedule": 10.0, "options": {"expires": 10}},
    "hold counters against rows": {"task": "communications.check_counters", "schedule": 60.0, "options": {"expires": 60}},
    "fetch what came back": {"task": "communications.fetch_bounces", "schedule": 60.0, "options": {"expires": 60}},
    "climb the ladders of crises": {"task": "communications.climb_ladders", "schedule": 2.0, "options": {"expires": 10}},
    "call our side in a crisis": {"task": "communications.send_crisis_calls", "schedule": 2.0, "options": {"expires": 10}},
    "mail what managers wrote": {"task": "communications.mail_conversations", "schedule": 10.0, "options": {"expires": 10}},
    "keep promises of cadence": {"task": "communications.keep_cadences", "schedule": 900.0, "options": {"expires": 600}},
    "look for alerts": {"task": "communications.look_for_alerts", "schedule": 900.0, "options": {"expires": 600}},
    "mail who follows discussions": {"task": "communications.mail_followers", "schedule": 60.0, "options": {"expires": 60}},
    "mail who follows ideas": {"task": "enablement.mail_idea_followers", "schedule": 60.0, "options": {"expires": 60}},
    "mail who is in drafting rooms": {"task": "enablement.mail_room_members", "schedule": 60.0, "options": {"expires": 60}},
    "mail whose certificates run out": {"task": "enablement.mail_renewals", "schedule": 60.0, "options": {"expires": 60}},
    "look for late ideas": {"task": "enablement.look_for_late_ideas", "schedule": 900.0, "options": {"expires": 600}},
    "ask for opinions": {"task": "communications.mail_opinion_surveys", "schedule": 30.0, "options": {"expires": 30}},
    "close surveys that are due": {
        "task": "communications.close_due_opinion_surveys",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "look for alarms": {"task": "communications.look_for_alarms", "schedule": 15.0, "options": {"expires": 10}},
    "send mails about meetings": {"task": "collaboration.send_mails", "schedule": 5.0, "options": {"expires": 10}},
    "invite and remind": {"task": "collaboration.keep_meetings", "schedule": 60.0, "options": {"expires": 60}},
    "fetch answers to invitations": {"task": "collaboration.fetch_replies", "schedule": 60.0, "options": {"expires": 60}},
    "write series of meetings ahead": {"task": "collaboration.extend_series", "schedule": crontab(hour=3, minute=10)},
    "count attempts whose time is over": {
        "task": "enablement.finish_overdue_attempts",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "ask to renew certificates": {"task": "enablement.ask_to_renew", "schedule": crontab(hour=4, minute=20)},
    "read what texts mean": {"task": "search.embed_waiting", "schedule": 3.0, "options": {"expires": 10}},
    "read files of the library": {"task": "enablement.prepare_files", "schedule": 3.0, "options": {"expires": 10}},
    "take imports up again": {"task": "context.resume_imports", "schedule": 30.0, "options": {"expires": 30}},
    "follow changes to tiers": {"task": "context.evaluate_changed_tiers", "schedule": 60.0, "options": {"expires": 60}},
    "let newer claims take over": {"task": "context.keep_house", "schedule": 3600.0, "options": {"expires": 600}},
    "run retention rules": {"task": "partners.run_retention_rules", "schedule": crontab(hour=2, minute=40)},
    "take erasures up again": {"task": "partners.resume_erasures", "schedule": 60.0, "options": {"expires": 60}},
    "take copies up again": {"task": "portal.resume_copies", "schedule": 60.0, "options": {"expires": 60}},
    "ask owners for what was not answered": {"task": "portal.ask_owners", "schedule": 3600.0, "options": {"expires": 600}},
    "forget old copies": {"task": "partners.forget_old_copies", "schedule": 3600.0, "options": {"expires": 600}},
    "find duplicates": {"task": "partners.find_duplicates", "schedule": 3600.0, "options": {"expires": 600}},
    "mail who asks to join": {
        "task": "partners.work_off_colleague_requests",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "remind of what is to be acknowledged": {
        "task": "communications.send_reading_reminders",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "hand portfolios over": {"task": "partners.do_due_handovers", "schedule": 300.0, "options": {"expires": 300}},
    "send daily summaries": {"task": "partners.send_due_summaries", "schedule": 300.0, "options": {"expires": 300}},
    "note what the portal saw": {"task": "context.record_what_was_seen", "schedule": 3600.0, "options": {"expires": 600}},
    "send digests": {"task": "communications.send_digests", "schedule": 30.0, "options": {"expires": 30}},
    "remind of what is to be confirmed": {"task": "communications.send_reminders", "schedule": 3600.0, "options": {"expires": 600}},
    "send webhooks": {"task": "activity.send_webhooks", "schedule": 1.0, "options": {"expires": 10}},
    "try failing webhooks": {"task": "activity.send_failing_webhooks", "schedule": 5.0, "options": {"expires": 10}},
    "heartbeat": {"task": "partnerhub.heartbeat", "schedule": 5.0, "options": {"expires": 10}},
    "heartbeat of the clerk": {
        "task": "partnerhub.heartbeat",
        "schedule": 5.0,
        "kwargs": {"part": "clerk"},
        "options": {"expires": 10, "queue": LONG},
    },
}
