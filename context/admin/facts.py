"""The ledger, to be read: what was said of a partner, by whom, when, and what was decided about it."""

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from activity.admin.base import QuickAdmin, ReadOnly
from context.admin.history import HistoryMixin
from context.admin.ledger import LedgerMixin
from context.models import DataPoint, Fact, Verdict


class VerdictInline(ReadOnly, TabularInline):
    model = Verdict
    extra = 0
    fields = ["kind", "by", "at", "comment"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class SeenDataPointFilter(admin.RelatedFieldListFilter):
    """Offers the data points whose values the reader may see."""

    def field_choices(self, field, request, model_admin):
        return [(point.pk, str(point)) for point in DataPoint.objects.seen_by(request.user)]


@admin.register(Fact)
class FactAdmin(LedgerMixin, HistoryMixin, ReadOnly, QuickAdmin):
    list_display = ["partner", "data_point", "short_value", "standing", "source", "method", "asserted_by", "age", "recorded_at"]
    list_filter = ["method", ("data_point", SeenDataPointFilter)]
    list_select_related = ["partner", "data_point", "asserted_by"]
    search_fields = ["partner__name__matches"]
    inlines = [VerdictInline]
    ordering = ["-pk"]
    fields = [
        "partner",
        "contact",
        "programme",
        "data_point",
        "value",
        "source",
        "method",
        "asserted_by",
        "observed_at",
        "recorded_at",
        "evidence",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).prefetch_related("verdicts")

    @admin.display(description=_("value"))
    def short_value(self, fact: Fact) -> str:
        text = ", ".join(map(str, fact.value)) if isinstance(fact.value, list) else str(fact.value)
        return text if len(text) <= 60 else f"{text[:59]}…"

    @admin.display(description=_("standing"))
    def standing(self, fact: Fact) -> str:
        latest = next(iter(fact.verdicts.all()), None)
        return latest.get_kind_display() if latest else str(_("claim"))

    @admin.display(description=_("observed"), ordering="observed_at")
    def age(self, fact: Fact) -> str:
        return format_html(
            '<span title="{}">{}</span>', fact.observed_at.isoformat(timespec="minutes"), naturaltime(fact.observed_at)
        )
