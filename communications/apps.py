from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

HAPPENINGS = (
    "sending",
    "announcement",
    "delivery",
    "question",
    "conversation",
    "answer_policy",
    "preference",
    "address",
    "digest",
    "attention_policy",
    "pixel_policy",
    "template",
    "jargon",
    "objective",
    "cadence",
    "alert",
    "alert_rule",
    "newsletter",
    "theme",
    "holiday",
    "calendar_feed",
    "journey",
    "crisis",
    "crisis_protocol",
    "statement",
    "discussion",
    "forum",
    "known_answer",
    "opinion",
    "opinion_policy",
)  # what `activity` files under communication


class CommunicationsConfig(AppConfig):
    name = "communications"
    verbose_name = _("Communications")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from activity.places import Place, register_place
        from communications.actions import (
            forgetting,
            forgetting_talk,
            handovers,
            known_answers,
            leaving,
            merges,
            notice_kinds,
            reading_reminders,
        )
        from communications.actions.vocabulary import install_vocabulary
        from communications.queries import (
            alerts,
            announcement_texts,
            cadences_on_calendar,
            crisis_people,
            happenings,
            journey_holdouts,
            journey_uses,
            metric_uses,
            opinions_in_rules,
            partner_panels,
            reviews_on_calendar,
            search_sources,
            segment_uses,
            told_values,
            unread,
        )
        from partners.queries.tasks import register_source_page

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="communications.install_vocabulary")
        register_kind("communication", *HAPPENINGS)
        for part in (
            forgetting, forgetting_talk, handovers, known_answers, leaving, merges, notice_kinds, reading_reminders,
            opinions_in_rules, happenings, journey_uses, metric_uses,
            journey_holdouts, crisis_people, reviews_on_calendar, cadences_on_calendar, announcement_texts, told_values,
            segment_uses, alerts, partner_panels, search_sources,
        ):  # fmt: skip
            part.register()
        announcements, conversations = "communications:announcements", "communications:conversations"
        register_place(Place("news", _("News"), "megaphone", announcements, order=20, key="n", waiting=unread.unread_count))
        register_place(Place("messages", _("Messages"), "chat-bubble-left-right", conversations, order=50, key="m"))
        for noun in ("alert", "cadence", "newsletter"):
            register_source_page(f"communications.{noun}", f"admin:communications_{noun}_of_task")
