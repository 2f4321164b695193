"""Meetings: the list, and the page of one with its people, what became of it, and what comes next."""

from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from collaboration.admin.attendance import attendance
from collaboration.admin.doing import do_at_meeting
from collaboration.admin.pages import meeting_or_404, needs, page
from collaboration.admin.planning import edit, plan
from collaboration.attendance_hooks import hook_secret
from collaboration.forms.meetings import ActionForm, DecisionForm, MinutesForm, PersonForm
from collaboration.models import Meeting, MeetingState, Standing
from collaboration.queries.meetings import Figures, figures_of, mailed_about, outcome_of, people_of, strangers_at
from communications.admin.pages import row_link
from partners.models import Partner

PEOPLE_SHOWN = 50
COLOURS = {
    MeetingState.DRAFT: "default",
    MeetingState.INVITED: "info",
    MeetingState.HELD: "success",
    MeetingState.CANCELLED: "danger",
}


class WhenFilter(DropdownFilter):
    """What is to come, unless something else is asked for."""

    title, parameter_name = _("when"), "when"

    def lookups(self, request, model_admin):
        return [("upcoming", _("to come")), ("past", _("past")), ("all", _("all"))]

    def queryset(self, request, queryset):
        match self.value():
            case "past":
                return queryset.past()
            case "all":
                return queryset
        return queryset.upcoming()


IS_OVER = Q(ends_at__lte=Now())
# What is to come first, the next on top; then what is over, the latest on top.
NEXT_FIRST = [
    Case(When(~IS_OVER, then="starts_at")).asc(nulls_last=True),
    Case(When(IS_OVER, then="starts_at")).desc(nulls_last=True),
    "-pk",
]


@admin.register(Meeting)
class MeetingAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("Nothing is planned. A supplier meeting, a webinar or a check-in begins with “Plan a meeting”.")
    list_display = ["meeting", "begins", "kind", "whom", "host", "state_now"]
    list_display_links = None
    list_select_related = ["partner", "segment", "host"]
    list_filter = [WhenFilter, "state", "kind"]
    search_fields = ["title", "partner__name__matches"]
    ordering = NEXT_FIRST
    actions = None
    list_before_template = "admin/collaboration/meeting/head.html"

    def has_add_permission(self, request) -> bool:
        return False  # the page of its own asks what a form of the admin cannot

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("plan/", wrap(plan), name="collaboration_meeting_plan"),
            path("<uuid:public_id>/", wrap(meeting_page), name="collaboration_meeting_page"),
            path("<uuid:public_id>/edit/", wrap(edit), name="collaboration_meeting_edit"),
            path("<uuid:public_id>/attendance/", wrap(attendance), name="collaboration_meeting_attendance"),
        ]
        return own + [each for each in super().get_urls() if each.name == "collaboration_meeting_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    @admin.display(description=_("meeting"))
    def meeting(self, row: Meeting) -> str:
        return row_link(reverse("admin:collaboration_meeting_page", args=[row.public_id]), row)

    @admin.display(description=_("begins"), ordering="starts_at")
    def begins(self, row: Meeting):
        return row.starts_at

    @admin.display(description=_("for"))
    def whom(self, row: Meeting) -> str:
        return str(row.partner or row.segment)

    @display(description=_("state"), label={str(state): colour for state, colour in COLOURS.items()})
    def state_now(self, row: Meeting) -> tuple[str, str]:
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_meeting")
def meeting_page(request, public_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, meeting)
    try:
        if not request.user.has_perm("collaboration.change_meeting"):
            raise NotAllowed(_("Your role lets you read meetings, not change them."))
        done = do_at_meeting(request, meeting)
    except Refused as refusal:
        return _page(request, meeting_or_404(request, public_id), refusal=str(refusal), status=refusal.status)
    if done.said:
        messages.success(request, done.said)
    return redirect(done.address or reverse("admin:collaboration_meeting_page", args=[public_id]) + done.anchor)


def _page(request, meeting: Meeting, *, refusal: str = "", status: int = 200) -> HttpResponse:
    asked = {name: request.GET.get(name, "")[:100] for name in ("standing", "name")}
    asked["standing"] = asked["standing"] if asked["standing"] in Standing.values else ""
    people = Paginator(people_of(meeting, request.user, **asked), PEOPLE_SHOWN).get_page(request.GET.get("page"))
    has_begun = meeting.starts_at <= timezone.now()
    writes = meeting.state in (MeetingState.INVITED, MeetingState.HELD)
    outcome, figures = outcome_of(meeting), figures_of(meeting, request.user)
    return page(
        request, "meeting/page.html", meeting.title, status=status, meeting=meeting, refusal=refusal, asked=asked,
        figures=figures, mailed=mailed_about(meeting), people=people, has_begun=has_begun,
        strangers=strangers_at(meeting) if writes and has_begun else [], outcome=outcome,
        shows_minutes=writes and (has_begun or bool(meeting.minutes or outcome.decisions or outcome.tasks)),
        may_change=request.user.has_perm("collaboration.change_meeting"),
        may_write_to_them=request.user.has_perm("communications.add_announcement"),
        takes_attendance=writes and has_begun, leaves_out=_leaves_out(request, meeting, figures),
        person_form=PersonForm(), decision_form=DecisionForm(),
        minutes_form=MinutesForm(initial={"minutes": meeting.minutes}), action_form=ActionForm(partners=_partners(meeting, people)),
        hook=settings.SITE_URL + reverse("collaboration:meeting_attendance_told", args=[meeting.public_id]),
        secret=hook_secret(meeting), answers_are_read=bool(settings.MEETINGS_ADDRESS),
    )  # fmt: skip


def _leaves_out(request, meeting: Meeting, figures: Figures) -> bool:
    """Whether somebody who was chosen can be left out again."""
    is_draft = meeting.state == MeetingState.DRAFT
    return is_draft and figures.invited > 1 and request.user.has_perm("collaboration.change_meeting")


def _partners(meeting: Meeting, people) -> list[Partner]:
    """Whom a task can be for: with one partner that one, else those whose people are on the page."""
    if meeting.partner:
        return [meeting.partner]
    return list({invitee.contact.partner_id: invitee.contact.partner for invitee in people}.values())
