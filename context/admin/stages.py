"""The lifecycle board, moving a partner with a reason, what stages ask, and every move that was made."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.admin.base import QuickAdmin, ReadOnly
from context.actions.stages import (
    add_stage_criterion,
    change_stage_criterion,
    move_stage,
    remove_stage_criterion,
    set_stage_pace,
)
from context.admin.criteria import criterion_page, permit, told, tried, wide_page
from context.forms.stages import BoardFilter, LifecycleForm, MoveForm, PaceForm
from context.models import StageCriterion, StageMove
from context.queries.stages import board_of, lifecycle_of, stage_standing_of
from partners.models import Enrolment, Programme, Stage

CHANGE_CRITERIA = "context.change_stagecriterion"


@admin.register(StageMove)
class StageMoveAdmin(ReadOnly, QuickAdmin):
    empty_says = gettext_lazy("Each move of a partner from one stage to another is kept here with its reason.")
    list_display = ["enrolment", "from_stage", "to_stage", "reason", "by", "at"]
    list_display_links = None
    list_filter = ["to_stage"]
    search_fields = ["enrolment__partner__name"]
    list_select_related = ["enrolment__partner", "enrolment__programme", "by"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("board/", view(self.board_view), name="context_stagemove_board"),
            path("enrolments/<uuid:public_id>/", view(self.move_view), name="context_stagemove_enrolments_move"),
            path("lifecycle/", view(self.lifecycle_view), name="context_stagemove_lifecycle"),
            path("programmes/<uuid:public_id>/add/", view(self.add_view_of), name="context_stagemove_programmes_new_criterion"),
            path("criteria/<uuid:public_id>/", view(self.criterion_view), name="context_stagemove_criterion"),
            *super().get_urls(),
        ]

    def board_view(self, request):
        permit(request, "partners.view_enrolment")
        form = BoardFilter(request.GET)
        form.is_valid()
        chosen = {"programme": form.cleaned_data.get("programme", ""), "manager": form.cleaned_data.get("manager")}
        board = board_of(request.user, **chosen)
        shown = {"board": board, **chosen, "may_move": request.user.has_perm("partners.change_enrolment")}
        return wide_page(request, "stagemove/board.html", _("Lifecycle"), self.opts, **shown)

    def move_view(self, request, public_id):
        permit(request, "partners.change_enrolment")
        rows = Enrolment.objects.visible_to(request.user).current().select_related("partner", "programme", "tier", "manager")
        enrolment = get_object_or_404(rows, public_id=public_id)
        standing = stage_standing_of(enrolment, request.GET.get("to") if request.GET.get("to") in Stage.values else "")
        form = MoveForm(request.POST or None, enrolment=enrolment, initial={"stage": standing.next_stage})

        def save(values: dict) -> StageMove:
            return move_stage(enrolment, values["stage"], by=request.user, reason=values["reason"])

        if request.method == "POST" and (move := told(form, save)):
            words = {"partner": enrolment.partner, "stage": move.get_to_stage_display()}
            messages.success(request, _("%(partner)s is in %(stage)s now.") % words)
            return redirect(_board(request))
        title = _("Move %(partner)s") % {"partner": enrolment.partner}
        shown = {"form": form, "enrolment": enrolment, "standing": standing, "back": _board(request)}
        return wide_page(request, "stagemove/move.html", title, self.opts, **shown)

    def lifecycle_view(self, request):
        permit(request, "context.view_stagecriterion")
        form = LifecycleForm(request.GET)
        programme = (form.cleaned_data.get("programme") if form.is_valid() else None) or Programme.objects.default()
        if request.method == "POST":
            permit(request, CHANGE_CRITERIA)
            pace = PaceForm(request.POST)
            if programme and told(pace, lambda values: set_stage_pace(programme, by=request.user, **values)):
                messages.success(request, _("Kept."))
            else:
                messages.error(request, _("The days in a stage are a number from 1 to 3,650."))
            return redirect(f"{request.path}?programme={programme.key if programme else ''}")
        shown = {"lifecycle": lifecycle_of(programme) if programme else None, "programmes": Programme.objects.all()}
        shown["may_change"] = request.user.has_perm(CHANGE_CRITERIA)
        return wide_page(request, "stagemove/lifecycle.html", _("What stages ask"), self.opts, programme=programme, **shown)

    def add_view_of(self, request, public_id):
        permit(request, CHANGE_CRITERIA)
        programme = get_object_or_404(Programme, public_id=public_id)
        place = {"stage": request.GET.get("stage", ""), "side": request.GET.get("side", "")}
        if place["stage"] not in Stage.values or place["side"] not in StageCriterion.Side.values:
            raise Http404

        def save(values: dict) -> StageCriterion:
            return add_stage_criterion(programme, **place, by=request.user, **values)

        title = _question(**place)
        return criterion_page(request, title, self.opts, back=_lifecycle(programme), save=save, about=programme)

    def criterion_view(self, request, public_id):
        permit(request, CHANGE_CRITERIA)
        criterion = get_object_or_404(StageCriterion.objects.select_related("programme"), public_id=public_id)
        back = _lifecycle(criterion.programme)
        if "remove" in request.POST:
            tried(request, lambda: remove_stage_criterion(criterion, by=request.user))
            return redirect(back)

        def save(values: dict) -> StageCriterion:
            return change_stage_criterion(criterion, by=request.user, **values)

        title = _question(criterion.stage, criterion.side)
        return criterion_page(request, title, self.opts, back=back, save=save, criterion=criterion, about=criterion.programme)


def _question(stage: str, side: str) -> str:
    words = _("To enter %(stage)s, a partner …") if side == StageCriterion.Side.ENTRY else _("To leave %(stage)s, a partner …")
    return words % {"stage": Stage(stage).label}


def _board(request) -> str:
    """The board with the filter it was left with."""
    query = request.GET.copy()
    query.pop("to", None)
    return reverse("admin:context_stagemove_board") + (f"?{query.urlencode()}" if query else "")


def _lifecycle(programme: Programme) -> str:
    return reverse("admin:context_stagemove_lifecycle") + f"?programme={programme.key}"
