"""Crises and drills: the list with both counted apart, the start, the board, what is said, and the report afterwards."""

from uuid import UUID, uuid4

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.api.inputs import as_uuid
from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import Refused
from activity.tasks import soon
from communications.actions.crises import DRILL, REAL, clear_crisis, start_crisis, update_crisis
from communications.actions.crisis_acknowledgements import acknowledge_crisis
from communications.actions.crisis_calls import take_call
from communications.admin.crisis_exports import people_export, timeline_export
from communications.admin.pages import needs, page, page_number, part, row_link
from communications.forms.crises import MessageForm, PlaceForm, StartForm
from communications.languages import own_name
from communications.models import AcknowledgedHow, Channel, Crisis, CrisisPerson, CrisisProtocolVersion, Says, Standing
from communications.queries.crisis_board import Board, board_of, name_of_site, narrowed, people_of
from communications.queries.crisis_report import acknowledged_of, records_of, report_of
from communications.queries.protocols import partners_with_sites, people_concerned, protocol_rows, reach_of, running_alike
from communications.rendering.crisis_words import rung_in_words, since_start
from communications.tasks import release_due, send_crisis_calls
from partners.models import ContactFunction, Partner, Site

PEOPLE_SHOWN = 50
FILTERS = ("state", "partner", "site", "role", "how", "within")
CHART_WIDTH, CHART_HEIGHT = 640, 160


class RealFilter(DropdownFilter):
    """Reality and drills are never mixed unless somebody asks for both."""

    title, parameter_name = gettext_lazy("real or drill"), "mode"

    def lookups(self, request, model_admin):
        return [(REAL, gettext_lazy("real")), (DRILL, gettext_lazy("drills"))]

    def queryset(self, request, queryset):
        if self.value() in (REAL, DRILL):
            return queryset.filter(is_drill=self.value() == DRILL)
        return queryset


@admin.register(Crisis)
class CrisisAdmin(NeverDeleted, QuickAdmin):
    empty_says = gettext_lazy("No crisis and no drill yet. A drill shows what a protocol is worth, before it is needed.")
    list_display = ["crisis", "mode", "started_at", "started_by", "heard_of", "state_now"]
    list_display_links = None
    list_select_related = ["started_by"]
    list_filter = [RealFilter, ("state", ChoicesDropdownFilter), "programme"]
    search_fields = ["title"]
    ordering = ["-started_at", "-pk"]
    list_before_template = "admin/communications/crisis/records.html"
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("start/<uuid:public_id>/", view(start), name="communications_crisis_start"),
            path("<uuid:public_id>/", view(board), name="communications_crisis_board"),
            path("<uuid:public_id>/live/", view(live), name="communications_crisis_live"),
            path("<uuid:public_id>/people/", view(people), name="communications_crisis_people"),
            path("<uuid:public_id>/update/", view(update), name="communications_crisis_update"),
            path("<uuid:public_id>/all-clear/", view(all_clear), name="communications_crisis_all_clear"),
            path("<uuid:public_id>/take/", view(take), name="communications_crisis_take"),
            path("<uuid:public_id>/acknowledged/", view(acknowledged), name="communications_crisis_acknowledged"),
            path("<uuid:public_id>/report/", view(report), name="communications_crisis_report"),
            path("<uuid:public_id>/report/people.csv", view(people_export), name="communications_crisis_people_export"),
            path("<uuid:public_id>/report/timeline.csv", view(timeline_export), name="communications_crisis_timeline_export"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "communications_crisis_changelist")]

    def get_queryset(self, request):
        return acknowledged_of(super().get_queryset(request).visible_to(request.user))

    def has_add_permission(self, request) -> bool:
        return False  # it is started from a protocol

    def changelist_view(self, request, extra_context=None):
        ready = protocol_rows(request.user).ready() if request.user.has_perm("communications.add_crisis") else []
        records = [
            (record, [(percent, since_start(after)) for percent, after in record.medians])
            for record in records_of(Crisis.objects.visible_to(request.user))
        ]
        shown = {"records": records, "ready": list(ready)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    @admin.display(description=gettext_lazy("crisis"), ordering="title")
    def crisis(self, row: Crisis) -> str:
        return row_link(reverse("admin:communications_crisis_board", args=[row.public_id]), row)

    @display(description=gettext_lazy("real or drill"), label={REAL: "danger", DRILL: "warning"})
    def mode(self, row: Crisis) -> tuple[str, str]:
        return (DRILL, _("drill")) if row.is_drill else (REAL, _("real"))

    @admin.display(description=gettext_lazy("acknowledged"))
    def heard_of(self, row: Crisis) -> str:
        return _("%(n)d of %(of)d") % {"n": row.heard, "of": row.called}

    @display(description=gettext_lazy("state"), label={"running": "danger", "cleared": "success"})
    def state_now(self, row: Crisis) -> tuple[str, str]:
        return row.state, row.get_state_display()


def crisis_or_404(request, public_id: UUID) -> Crisis:
    rows = Crisis.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("protocol", "version", "programme", "started_by", "cleared_by"), public_id=public_id
    )


