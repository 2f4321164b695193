"""Writing a draft of a journey: who enters, its steps, and publishing it. Links and forms only, so that it works by keyboard and
without a script."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from activity.refusals import Refused
from communications.actions.journey_moves import plan_of_moves
from communications.actions.journey_steps import add_step, begin_with, change_step, remove_step
from communications.actions.journeys import STAY, change_entry, publish_version
from communications.admin.pages import needs, page
from communications.forms.journeys import EntryForm, StepForm, place_named, places_to_choose
from communications.journey_courses import courses
from communications.models import Journey, JourneyStep, JourneyVersion, StepKind
from communications.queries.journey_checks import problems_of
from communications.queries.journey_steps import steps_of
from communications.queries.journeys import journey_page
from context.queries.segment_builder import builder_offer, builder_words


def draft_or_404(request, public_id) -> JourneyVersion:
    """The draft of a journey. One that has none is changed by beginning a version first."""
    rows = JourneyVersion.objects.filter(journey__in=Journey.objects.visible_to(request.user), published_at=None)
    rows = rows.select_related("journey__programme", "segment", "exit_segment")
    return get_object_or_404(rows, journey__public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_journey")
def edit(request, public_id) -> HttpResponse:
    version = draft_or_404(request, public_id)
    form = EntryForm(request.POST or None, user=request.user, instance=version)
    if request.method == "POST" and form.is_valid():
        try:
            change_entry(version, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("admin:communications_journey_edit", public_id)
    status = 422 if request.method == "POST" else 200
    return _show(request, version, form, status=status)


def _show(request, version: JourneyVersion, form: EntryForm, *, status: int = 200) -> HttpResponse:
    version = JourneyVersion.objects.select_related("journey__programme", "segment", "exit_segment").get(pk=version.pk)
    found = journey_page(version, request.user, lambda step: f"#step-{step.key}")
    steps = steps_of(version)
    return page(
        request, "journey/edit.html", str(version.journey), status=status, journey=version.journey, version=version, found=found,
        form=form, kinds=[kind for kind in StepKind if kind != StepKind.COURSE or courses()], problems=problems_of(version),
        places=list(places_to_choose(steps)), last_place=_last_place(version, steps), moves=plan_of_moves(version.journey, version),
        may_publish=request.user.has_perm("communications.send_announcement"),
    )  # fmt: skip


def _last_place(version: JourneyVersion, steps: dict[int, JourneyStep]) -> str:
    """Where one goes on writing: after the step that was written last."""
    return f"{max(steps)}.then" if steps else ".then"


@require_POST
@needs("change_journey")
def publish(request, public_id) -> HttpResponse:
    version = draft_or_404(request, public_id)
    if not request.user.has_perm("communications.send_announcement"):
        messages.error(request, _("Your role does not let you publish journeys; ask somebody who may send announcements."))
        return redirect("admin:communications_journey_edit", public_id)
    try:
        published = publish_version(version, by=request.user, under_way=request.POST.get("under_way") or STAY)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:communications_journey_edit", public_id)
    told = _("Version %(n)d is published: partners enter it within a minute.") % {"n": published.version.number}
    if published.moved:
        moved = ngettext("%(n)d partner was moved to it.", "%(n)d partners were moved to it.", published.moved)
        told += " " + moved % {"n": published.moved}
    messages.success(request, told)
    return redirect("admin:communications_journey_page", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_journey")
def new_step(request, public_id) -> HttpResponse:
    version = draft_or_404(request, public_id)
    kind = request.GET.get("kind", "")
    if kind not in StepKind.values or (kind == StepKind.COURSE and not courses()):
        return redirect("admin:communications_journey_edit", public_id)
    initial = {"place": str(place_named(request.GET.get("place", "")))}
    form = StepForm(
        request.POST or None, user=request.user, kind=kind, version=version, steps=steps_of(version), initial=initial
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            add_step(version, by=request.user, kind=kind, **form.values())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return redirect("admin:communications_journey_edit", public_id)
    title = _("New step: %(kind)s") % {"kind": StepKind(kind).label}
    return _step_page(request, version, form, title)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_journey")
def step(request, public_id, number: int) -> HttpResponse:
    version = draft_or_404(request, public_id)
    steps = steps_of(version)
    if number not in steps:
        raise Http404
    row = steps[number]
    form = StepForm(
        request.POST or None, user=request.user, kind=row.kind, version=version, steps=steps, step=row
    )  # fmt: skip
    try:
        if "remove" in request.POST:
            remove_step(row, by=request.user)
            return redirect("admin:communications_journey_edit", public_id)
        if "first" in request.POST:
            begin_with(version, number, by=request.user)
            return redirect("admin:communications_journey_edit", public_id)
        if request.method == "POST" and form.is_valid():
            change_step(row, by=request.user, **form.values())
            return redirect("admin:communications_journey_edit", public_id)
    except Refused as refusal:
        form.is_valid()
        form.refuse(refusal)
    return _step_page(request, version, form, row.name, row)


def _step_page(request, version: JourneyVersion, form: StepForm, title: str, row: JourneyStep | None = None) -> HttpResponse:
    builder = {}
    if "rule" in form.fields:
        builder = {"builder": builder_offer(request.user).as_dict(), "builder_words": builder_words()}
    status = 422 if request.method == "POST" else 200
    return page(
        request, "journey/step.html", title, status=status, journey=version.journey, version=version, form=form, step=row,
        is_first=row is not None and version.first_key == row.key, **builder,
    )  # fmt: skip
