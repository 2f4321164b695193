"""The list of announcements, and the addresses of everything that is done with one."""

from urllib.parse import urlencode

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from communications.admin import (
    calendar,
    calendar_feeds,
    comparisons,
    composer,
    deliveries,
    exports,
    freshness,
    life,
    previews,
    reports,
    sending,
    versions,
)
from communications.admin.pages import row_link
from communications.models import Announcement, State
from communications.queries.announcement_comparison import AT_MOST

COLOURS = {
    State.SUBMITTED: "warning",
    State.APPROVED: "info",
    State.SCHEDULED: "info",
    State.SENDING: "info",
    State.PAUSED: "warning",
    State.SENT: "success",
    State.CANCELLED: "danger",
}
PAGES = {
    "add": ("add/", composer.add),
    "preview": ("preview/", previews.of_form),
    "readers": ("readers/", previews.readers_of_form),
    "checks": ("checks/", composer.checks),
    "links": ("links/", composer.links),
    "details": ("details/", composer.details),
    "translations": ("translations/", composer.translations),
    "statements": ("statements/", composer.statements),
    "compare": ("compare/", comparisons.compare),
    "freshness": ("freshness/", freshness.queue),
    "freshness_answer": ("<uuid:public_id>/freshness/<slug:verb>/", freshness.answer),
    "calendar": ("calendar/", calendar.calendar),
    "load": ("calendar/load/", calendar.load),
    "load_partners": ("calendar/load/partners/", calendar.load_partners),
    "feeds": ("calendar/feeds/", calendar_feeds.feeds),
    "feed_revoke": ("calendar/feeds/<uuid:public_id>/revoke/", calendar_feeds.revoke),
    "move": ("<uuid:public_id>/move/", calendar.move),
    "sending": ("sending/", sending.sending),
    "sending_live": ("sending/live/", sending.live),
    "page": ("<uuid:public_id>/", life.announcement_page),
    "change": ("<uuid:public_id>/change/", composer.change),
    "act": ("<uuid:public_id>/act/<slug:verb>/", life.act),
    "version": ("<uuid:public_id>/versions/<int:number>/", versions.version_page),
    "version_preview": ("<uuid:public_id>/versions/<int:number>/preview/", previews.of_version),
    "version_readers": ("<uuid:public_id>/versions/<int:number>/readers/", previews.readers_of_version),
    "remarks": ("<uuid:public_id>/versions/<int:number>/remarks/", versions.add_remark),
    "remark": ("<uuid:public_id>/remarks/<uuid:comment>/<slug:verb>/", versions.move_remark),
    "report": ("<uuid:public_id>/report/", reports.report),
    "report_live": ("<uuid:public_id>/report/live/", reports.live),
    "report_people": ("<uuid:public_id>/report/people/<slug:figure>/", reports.people),
    "report_deliveries": ("<uuid:public_id>/report/deliveries/", deliveries.delivery_list),
    "settle": ("<uuid:public_id>/report/in-doubt/", deliveries.settle),
    "figures_csv": ("<uuid:public_id>/report/figures.csv", exports.figures),
    "recipients_csv": ("<uuid:public_id>/report/recipients.csv", exports.recipients),
}


@admin.register(Announcement)
class AnnouncementAdmin(NeverDeleted, QuickAdmin):
    list_display = ["announcement", "state_now", "kind", "segment", "author", "goes_out", "updated_at"]
    list_display_links = None
    list_select_related = ["segment", "author"]
    list_filter = ["state", "kind", "programme"]
    search_fields = ["title"]
    ordering = ["-updated_at", "-pk"]
    actions = ["compare"]

    def get_urls(self):
        own = [
            path(route, self.admin_site.admin_view(view), name=f"communications_announcement_{name}")
            for name, (route, view) in PAGES.items()
        ]
        # Of the theme's own pages only the list is left: the others would go round the life of an announcement.
        return own + [each for each in super().get_urls() if each.name == "communications_announcement_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.action(description=_("Compare the chosen ones"), permissions=["view"])
    def compare(self, request, queryset):
        chosen = urlencode([("id", row.public_id) for row in queryset[: AT_MOST + 1]])
        return redirect(f"{reverse('admin:communications_announcement_compare')}?{chosen}")

    @admin.display(description=_("announcement"), ordering="title")
    def announcement(self, row: Announcement) -> str:
        return row_link(reverse("admin:communications_announcement_page", args=[row.public_id]), row)

    @display(description=_("state"), ordering="state", label={str(state): colour for state, colour in COLOURS.items()})
    def state_now(self, row: Announcement) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @admin.display(description=_("goes out"), ordering="send_at")
    def goes_out(self, row: Announcement):
        return row.send_at
