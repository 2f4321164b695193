"""The page of an announcement, and every step of its life as a button that says what will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions import announcements as actions
from communications.actions.variants import end_test
from communications.admin.composer_checks import people_at_partners
from communications.admin.pages import announcement_or_404, needs, page
from communications.admin.previews import version_or_draft
from communications.forms.composer import PreviewForm
from communications.forms.freshness import CareForm
from communications.forms.timetable import TimetableForm
from communications.models import Announcement, AnnouncementVersion, State
from communications.queries.approvals import approvals_missing, approvals_of, why_not_approve
from communications.queries.audience import audience_of_version
from communications.queries.audience_figures import audience_figures
from communications.queries.comments import remarks_open_on
from communications.queries.contradictions import Consistency, consistency_of
from communications.queries.freshness import successors_for
from communications.queries.readers import readers_of
from communications.queries.statements import Outdated, outdated_in


@dataclass(frozen=True)
class Step:
    """`run(announcement, request)` does it and gives the sentence that says so. `to` is the state it leads to."""

    permission: str
    to: State
    run: Callable
    may_not: str
    shows: str = "page"


@require_safe
@needs("view_announcement")
def announcement_page(request, public_id: UUID) -> HttpResponse:
    return _show(request, announcement_or_404(request, public_id))


@require_POST
@needs("view_announcement")
def act(request, public_id: UUID, verb: str) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    step = STEPS.get(verb)
    if step is None:
        raise Http404
    try:
        if not request.user.has_perm(f"communications.{step.permission}"):
            raise NotAllowed(step.may_not)
        sentence = step.run(announcement, request)
    except Refused as refusal:
        return _show(request, announcement_or_404(request, public_id), refusal=refusal)
    messages.success(request, sentence)
    return redirect(f"admin:communications_announcement_{step.shows}", public_id)


def _submit(announcement: Announcement, request) -> str:
    version = actions.submit_announcement(announcement, by=request.user)
    return _("Version %(n)d is submitted and waits for approval.") % {"n": version.number}


def _approve(announcement: Announcement, request) -> str:
    seen = request.POST.get("version", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Invalid(_("Say which version you approve; it is on the page that you looked at."), field="version")
    actions.approve_announcement(announcement, by=request.user, version=int(seen))
    if announcement.state == State.SUBMITTED:
        return _("Your approval of version %(n)s is noted; it waits for another person.") % {"n": seen}
    return _("Version %(n)s is approved.") % {"n": seen}


def _return(announcement: Announcement, request) -> str:
    actions.return_announcement(announcement, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    return _("It is back with its author, with your reason.")


def _schedule(announcement: Announcement, request) -> str:
    form = TimetableForm(request.POST)
    if not form.is_valid():
        raise Invalid(form.sentence, field="send_at")
    zone = form.cleaned_data["time_zone"]
    actions.schedule_announcement(announcement, by=request.user, send_at=form.send_at(), time_zone=zone)
    return _("Scheduled.")


def _send(announcement: Announcement, request) -> str:
    actions.schedule_announcement(announcement, by=request.user)
    return _("It goes out now.")


def _unschedule(announcement: Announcement, request) -> str:
    actions.unschedule_announcement(announcement, by=request.user)
    return _("It is off the timetable and stays approved.")


def _pause(announcement: Announcement, request) -> str:
    actions.pause_announcement(announcement, by=request.user)
    return _("Paused. Messages already handed over still settle.")


def _resume(announcement: Announcement, request) -> str:
    actions.resume_announcement(announcement, by=request.user)
    return _("It goes on.")


def _cancel(announcement: Announcement, request) -> str:
    actions.cancel_announcement(announcement, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    return _("Cancelled. What was delivered stays delivered.")


def _close(announcement: Announcement, request) -> str:
    actions.close_announcement(announcement, by=request.user)
    return _("Closed. Whoever joins later does not get it.")


def _end_test(announcement: Announcement, request) -> str:
    reason, winner = request.POST.get("reason", "").replace("\x00", ""), request.POST.get("winner", "")
    end_test(announcement, by=request.user, winner=winner, reason=reason)
    return _("The rest gets variant %(variant)s.") % {"variant": winner.upper()}


_NO_SENDING = gettext_lazy("Your role does not let you send, pause or cancel announcements. Ask someone who may.")
_NO_APPROVING = gettext_lazy("Your role does not let you approve or return announcements.")
_NO_WRITING = gettext_lazy("Your role does not let you submit announcements.")
STEPS = {
    "submit": Step("change_announcement", State.SUBMITTED, _submit, _NO_WRITING),
    "approve": Step("approve_announcement", State.APPROVED, _approve, _NO_APPROVING),
    "return": Step("approve_announcement", State.DRAFT, _return, _NO_APPROVING),
    "send": Step("send_announcement", State.SCHEDULED, _send, _NO_SENDING, shows="report"),
    "schedule": Step("send_announcement", State.SCHEDULED, _schedule, _NO_SENDING),
    "unschedule": Step("send_announcement", State.APPROVED, _unschedule, _NO_SENDING),
    "pause": Step("send_announcement", State.PAUSED, _pause, _NO_SENDING),
    "resume": Step("send_announcement", State.SENDING, _resume, _NO_SENDING),
    "close": Step("send_announcement", State.SENT, _close, _NO_SENDING),
    "end-test": Step("send_announcement", State.SENDING, _end_test, _NO_SENDING, shows="report"),
    "cancel": Step("send_announcement", State.CANCELLED, _cancel, _NO_SENDING),
}
_BY_STATE = {
    State.DRAFT: ("submit", "cancel"),
    State.SUBMITTED: ("approve", "return", "cancel"),
    State.APPROVED: ("send", "schedule", "cancel"),
    State.SCHEDULED: ("unschedule", "pause", "cancel"),
    State.SENDING: ("pause", "cancel"),
    State.PAUSED: ("resume", "cancel"),
    State.SENT: (),
    State.CANCELLED: (),
}


def steps_open_to(user, announcement: Announcement) -> set[str]:
    """What this person may do with it as it stands."""
    verbs = _BY_STATE[State(announcement.state)]
    if announcement.stays_open and announcement.frozen_at and announcement.state != State.CANCELLED:
        verbs = (*verbs, "close")
    return {verb for verb in verbs if user.has_perm(f"communications.{STEPS[verb].permission}")}


def _show(request, announcement: Announcement, refusal: Refused | None = None) -> HttpResponse:
    version = version_or_draft(announcement, announcement.version) if announcement.state != State.DRAFT else None
    version = version or version_or_draft(announcement, 0)
    audience = audience_of_version(version)
    figures = audience_figures(audience, announcement)
    look = PreviewForm(request.GET).look()
    readers = readers_of(audience, request.user, look_as=look["look_as"], look_for=look["look_for"])
    zones = (request.user.time_zone, announcement.programme.time_zone, "UTC")
    return page(
        request, "announcement/page.html", str(announcement), status=refusal.status if refusal else 200,
        announcement=announcement, version=version, figures=figures, reach=people_at_partners(figures), refusal=refusal,
        number=version.number if version.pk else 0, may=steps_open_to(request.user, announcement),
        may_edit=announcement.is_editable and request.user.has_perm("communications.change_announcement"),
        **_approval(announcement, version, request.user, figures.people),
        timetable=_timetable(request, refusal, zones, announcement.planned_on), readers=readers,
        **_care(request, announcement), **_statements(request, announcement, version),
        chosen=look, versions=announcement.versions.select_related("submitted_by"),
        transitions=announcement.transitions.select_related("by").order_by("-at", "-pk"),
        now_here=timezone.localtime(),
    )  # fmt: skip


def _statements(request, announcement: Announcement, version: AnnouncementVersion) -> dict:
    """What is out says otherwise, while something can still be done; and what it says that holds no more."""
    outdated: list[Outdated] = outdated_in(version, get_language()) if announcement.frozen_at else []
    found = consistency_of(version, request.user) if announcement.frozen_at is None else Consistency()
    return {"consistency": found, "outdated": outdated}


def _care(request, announcement: Announcement) -> dict:
    """Who answers for what is out, and when it is looked at again."""
    is_out = announcement.frozen_at is not None and announcement.state != State.CANCELLED
    if not is_out or not request.user.has_perm("communications.change_announcement"):
        return {"care": None}
    if announcement.is_over:
        return {"care": None, "successors": () if announcement.successor_id else successors_for(request.user)}
    kept = {name: getattr(announcement, name) for name in ("owner", "review_on", "review_every")}
    return {"care": CareForm(initial=kept), "successors": successors_for(request.user)}


def _timetable(request, refusal: Refused | None, zones: tuple[str, ...], planned_on: date | None) -> TimetableForm:
    """The day it was planned for is proposed, where that is still to come."""
    asked = request.POST if refusal and "day" in request.POST else None
    tomorrow = timezone.localtime() + timedelta(days=1)
    day = planned_on if planned_on and planned_on > timezone.localdate() else tomorrow.date()
    return TimetableForm(asked, near=zones, initial={"day": day, "time": "09:00", "time_zone": zones[0]})


def _approval(announcement: Announcement, version: AnnouncementVersion, user, people: int) -> dict:
    """Where it stands: who has approved it, how many are missing until when, why this person may not, what is remarked."""
    if announcement.state != State.SUBMITTED:
        return {"remarks": remarks_open_on(announcement)}
    return {
        "why_not": why_not_approve(announcement, version, user, people),
        "approvals": approvals_of(announcement, version),
        "missing": approvals_missing(announcement, version, people),
        "is_late": bool(version.approve_by and version.approve_by <= timezone.now()),
        "remarks": remarks_open_on(announcement),
    }
