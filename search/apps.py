from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from activity.kinds import register_kind
        from search.doors import Door, register_door
        from search.queries.missed_searches import make_synonym

        register_kind("knowledge", "synonym")
        register_door(Door(_("Make a synonym"), make_synonym, "search.add_synonym"))
