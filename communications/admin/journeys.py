"""Journeys: the list, the page with its picture, who is where, and why."""

from datetime import timedelta

from django.contrib import admin, messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api.inputs import as_uuid
from activity.refusals import Refused
from communications.actions.journey_notices import see_notices
from communications.actions.journeys import (
    begin_version,
    change_journey,
    create_journey,
    discard_version,
    end_journey,
    move_to_published,
    pause_journey,
    resume_journey,
)
from communications.admin import journey_editor
from communications.admin.effects import told_in_words
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import needs, page, page_number, row_link
from communications.forms.journeys import DryRunForm, JourneyForm, NewJourneyForm
from communications.models import Journey, JourneyNotice, Objective, RunState
from communications.queries.journey_dry_run import try_on_the_past
from communications.queries.journey_holdouts import JourneyEffect, effect_of_journey
from communications.queries.journeys import (
    ROWS_A_PAGE,
    Totals,
    chosen_version,
    journey_page,
    runs_of,
    versions_of,
    ways_of,
    with_counts,
    with_steps,
)
from partners.actions.programmes import default_programme
from partners.models import Partner
from partners.models.partners import stood_for_by

PUBLISH = "communications.send_announcement"


@admin.register(Journey)
class JourneyAdmin(OfAProgramme):
    form = JourneyForm
    empty_says = gettext_lazy("A journey takes partners through steps: what they are told and asked, and what is waited for.")
    list_display = ["journey", "programme", "purpose", "state", "version_now", "under_way", "gone_through"]
    list_display_links = None
    list_select_related = ["programme"]
    list_filter = ["programme", "state"]
    search_fields = ["name"]
    ordering = ["name", "pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("notices/", view(notices), name="communications_journey_notices"),
            path("<uuid:public_id>/", view(show), name="communications_journey_page"),
            path("<uuid:public_id>/partners/", view(partners), name="communications_journey_partners"),
            path("<uuid:public_id>/partners/<uuid:partner>/", view(why), name="communications_journey_why"),
            path("<uuid:public_id>/try/", view(dry_run), name="communications_journey_try"),
            path("<uuid:public_id>/edit/", view(journey_editor.edit), name="communications_journey_edit"),
            path("<uuid:public_id>/publish/", view(journey_editor.publish), name="communications_journey_publish"),
            path("<uuid:public_id>/steps/", view(journey_editor.new_step), name="communications_journey_new_step"),
            path("<uuid:public_id>/steps/<int:number>/", view(journey_editor.step), name="communications_journey_step"),
            path("<uuid:public_id>/act/<slug:verb>/", view(act), name="communications_journey_act"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return with_counts(super().get_queryset(request).visible_to(request.user))

    def add_view(self, request, form_url="", extra_context=None):
        return add(request)

    def change(self, request, row: Journey, values: dict) -> None:
        change_journey(row, by=request.user, **values)

    @admin.display(description=gettext_lazy("journey"), ordering="name")
    def journey(self, row: Journey) -> str:
        return row_link(reverse("admin:communications_journey_page", args=[row.public_id]), row)

    @admin.display(description=gettext_lazy("version"), ordering="published")
    def version_now(self, row: Journey) -> str:
        return str(row.published) if row.published else "–"

    @admin.display(description=gettext_lazy("under way"), ordering="under_way")
    def under_way(self, row: Journey) -> int:
        return row.under_way

    @admin.display(description=gettext_lazy("went through"), ordering="gone_through")
    def gone_through(self, row: Journey) -> int:
        return row.gone_through


def journey_or_404(request, public_id) -> Journey:
    rows = Journey.objects.visible_to(request.user).select_related("programme", "objective", "owner")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_journey")
def add(request) -> HttpResponse:
    objective = Objective.objects.visible_to(request.user).filter(public_id=as_uuid(request.GET.get("objective", ""))).first()
    initial = {"programme": default_programme().pk, "owner": request.user.pk, "objective": objective}
    form = NewJourneyForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            journey = create_journey(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Now say which steps it has."))
            return redirect("admin:communications_journey_edit", journey.public_id)
    status = 422 if request.method == "POST" else 200
    return page(request, "journey/add.html", _("New journey"), status=status, form=form)


@require_safe
@needs("view_journey")
def show(request, public_id) -> HttpResponse:
    journey = journey_or_404(request, public_id)
    asked = request.GET.get("version", "")
    versions = versions_of(journey)
    version = chosen_version(journey, _number(asked), versions)
    if version is None:
        raise Http404
    list_at = reverse("admin:communications_journey_partners", args=[journey.public_id])
    found = journey_page(version, request.user, lambda step: f"{list_at}?state=under_way&step={step.key}&version={version.number}")
    user = request.user
    effect = effect_of_journey(journey, user)
    return page(
        request, "journey/page.html", str(journey), journey=journey, version=version, found=found, list_at=list_at,
        versions=versions, sentence=_sentence(journey, found.totals),
        effect=effect, effect_words=_effect_in_words(effect), may_change=user.has_perm("communications.change_journey"),
        may_publish=user.has_perm(PUBLISH), is_whole=user.has_perm("partners.view_all_partners"),
    )  # fmt: skip


def _sentence(journey: Journey, totals: Totals) -> str:
    if not journey.published:
        return _("It is a draft: nobody goes through it yet.")
    under_way = ngettext("%(n)d partner is under way", "%(n)d partners are under way", totals.under_way) % {"n": totals.under_way}
    return _("%(under_way)s, %(finished)d went through.") % {"under_way": under_way, "finished": totals.finished}


def _effect_in_words(effect: JourneyEffect | None) -> str:
    if effect is None:
        return ""
    if effect.kind.of_items:
        return _("It answers what is sent, which nobody held out gets, so there is nothing to compare with.")
    if not effect.held_out.of:
        return _("Nobody was held out, so what the journey caused cannot be told from what would have happened anyway.")
    return told_in_words(effect.interval, effect.chance)


@require_safe
@needs("view_journey")
def partners(request, public_id) -> HttpResponse:
    """The partners behind a figure."""
    journey, number = journey_or_404(request, public_id), page_number(request)
    state = request.GET.get("state", "")
    chosen = {name: _number(request.GET.get(asked, "")) for name, asked in (("key", "step"), ("version", "version"))}
    first = (number - 1) * ROWS_A_PAGE
    rows = list(runs_of(journey, request.user, state=state, **chosen)[first : first + ROWS_A_PAGE + 1])
    found = with_steps(rows[:ROWS_A_PAGE])
    return page(
        request, "journey/partners.html", str(journey), journey=journey, found=found, has_more=len(rows) > ROWS_A_PAGE,
        number=number,
        state_words=RunState(state).label if state in RunState.values else _("all"),
        step=found[0][1] if found and chosen["key"] is not None else None,
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


@require_safe
@needs("view_journey")
def why(request, public_id, partner) -> HttpResponse:
    journey = journey_or_404(request, public_id)
    row = get_object_or_404(Partner.objects.visible_to(request.user), public_id=partner)
    ways = ways_of(journey, row)
    title = _("%(partner)s in “%(journey)s”") % {"partner": row, "journey": journey}
    return page(request, "journey/why.html", title, journey=journey, partner=row, ways=ways)


@require_safe
@needs("view_journey")
def dry_run(request, public_id) -> HttpResponse:
    """Asked for by its form, so that opening the page costs nothing."""
    journey = journey_or_404(request, public_id)
    number = _number(request.GET.get("version", ""))
    versions = versions_of(journey)
    version = chosen_version(journey, number, versions) or chosen_version(journey, None, versions)
    quarter_ago = timezone.localdate() - timedelta(days=90)
    form = DryRunForm(request.GET if "since" in request.GET else None, initial={"since": quarter_ago})
    tried = refusal = None
    if form.is_bound and form.is_valid():
        try:
            tried = try_on_the_past(
                version, form.cleaned_data["since"], user=request.user,
                **({"question": form.cleaned_data["question"]} if form.cleaned_data["question"] else {}),
            )  # fmt: skip
        except Refused as error:
            refusal = error
    return page(
        request, "journey/try.html", _("Tried on the past"), journey=journey, version=version, form=form, tried=tried,
        refusal=refusal, versions=versions,
    )  # fmt: skip


@require_POST
@needs("view_journey")
def act(request, public_id, verb: str) -> HttpResponse:
    journey = journey_or_404(request, public_id)
    if verb not in _ACTS:
        raise Http404
    permission, do = _ACTS[verb]
    if not request.user.has_perm(permission):
        messages.error(request, _("Your role does not let you do this."))
        return redirect("admin:communications_journey_page", public_id)
    try:
        messages.success(request, do(request, journey))
    except Refused as refusal:
        messages.error(request, str(refusal))
    if not Journey.objects.filter(pk=journey.pk).exists():
        return redirect("admin:communications_journey_changelist")
    return redirect(f"admin:communications_journey_{'edit' if verb == 'begin' else 'page'}", public_id)


def _begin(request, journey: Journey) -> str:
    return _("Version %(n)d begins as a copy of the one before.") % {"n": begin_version(journey, by=request.user).number}


def _discard(request, journey: Journey) -> str:
    version = journey.versions.filter(published_at=None).first()
    if version is None:
        raise Refused(_("There is no draft to throw away."))
    discard_version(version, by=request.user)
    return _("The draft is gone.")


def _move(request, journey: Journey) -> str:
    moved = move_to_published(journey, by=request.user)
    return ngettext("%(n)d partner was moved.", "%(n)d partners were moved.", moved) % {"n": moved}


def _pause(request, journey: Journey) -> str:
    pause_journey(journey, by=request.user)
    return _("It is paused: nobody enters or goes on.")


def _resume(request, journey: Journey) -> str:
    resume_journey(journey, by=request.user)
    return _("It goes on.")


def _end(request, journey: Journey) -> str:
    left = end_journey(journey, by=request.user, reason=request.POST.get("reason", ""))
    return ngettext("It ended; %(n)d partner left it.", "It ended; %(n)d partners left it.", left) % {"n": left}


CHANGE = "communications.change_journey"
_ACTS = {
    "begin": (CHANGE, _begin), "discard": (CHANGE, _discard), "move": (PUBLISH, _move), "pause": (PUBLISH, _pause),
    "resume": (PUBLISH, _resume), "end": (PUBLISH, _end),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_journey")
def notices(request) -> HttpResponse:
    """What journeys told this manager, those not seen yet first."""
    if request.method == "POST":
        seen = see_notices(by=request.user)
        messages.success(request, ngettext("%(n)d notice is seen.", "%(n)d notices are seen.", seen) % {"n": seen})
        return redirect("admin:communications_journey_notices")
    rows = JourneyNotice.objects.visible_to(request.user).filter(manager__in=stood_for_by(request.user))
    rows = rows.select_related("partner", "step", "run__journey").order_by("seen_at", "-at")[:ROWS_A_PAGE]
    return page(request, "journey/notices.html", _("Notices of journeys"), notices=list(rows))