# --- The start -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_crisis")
def start(request, public_id: UUID) -> HttpResponse:
    """What would happen, with how many it would reach; and the word that has to be typed."""
    protocol = get_object_or_404(protocol_rows(request.user).ready(), public_id=public_id)
    version, is_drill = protocol.approved_version, request.GET.get("mode") != REAL
    asked = request.POST if request.method == "POST" else None
    chosen = asked if asked is not None else request.GET if "sites" in request.GET else None
    where = PlaceForm(chosen, sites=partners_with_sites(request.user)) if version.is_at_site else None
    form = StartForm(asked, texts=version.texts[Says.ALARM], own=version.language, initial={"key": uuid4()})
    place, status = where.place() if where else {}, 200
    if asked is not None and form.is_valid():
        try:
            crisis = start_crisis(
                protocol, by=request.user, is_drill=is_drill, key=form.cleaned_data["key"], lines=form.words(),
                confirmed=form.cleaned_data["confirm"], is_another=form.cleaned_data["is_another"], **place,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status = refusal.status
        else:
            soon(release_due)
            soon(send_crisis_calls)
            return redirect("admin:communications_crisis_board", crisis.public_id)
    elif asked is not None:
        status = 422
    title = (_("Drill: %(name)s") if is_drill else _("Start: %(name)s")) % {"name": protocol}
    shown = _reached(version, place, is_drill=is_drill) if place or not version.is_at_site else {}
    return page(
        request, "crisis/start.html", title, status=status, form=form, where=where, place=place, protocol=protocol, version=version,
        is_drill=is_drill, word=DRILL if is_drill else REAL, opts=Crisis._meta, own=own_name(version.language),
        channels=[Channel(channel).label for channel in version.channels], rungs=[rung_in_words(rung) for rung in version.rungs],
        texts=[(own_name(code), code, version.texts[Says.ALARM][code]) for code in form.languages],
        running=running_alike(protocol, is_drill=is_drill, sites=place.get("sites", ())), **shown,
    )  # fmt: skip


def _reached(version: CrisisProtocolVersion, place: dict, *, is_drill: bool) -> dict:
    people, texts = people_concerned(version, **place), version.texts[Says.ALARM]
    return {"reach": reach_of(people, version.channels, version.language, texts, is_drill=is_drill)}


# --- The board -----------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@needs("view_crisis")
def board(request, public_id: UUID) -> HttpResponse:
    crisis = crisis_or_404(request, public_id)
    return page(request, "crisis/board.html", str(crisis), **_board(request, crisis))


@never_cache
@require_safe
@needs("view_crisis")
def live(request, public_id: UUID) -> HttpResponse:
    """The figures alone, asked again every few seconds."""
    return part(request, "crisis/live.html", **_board(request, crisis_or_404(request, public_id)))


def _board(request, crisis: Crisis) -> dict:
    shown = board_of(crisis, request.user)
    return {
        "crisis": crisis, "board": shown, "sentence": sentence_of(crisis, shown), "opts": Crisis._meta,
        "after": since_start((crisis.cleared_at or shown.at) - crisis.started_at),
        "ladder": [(alarm, rung_in_words(alarm.rung)) for alarm in shown.alarms],
        "may_run": request.user.has_perm("communications.add_crisis"),
        "may_take": any(call.user_id == request.user.pk and call.taken_at is None for call in shown.calls),
        "standings": Standing, "is_whole": request.user.has_perm("partners.view_all_partners"),
    }  # fmt: skip


def sentence_of(crisis: Crisis, board: Board) -> str:
    """212 of 214 have acknowledged; 2 cannot be reached."""
    people = board.people
    if not people.people:
        return _("Nobody of your partners is concerned.")
    told = _("%(n)d of %(of)d have acknowledged") % {"n": people.acknowledged, "of": people.people}
    rest = [
        _("%(n)d late") % {"n": people.late} if people.late else "",
        _("%(n)d still have time") % {"n": people.waiting} if people.waiting and crisis.is_running else "",
        _("%(n)d cannot be reached") % {"n": people.unreachable} if people.unreachable else "",
    ]
    return ", ".join([told, *(part for part in rest if part)]) + "."


@never_cache
@require_safe
@needs("view_crisis")
def people(request, public_id: UUID) -> HttpResponse:
    """The rows behind a figure."""
    crisis = crisis_or_404(request, public_id)
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in FILTERS}
    rows = narrowed(crisis, people_of(crisis, request.user), asked)
    partner = None
    if asked["partner"]:
        visible = Partner.objects.visible_to(request.user)
        partner = get_object_or_404(visible, public_id=as_uuid(asked["partner"]))
        rows = rows.filter(contact__partner=partner)
    rows = rows.select_related("contact__partner", "called_by").order_by("contact__partner__name", "contact__name", "pk")
    shown = Paginator(rows, PEOPLE_SHOWN).get_page(page_number(request))
    site = Site.objects.select_related("partner").filter(public_id=as_uuid(asked["site"])).first() if asked["site"] else None
    return page(
        request, "crisis/people.html", str(crisis), crisis=crisis, page=shown, asked={k: v for k, v in asked.items() if v},
        partner=partner, site=_named(request, site), role=_role(asked["role"]), labels=dict(Standing.choices),
        how=dict(AcknowledgedHow.choices), opts=Crisis._meta,
        may_note=request.user.has_perm("communications.change_crisis"),
    )  # fmt: skip


