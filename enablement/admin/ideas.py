"""Ideas as managers work with them: a list, a board by status, and the page on which they are answered, merged and moderated."""

from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.api.inputs import as_uuid
from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import row_link
from enablement.actions.idea_moderation import hide, leave, show
from enablement.actions.idea_policies import set_idea_policy
from enablement.actions.idea_posts import write_on_idea
from enablement.actions.ideas import assign_idea, merge_ideas, move_idea
from enablement.admin.pages import needs, page
from enablement.forms.ideas import AssignForm, IdeaPolicyForm, IdeaPostForm, MoveForm
from enablement.models import Idea, IdeaPolicy, IdeaPost, IdeaReport
from enablement.queries.idea_board import board_of
from enablement.queries.ideas import (
    credits_of,
    proposer_for_manager,
    related_ideas,
    said_to_manager,
    support_of,
)
from enablement.views.ideas import file_of


class StateFilter(DropdownFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [
            ("late", _("promised and late")), ("mine", _("in my hands")), ("reported", _("reported")), ("hidden", _("hidden")),
            ("merged", _("merged")),
        ]  # fmt: skip

    def queryset(self, request, queryset):
        match self.value():
            case "late":
                return queryset.late()
            case "mine":
                return queryset.open().filter(owner=request.user)
            case "reported":
                return queryset.reported()
            case "hidden":
                return queryset.exclude(hidden_at=None)
            case "merged":
                return queryset.exclude(merged_into=None)
        return queryset


@admin.register(Idea)
class IdeaAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("Ideas that partners propose in the portal, with their votes and what proves them, are here.")
    list_display = ["about", "programme", "votes", "state", "promised", "owner"]
    list_display_links = None
    list_select_related = ["programme", "owner"]
    list_filter = [StateFilter, "status", "programme"]
    search_fields = ["title", "problem"]
    ordering = ["-votes", "-proposed_at"]
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("board/", view(board_page), name="enablement_idea_board"),
            path("<int:pk>/", view(from_task), name="enablement_idea_of_task"),
            path("<uuid:public_id>/", view(idea_page), name="enablement_idea_page"),
            path("<uuid:public_id>/<slug:verb>/", view(move), name="enablement_idea_move"),
            path("words/<uuid:public_id>/<slug:verb>/", view(moderate), name="enablement_idea_post"),
            path("files/<uuid:public_id>/", view(idea_file), name="enablement_idea_file"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "enablement_idea_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("idea"), ordering="title")
    def about(self, row: Idea) -> str:
        return row_link(reverse("admin:enablement_idea_page", args=[row.public_id]), row)

    @admin.display(description=_("next word by"), ordering="promised_by")
    def promised(self, row: Idea) -> str:
        if row.promised_by is None or not row.takes_votes:
            return "–"
        day = date_format(row.promised_by, "j M Y")
        return _t("%(day)s, late") % {"day": day} if row.is_late else day

    @display(
        description=_("status"),
        label={"new": "info", "shipped": "success", "declined": "danger", "hidden": "danger", "merged": "warning"},
    )
    def state(self, row: Idea) -> tuple[str, str]:
        if row.hidden_at:
            return "hidden", _t("hidden")
        return ("merged", _t("merged")) if row.merged_into_id else (row.status, row.get_status_display())


@admin.register(IdeaPolicy)
class IdeaPolicyAdmin(OfAProgramme):
    form = IdeaPolicyForm
    empty_says = _(
        "How many votes a person has, and in how many days partners hear of their idea. Without a row: 10 votes, a week."
    )
    list_display = ["programme", "votes", "days_new", "days_review", "days_planned", "days_progress"]

    def create(self, request, values: dict) -> IdeaPolicy:
        return set_idea_policy(values.pop("programme"), by=request.user, **values)

    def change(self, request, row: IdeaPolicy, values: dict) -> None:
        set_idea_policy(row.programme, by=request.user, **values)


@require_safe
@needs("view_idea")
def board_page(request) -> HttpResponse:
    programme = request.GET.get("programme", "")[:60].replace("\x00", "")
    board = board_of(request.user, programme)
    return page(request, "idea/board.html", _t("Board of ideas"), Idea._meta, board=board, programme=programme)


@require_safe
@needs("view_idea")
def from_task(request, pk: int) -> HttpResponse:
    idea = get_object_or_404(Idea.objects.visible_to(request.user), pk=pk)
    return redirect("admin:enablement_idea_page", idea.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_idea")
def idea_page(request, public_id: UUID) -> HttpResponse:
    """POST writes an answer that all who see the idea read."""
    idea = _idea_or_404(request, public_id)
    form, status = IdeaPostForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        try:
            if not request.user.has_perm("enablement.change_idea"):
                raise NotAllowed(_t("Your role lets you read ideas, not answer them."))
            if form.is_valid():
                write_on_idea(idea, by=request.user, **form.cleaned_data)
                messages.success(request, _t("Everybody reads it who sees the idea, and those who follow it are told."))
                return redirect("admin:enablement_idea_page", public_id)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
    return page(request, "idea/page.html", idea.title, Idea._meta, status=status, form=form, **_shown(request, idea))


@require_POST
@needs("change_idea")
def move(request, public_id: UUID, verb: str) -> HttpResponse:
    idea = _idea_or_404(request, public_id)
    steps = {"status": _move, "assign": _assign, "merge": _merge, "hide": _hide, "show": _show, "leave": _leave}
    try:
        if verb not in steps:
            raise Refused(_t("There is no such step."))
        idea = steps[verb](request, idea) or idea
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:enablement_idea_page", idea.public_id)


@require_POST
@needs("change_idea")
def moderate(request, public_id: UUID, verb: str) -> HttpResponse:
    """A word on an idea: hidden with a reason, shown again, or left as it is."""
    post = get_object_or_404(_posts(request), public_id=public_id)
    steps = {"hide": _hide, "show": _show, "leave": _leave}
    try:
        if verb not in steps:
            raise Refused(_t("There is no such step."))
        steps[verb](request, post)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:enablement_idea_page", post.idea.public_id)


@require_safe
@needs("view_idea")
def idea_file(request, public_id: UUID) -> HttpResponse:
    return file_of(get_object_or_404(_posts(request).exclude(file=""), public_id=public_id))


def _move(request, idea: Idea) -> None:
    form = MoveForm(request.POST, idea=idea)
    if not form.is_valid():
        raise Refused(" ".join(error for errors in form.errors.values() for error in errors))
    moved = move_idea(idea, form.cleaned_data["status"], by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _t("It is %(status)s. Those who follow it are told.") % {"status": moved.get_status_display()})


def _assign(request, idea: Idea) -> None:
    form = AssignForm(request.POST, owners=_owners())
    if not form.is_valid():
        raise Refused(_t("Choose one of the managers and one of the segments of the list."))
    assign_idea(idea, by=request.user, **form.cleaned_data)
    messages.success(request, _t("Kept."))


def _merge(request, idea: Idea) -> Idea:
    chosen = as_uuid(request.POST.get("into", ""))
    into = Idea.objects.visible_to(request.user).filter(public_id=chosen).first() if chosen else None
    if into is None:
        raise Refused(_t("Choose the idea that stays."))
    merged = merge_ideas(idea, into, by=request.user)
    messages.success(request, _t("Merged: votes, evidence and followers are here."))
    return merged


def _hide(request, thing: Idea | IdeaPost) -> None:
    hide(thing, by=request.user, reason=request.POST.get("reason", ""))


def _show(request, thing: Idea | IdeaPost) -> None:
    show(thing, by=request.user)


def _leave(request, thing: Idea | IdeaPost) -> None:
    leave(thing, by=request.user)


def _shown(request, idea: Idea) -> dict:
    reports = IdeaReport.objects.filter(settled_at=None).select_related("contact__partner")
    by_post: dict[int, list[IdeaReport]] = {}
    for each in reports.filter(post__idea=idea):
        by_post.setdefault(each.post_id, []).append(each)
    others = Idea.objects.visible_to(request.user).filter(programme=idea.programme_id).exclude(pk=idea.pk)
    may_change = request.user.has_perm("enablement.change_idea")
    return {
        "idea": idea,
        "proposer": proposer_for_manager(idea, request.user),
        "thread": [(said, by_post.get(said.post.pk, [])) for said in said_to_manager(request.user, idea)],
        "reports": reports.filter(idea=idea),
        "support": support_of(idea),
        "credits": credits_of(idea),
        "moves": idea.moves.select_related("by"),
        "alike": related_ideas(others, idea.title, reader=request.user) if may_change else [],
        "doubles": idea.doubles.all(),
        "may_change": may_change,
        "move_form": MoveForm(idea=idea),
        "assign_form": AssignForm(owners=_owners(), initial={"owner": idea.owner_id, "segment": idea.segment_id}),
    }


def _owners():
    """Managers whose role lets them answer ideas."""
    allowed = Permission.objects.filter(content_type__app_label="enablement", codename="change_idea")
    people = get_user_model().objects.filter(is_staff=True, is_active=True)
    return people.filter(Q(groups__permissions__in=allowed) | Q(user_permissions__in=allowed)).distinct().order_by("name", "pk")


def _posts(request):
    return IdeaPost.objects.filter(idea__in=Idea.objects.visible_to(request.user)).select_related("idea__programme")


def _idea_or_404(request, public_id: UUID) -> Idea:
    rows = Idea.objects.visible_to(request.user).select_related(
        "programme", "segment", "owner", "contact", "partner", "by", "merged_into", "hidden_by"
    )
    return get_object_or_404(rows, public_id=public_id)
