"""Tasks, for managers: what is to be done, for which partner, by whom and by when."""

from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import DropdownFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from activity.actions.tasks import change_task, create_task, drop_task, finish_task, reassign_task, take_task
from activity.admin.base import NeverDeleted, QuickAdmin
from activity.models import Task
from activity.refusals import Refused
from partners.models import Partner
from partners.models.partners import stood_for_by
from partners.queries.tasks import tasks_visible_to

MOVES = {"take": take_task, "done": finish_task, "drop": drop_task}


class TaskForm(forms.ModelForm):
    """The partner is typed by name: there may be a hundred thousand of them."""

    reader = None
    partner = forms.CharField(
        label=_("Partner"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The name as it stands on its page; empty where the task is about none."),
    )

    class Meta:
        model = Task
        fields = ["title", "detail", "owner", "due_on", "is_shared"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")
        if self.instance.pk:
            self.fields.pop("partner", None)

    def clean_partner(self) -> Partner | None:
        typed = self.cleaned_data["partner"].replace("\x00", "").strip()
        if not typed:
            return None
        found = list(Partner.objects.visible_to(self.reader).filter(_named(typed)).order_by("pk")[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_t("Several partners have this name. Add the task on the page of the one you mean."))
        raise forms.ValidationError(_t("There is no partner “%(name)s” that you see.") % {"name": typed})


def _named(typed: str) -> Q:
    """By name; by its id where the page of the partner led here and another has the same name."""
    try:
        return Q(public_id=UUID(typed))
    except ValueError:
        return Q(name__iexact=typed)


class WhoseFilter(DropdownFilter):
    """Open ones that are mine, unless others are asked for."""

    title, parameter_name = _("which"), "which"

    def lookups(self, request, model_admin):
        return [("mine", _("mine, open")), ("nobodys", _("nobody's, open")), ("open", _("all open")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "nobodys":
                return queryset.open().filter(owner=None)
            case "ended":
                return queryset.exclude(state=Task.State.OPEN)
        return queryset.open().filter(owner__in=stood_for_by(request.user))


@admin.register(Task)
class TaskAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("What is to be done for a partner, by whom and until when.")
    form = TaskForm
    list_display = ["title", "about", "owner", "due_on", "shared", "source_label", "state"]
    list_filter = [WhoseFilter]
    list_select_related = ["owner"]
    search_fields = ["title"]
    actions = ["take", "finish", "drop"]

    def get_urls(self):
        move = self.admin_site.admin_view(self.move_view)
        return [path("<uuid:public_id>/move/<slug:verb>/", move, name="activity_task_move"), *super().get_urls()]

    def get_queryset(self, request):
        partner = Partner.objects.filter(pk=OuterRef("partner_id"))
        rows = tasks_visible_to(request.user)
        return rows.annotate(partner_name=Subquery(partner.values("name")), partner_key=Subquery(partner.values("public_id")))

    def get_fields(self, request, obj=None):
        about = ["about", "source_label", "state"] if obj else ["partner"]
        return ["title", "detail", *about, "owner", "due_on", "is_shared"]

    def get_readonly_fields(self, request, obj=None):
        return ["about", "source_label", "state"] if obj else []

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.state == Task.State.OPEN)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        return form

    def get_changeform_initial_data(self, request) -> dict:
        return {"owner": request.user.pk, "partner": _typed(request)}

    def create(self, request, values: dict) -> Task:
        partner = values.pop("partner", None)
        return create_task(values.pop("title"), by=request.user, partner_id=partner.pk if partner else None, **values)

    def change(self, request, row, values: dict) -> None:
        if "owner" in values:
            reassign_task(row, values.pop("owner"), by=request.user)
        change_task(row, by=request.user, **values)

    def move_view(self, request, public_id: UUID, verb: str):
        return _move(request, public_id, verb)

    @admin.display(description=_("partner"))
    def about(self, task: Task) -> str:
        if not task.partner_name:
            return "–"
        address = reverse("admin:partners_partner_overview", args=[task.partner_key])
        return format_html('<a class="row-link" href="{}?tab=work">{}</a>', address, task.partner_name)

    @admin.display(description=_("shared"), boolean=True)
    def shared(self, task: Task) -> bool:
        return task.is_shared

    @admin.action(description=_("Take"), permissions=["change"])
    def take(self, request, queryset) -> None:
        _each(request, queryset, take_task)

    @admin.action(description=_("Done"), permissions=["change"])
    def finish(self, request, queryset) -> None:
        _each(request, queryset, finish_task)

    @admin.action(description=_("Drop"), permissions=["change"])
    def drop(self, request, queryset) -> None:
        _each(request, queryset, drop_task)


def _typed(request) -> str:
    """What stands in the field when the page of a partner led here: its name where that says enough."""
    try:
        visible = Partner.objects.visible_to(request.user)
        partner = visible.get(public_id=UUID(request.GET.get("partner", "")))
    except (ValueError, Partner.DoesNotExist):
        return ""
    return partner.name if visible.filter(name__iexact=partner.name).count() == 1 else str(partner.public_id)


@require_POST
def _move(request, public_id: UUID, verb: str):
    task = get_object_or_404(tasks_visible_to(request.user), public_id=public_id)
    if verb not in MOVES:
        raise Http404
    if not request.user.has_perm("activity.change_task"):
        raise PermissionDenied
    try:
        MOVES[verb](task, by=request.user)
        messages.success(request, {"take": _t("It is yours."), "done": _t("Done."), "drop": _t("Dropped.")}[verb])
    except Refused as refusal:
        messages.error(request, str(refusal))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("admin:activity_task_changelist"))


def _each(request, tasks, action) -> None:
    done = 0
    for task in tasks:
        try:
            action(task, by=request.user)
            done += 1
        except Refused as refusal:
            messages.warning(request, f"{task}: {refusal}")
    if done:
        messages.success(request, _t("%(count)d changed.") % {"count": done})
