"""Planning a meeting or a series, for a segment or for one partner; and changing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.api.inputs import as_uuid
from activity.refusals import Refused
from collaboration.actions.meetings import change_meeting, plan_meeting
from collaboration.actions.series import plan_series
from collaboration.admin.pages import meeting_or_404, needs, page
from collaboration.forms.meetings import MeetingForm, initial_of
from collaboration.models import Meeting
from communications.queries.attention import programme_of
from context.models import Segment
from partners.actions.programmes import default_programme
from partners.models import Contact, Partner, Programme


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_meeting")
def plan(request) -> HttpResponse:
    partner = _partner(request)
    programme = _programme(partner)
    zone = programme.time_zone or request.user.time_zone or "UTC"
    initial = {"programme": programme, "time_zone": zone, "segment": _segment(request)}
    data = request.POST if request.method == "POST" else None
    form = MeetingForm(data, by=request.user, partner=partner, initial=initial, near=(zone, request.user.time_zone or ""))
    if data and form.is_valid():
        try:
            return redirect("admin:collaboration_meeting_page", _plan(request, form).public_id)
        except Refused as refusal:
            form.refuse(refusal)
    title = _("Plan a meeting with %(partner)s") % {"partner": partner} if partner else _("Plan a meeting")
    return page(request, "meeting/form.html", title, status=422 if form.errors else 200, form=form, partner=partner)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_meeting")
def edit(request, public_id: UUID) -> HttpResponse:
    meeting = meeting_or_404(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = MeetingForm(data, by=request.user, partner=meeting.partner, meeting=meeting, initial=initial_of(meeting),
                       near=(meeting.time_zone, request.user.time_zone or ""))  # fmt: skip
    if data and form.is_valid():
        try:
            fields = form.fields_of_meeting()
            fields.pop("partner", None)
            before = meeting.sequence
            following = form.cleaned_data.get("and_following", False)
            changed = change_meeting(meeting, by=request.user, starts_at=form.starts_at(), and_following=following, **fields)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            is_told = changed.sequence > before
            messages.success(request, _("Changed. Everybody who is invited gets word of it.") if is_told else _("Changed."))
            return redirect("admin:collaboration_meeting_page", public_id)
    title = _("Change “%(title)s”") % {"title": meeting}
    return page(request, "meeting/form.html", title, status=422 if form.errors else 200, form=form, meeting=meeting)


def _plan(request, form: MeetingForm) -> Meeting:
    """The meeting or, of a series, its first."""
    fields, key = form.fields_of_meeting(), form.cleaned_data["key"]
    if not form.is_series():
        return plan_meeting(by=request.user, starts_at=form.starts_at(), key=key, **fields)
    fields.pop("conference_id")
    series = plan_series(by=request.user, key=key, **form.rhythm(), **fields)
    messages.success(
        request, _("%(n)d meetings are planned; each can be moved or called off by itself.") % {"n": series.meetings.count()}
    )
    return series.meetings.order_by("planned_for").first()


def _partner(request) -> Partner | None:
    asked = request.GET.get("partner")
    if not asked:
        return None
    return get_object_or_404(Partner.objects.visible_to(request.user), public_id=as_uuid(asked))


def _segment(request) -> Segment | None:
    asked = as_uuid(request.GET.get("segment", ""))
    return Segment.objects.visible_to(request.user).filter(public_id=asked).first() if asked else None


def _programme(partner: Partner | None) -> Programme:
    return programme_of(Contact(partner=partner)) if partner else default_programme()
