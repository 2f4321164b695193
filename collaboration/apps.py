from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationConfig(AppConfig):
    name = "collaboration"
    verbose_name = _("Collaboration")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from activity.places import Place, register_place
        from collaboration.actions import forgetting, indexing, meeting_mails, merges
        from collaboration.queries import contact_kinds, happenings, meetings_on_calendar, segment_uses, signs_of_life
        from collaboration.queries.meeting_needs import meeting_needs
        from collaboration.queries.partner_panels import meetings_panel
        from partners.panels import register_needs, register_panel

        forgetting.register()
        merges.register()
        meeting_mails.register()
        happenings.register()
        contact_kinds.register()
        segment_uses.register()
        signs_of_life.register()
        meetings_on_calendar.register()
        indexing.register()
        register_kind("communication", "meeting")
        register_place(Place("meetings", _("Meetings"), "calendar-days", "collaboration:meetings", order=70, key="t"))
        register_needs(meeting_needs)
        register_panel(
            "communication", "admin/collaboration/meetings_panel.html", meetings_panel, permission="collaboration.view_meeting",
            order=60,
        )  # fmt: skip
