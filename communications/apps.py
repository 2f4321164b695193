from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommunicationsConfig(AppConfig):
    name = "communications"
    verbose_name = _("Communications")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from communications.actions import forgetting, handovers
        from communications.actions.vocabulary import install_vocabulary
        from communications.queries import reviews_on_calendar
        from communications.queries.partner_panels import announcements_panel, conversations_panel, questions_panel
        from communications.queries.segment_uses import meant_for, rules_on_their_way, write_to_them
        from context.rule_users import register_rule_users
        from context.segment_uses import register_next_steps, register_segment_uses
        from partners.panels import register_panel

        post_migrate.connect(install_vocabulary, sender=self, dispatch_uid="communications.install_vocabulary")
        forgetting.register()
        handovers.register()
        register_kind(
            "communication",
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
            "theme",
            "holiday",
            "calendar_feed",
        )
        reviews_on_calendar.register()
        register_segment_uses(meant_for)
        register_next_steps(write_to_them)
        register_rule_users(rules_on_their_way)
        may_view = "communications.view_announcement"
        register_panel("communication", "admin/communications/announcements_panel.html", announcements_panel, permission=may_view)
        may_view = "communications.view_question"
        register_panel("work", "admin/communications/questions_panel.html", questions_panel, permission=may_view)
        may_view = "communications.view_conversation"
        register_panel("work", "admin/communications/conversations_panel.html", conversations_panel, permission=may_view)
