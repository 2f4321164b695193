"""What partners asked and the assistant could not answer: how often, and which document came nearest. It names nobody."""

from django.contrib import admin, messages
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from activity.admin.base import QuickAdmin, ReadOnly
from activity.models import Task
from activity.refusals import Refused
from portal.actions.gaps import close_gap
from portal.models import KnowledgeGap
from portal.queries.gaps import useful_counts
from portal.queries.owners import owner_of


class Standing(admin.SimpleListFilter):
    """Open ones, unless something else is asked for."""

    title, parameter_name = gettext_lazy("which"), "is"

    def lookups(self, request, model_admin):
        return [("closed", _("closed")), ("all", _("all"))]

    def choices(self, changelist):
        yield {"selected": self.value() is None, "query_string": changelist.get_query_string(remove=["is"]), "display": _("open")}
        for key, title in self.lookup_choices:
            yield {"selected": self.value() == key, "query_string": changelist.get_query_string({"is": key}), "display": title}

    def queryset(self, request, queryset):
        match self.value():
            case "closed":
                return queryset.exclude(closed_at=None)
            case "all":
                return queryset
        return queryset.open()


@admin.register(KnowledgeGap)
class KnowledgeGapAdmin(ReadOnly, QuickAdmin):
    empty_says = gettext_lazy("Here will be what partners asked and the assistant could not answer, without who asked.")
    list_display = ["text", "times", "useless", "nearest_title", "owner", "last_asked", "programme"]
    list_select_related = ["programme"]
    list_filter = [Standing, "programme"]
    search_fields = ["text"]
    fields = ["text", "programme", "times", "useless", "first_at", "last_at", "nearest_title", "owner", "task", "closed_at"]
    actions = ["close"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": useful_counts(), **(extra_context or {})})

    @admin.display(description=gettext_lazy("its owner"))
    def owner(self, row: KnowledgeGap) -> str:
        return str(owner_of(row.nearest_kind, row.nearest_id) or "–")

    @admin.display(description=gettext_lazy("task"))
    def task(self, row: KnowledgeGap) -> str:
        task = Task.objects.select_related("owner").filter(pk=row.task_id).first() if row.task_id else None
        return f"{task} · {task.owner or _('nobody')} · {task.get_state_display()}" if task else _("none yet")

    @admin.display(description=gettext_lazy("last asked"), ordering="last_at")
    def last_asked(self, row: KnowledgeGap) -> str:
        return date_format(row.last_at, "j M Y")

    @admin.action(description=gettext_lazy("Close: it is answered now, or need not be"), permissions=["close"])
    def close(self, request, queryset):
        closed = 0
        for gap in queryset:
            try:
                close_gap(gap, by=request.user)
                closed += 1
            except Refused as refusal:
                messages.error(request, str(refusal))
        if closed:
            messages.success(request, ngettext("%(n)d is closed.", "%(n)d are closed.", closed) % {"n": closed})

    def has_close_permission(self, request) -> bool:
        return request.user.has_perm("portal.change_knowledgegap")
