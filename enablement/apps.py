"""What the library, the courses, the ideas and the rooms tell the apps below; each noun in a function of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

HAPPENINGS = ("idea", "idea_policy", "room")  # what `activity` files under communication


class EnablementConfig(AppConfig):
    name = "enablement"
    verbose_name = _("Enablement")

    def ready(self) -> None:
        _register_library()
        _register_courses()
        _register_ideas()
        _register_rooms()


def _register_library() -> None:
    from activity.kinds import register_kind
    from activity.places import Place, register_place
    from enablement.actions import answer_pages, download_merges, forgetting, indexing
    from enablement.queries import held_versions, resource_uses, review_queue

    for part in (answer_pages, download_merges, forgetting, indexing, held_versions, resource_uses, review_queue):
        part.register()
    register_kind("communication", "resource", "collection")
    register_place(Place("library", _("Library"), "book-open", "enablement:library", order=30, key="l"))


def _register_courses() -> None:
    from activity.kinds import register_kind
    from activity.places import Place, register_place
    from enablement.actions import forgetting_learners, indexing_courses, merging_learners, renewal_mails
    from enablement.queries import course_needs, happenings, journey_courses, segment_uses
    from enablement.queries.course_panels import learning_panel
    from partners.panels import register_panel

    for part in (
        forgetting_learners, indexing_courses, merging_learners, renewal_mails, course_needs, happenings, journey_courses,
        segment_uses,
    ):  # fmt: skip
        part.register()
    register_kind("knowledge", "course", "certificate", "path")
    register_panel("people", "admin/enablement/learning_panel.html", learning_panel, permission="enablement.view_course", order=60)
    register_place(Place("learning", _("Learning"), "academic-cap", "enablement:learning", order=40, key="e"))


def _register_ideas() -> None:
    from activity.kinds import register_kind
    from activity.places import Place, register_place
    from enablement.actions import forgetting_ideas, idea_mails, indexing_ideas, merging_ideas, retention_ideas
    from enablement.queries import idea_uses
    from enablement.queries.idea_needs import idea_needs
    from partners.panels import register_needs
    from partners.queries.tasks import register_source_page

    for part in (forgetting_ideas, idea_mails, indexing_ideas, merging_ideas, retention_ideas, idea_uses):
        part.register()
    register_kind("communication", *HAPPENINGS)
    register_needs(idea_needs)
    register_source_page("enablement.idea", "admin:enablement_idea_of_task")
    register_place(Place("ideas", _("Ideas"), "light-bulb", "enablement:ideas", order=55, key="i"))


def _register_rooms() -> None:
    from enablement.actions import forgetting_mails, forgetting_rooms, merging_rooms, room_mails
    from enablement.queries import draft_needs
    from enablement.queries.partner_panels import rooms_panel
    from enablement.queries.room_needs import room_needs
    from partners.panels import register_needs, register_panel

    for part in (forgetting_mails, forgetting_rooms, merging_rooms, room_mails, draft_needs):
        part.register()
    register_needs(room_needs)
    register_panel("communication", "admin/enablement/rooms_panel.html", rooms_panel, permission="enablement.view_room", order=65)
