from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("Collaboration")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from collaboration.actions import forgetting, merges
        from collaboration.queries import happenings, meetings_on_calendar, segment_uses
        from collaboration.queries.partner_panels import meetings_panel
        from partners.panels import register_panel

        forgetting.register()
        merges.register()
        happenings.register()
        segment_uses.register()
        meetings_on_calendar.register()
        register_kind("communication", "meeting")
        register_panel(
            "communication", "admin/collaboration/meetings_panel.html", meetings_panel, permission="collaboration.view_meeting",
            order=60,
        )  # fmt: skip