def _named(request, site: Site | None) -> str:
    """Not that of a partner whom this manager does not see."""
    is_seen = site is not None and Partner.objects.visible_to(request.user).filter(pk=site.partner_id).exists()
    return name_of_site(site) if site is not None and is_seen else ""


def _role(key: str) -> str:
    named = ContactFunction.objects.filter(key=key).first() if key else None
    return str(named or key)


@require_POST
@needs("change_crisis")
def acknowledged(request, public_id: UUID) -> HttpResponse:
    """Somebody said so by phone, and a manager notes it."""
    crisis = crisis_or_404(request, public_id)
    rows = CrisisPerson.objects.filter(crisis=crisis).visible_to(request.user).select_related("contact__partner")
    person = get_object_or_404(rows, contact__public_id=as_uuid(request.POST.get("contact", "")))
    acknowledge_crisis(crisis, contact=person.contact, how=AcknowledgedHow.MANAGER, by=request.user)
    messages.success(request, _("Noted for %(name)s.") % {"name": person.contact})
    return redirect(f"{reverse('admin:communications_crisis_people', args=[public_id])}?partner={person.contact.partner.public_id}")


@require_POST
@needs("view_crisis")
def take(request, public_id: UUID) -> HttpResponse:
    crisis = crisis_or_404(request, public_id)
    try:
        take_call(crisis, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_crisis_board", public_id)


# --- What is said --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_crisis")
def update(request, public_id: UUID) -> HttpResponse:
    return _say(request, public_id, Says.UPDATE)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_crisis")
def all_clear(request, public_id: UUID) -> HttpResponse:
    return _say(request, public_id, Says.ALL_CLEAR)


def _say(request, public_id: UUID, says: Says) -> HttpResponse:
    crisis = crisis_or_404(request, public_id)
    if not crisis.is_running:
        messages.error(request, _("It is over already: the all-clear was given."))
        return redirect("admin:communications_crisis_board", public_id)
    form = MessageForm(
        request.POST if request.method == "POST" else None, texts=crisis.version.words(says), own=crisis.version.language,
        initial={"key": uuid4()},
    )  # fmt: skip
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if says == Says.UPDATE:
                update_crisis(crisis, by=request.user, words=form.words(), key=form.cleaned_data["key"])
            else:
                clear_crisis(crisis, by=request.user, words=form.words())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status = refusal.status
        else:
            soon(release_due)
            messages.success(request, _("It is on its way to everybody who was called."))
            return redirect("admin:communications_crisis_board", public_id)
    elif form.errors:
        status = 422
    titles = {Says.UPDATE: _("Update: %(crisis)s"), Says.ALL_CLEAR: _("All clear: %(crisis)s")}
    return page(
        request, "crisis/say.html", titles[says] % {"crisis": crisis}, status=status, crisis=crisis, form=form,
        is_update=says == Says.UPDATE, people=crisis.people.count(), opts=Crisis._meta,
    )  # fmt: skip


# --- Afterwards ----------------------------------------------------------------------------------------------------------


@require_safe
@needs("view_crisis")
def report(request, public_id: UUID) -> HttpResponse:
    crisis = crisis_or_404(request, public_id)
    found = report_of(crisis, request.user)
    return page(
        request, "crisis/report.html", str(crisis), crisis=crisis, report=found, board=found.board,
        sentence=sentence_of(crisis, found.board), opts=Crisis._meta,
        lasted=since_start(crisis.cleared_at and crisis.cleared_at - crisis.started_at),
        people=[(one, since_start(one.after)) for one in found.people],
        organisations=[(one, since_start(one.after)) for one in found.organisations],
        first_out=since_start(found.first_out), all_out=since_start(found.all_out),
        timeline=[(event, since_start(event.after)) for event in found.timeline],
        how=[(key, dict(AcknowledgedHow.choices)[key], n) for key, n in found.how], curve=_curve(found.curve, found.board),
        chart_width=CHART_WIDTH, chart_height=CHART_HEIGHT,
    )  # fmt: skip


def _curve(points: tuple[tuple[int, int], ...], board: Board) -> str:
    """A staircase, in pixels: to the right and then up."""
    last, most = max(points[-1][0], 1), max(board.people.people, 1)
    steps, height = [], float(CHART_HEIGHT)
    for seconds, n in points:
        x, y = round(seconds * CHART_WIDTH / last, 1), round(CHART_HEIGHT - n * CHART_HEIGHT / most, 1)
        steps += [f"{x},{height}", f"{x},{y}"]
        height = y
    return " ".join(steps)
