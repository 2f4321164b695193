"""The ledger, to be read: what was said of a partner, by whom, when, and what was decided about it."""

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import PermissionDenied
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from activity.actions.accesses import record_accesses
from activity.admin.base import QuickAdmin, ReadOnly
from activity.csv_files import csv_response
from activity.models import Access
from context.admin.differences import DifferencesMixin
from context.admin.history import HistoryMixin
from context.admin.ledger import LedgerMixin
from context.models import DataPoint, Fact, Verdict
from context.queries.fact_list import FACT_COLUMNS, fact_lines, with_age, with_standing
from context.queries.facts import freshness_of
from context.queries.words import Names, value_in_words


class VerdictInline(ReadOnly, TabularInline):
    model = Verdict
    extra = 0
    fields = ["kind", "by", "at", "comment"]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


class StandingFilter(DropdownFilter):
    title, parameter_name = _("standing"), "standing"

    def lookups(self, request, model_admin):
        return [("claim", _("claim")), *Verdict.Kind.choices]

    def queryset(self, request, queryset):
        return with_standing(queryset, self.value()) if self.value() else queryset


class StaleFilter(DropdownFilter):
    title, parameter_name = _("age"), "age"

    def lookups(self, request, model_admin):
        return [("stale", _("stale")), ("fresh", _("fresh"))]

    def queryset(self, request, queryset):
        return with_age(queryset, is_stale=self.value() == "stale") if self.value() in ("stale", "fresh") else queryset


class SeenDataPointFilter(admin.RelatedFieldListFilter):
    """Offers the data points whose values the reader may see."""

    def field_choices(self, field, request, model_admin):
        return [(point.pk, str(point)) for point in DataPoint.objects.seen_by(request.user)]


@admin.register(Fact)
class FactAdmin(LedgerMixin, DifferencesMixin, HistoryMixin, ReadOnly, QuickAdmin):
    empty_says = _("Whatever becomes known about a partner is here with its source, its age and its proof.")
    list_display = ["opened", "data_point", "short_value", "standing", "source", "method", "asserted_by", "age", "recorded_at"]
    list_display_links = None
    list_before_template = "admin/context/ledger/export.html"
    list_filter = [StandingFilter, StaleFilter, "method", ("data_point", SeenDataPointFilter)]
    list_select_related = ["partner", "data_point", "asserted_by"]
    search_fields = ["partner__name__matches"]
    inlines = [VerdictInline]
    ordering = ["-pk"]
    sortable_by: list[str] = []  # any other order would sort millions
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
        "evidence_file",
    ]

    def get_urls(self):
        return [path("facts.csv", self.admin_site.admin_view(self.export_view), name="context_fact_export"), *super().get_urls()]

    def export_view(self, request):
        """The facts that the list shows with these filters, all pages of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        facts = self.get_changelist_instance(request).queryset
        record_accesses(facts.values("partner"), by=request.user, way=Access.Way.FILE)
        return csv_response("facts.csv", FACT_COLUMNS, fact_lines(facts))

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).prefetch_related("verdicts")

    def get_changelist_instance(self, request):
        """The values of one page are told with the names that it reads once."""
        changelist, names = super().get_changelist_instance(request), Names()
        changelist.result_list = list(changelist.result_list)
        for fact in changelist.result_list:
            fact.in_words = value_in_words(fact.data_point, fact.value, names)
        return changelist

    @admin.display(description=_("value"))
    def short_value(self, fact: Fact) -> str:
        return Truncator(fact.in_words).chars(60)

    @admin.display(description=_("partner"))
    def opened(self, fact: Fact) -> str:
        address = reverse("admin:context_ledger_entry", args=["fact", fact.public_id])
        return format_html('<a class="row-link" href="{}">{}</a>', address, fact.partner)

    @display(description=_("standing"), label={"claim": "warning", "verified": "success", "disputed": "danger"})
    def standing(self, fact: Fact) -> tuple[str, str]:
        latest = next(iter(fact.verdicts.all()), None)
        words = latest.get_kind_display() if latest else _("claim")
        is_old = fact.data_point.stale_after_days and fact.observed_at < timezone.now() - freshness_of(fact.data_point)
        return latest.kind if latest else "claim", f"{words}, {_('stale')}" if is_old else words

    @admin.display(description=_("observed"))
    def age(self, fact: Fact) -> str:
        return format_html(
            '<span title="{}">{}</span>', fact.observed_at.isoformat(timespec="minutes"), naturaltime(fact.observed_at)
        )
