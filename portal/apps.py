from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from activity.places import Place, register_place
        from partners.queries.tasks import register_source_page
        from portal.actions import forgetting

        forgetting.register()
        register_kind("work", "knowledge_gap")
        register_source_page("portal.knowledgegap", "admin:portal_knowledgegap_change")
        register_place(Place("home", _("Home"), "home", "portal:home", order=10, key="h"))
        register_place(Place("assistant", _("Ask"), "chat-bubble-bottom-center-text", "portal:assistant", order=45, key="a"))
        register_place(Place("organisation", _("Organisation"), "building-office-2", "portal:organisation", order=80, key="o"))
        register_place(Place("people", _("People"), "users", "portal:people", order=90, key="p"))
