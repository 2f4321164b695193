"""Scorecards: their lines, a partner's filled one, and the records behind each of its figures."""

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from activity.admin.base import QuickAdmin
from context.actions.scorecards import add_line, change_line, change_scorecard, create_scorecard, delete_scorecard, remove_line
from context.admin.criteria import permit, wide_page
from context.models import Scorecard, ScorecardLine
from context.queries.scorecards import period_asked, records_page, scorecard_of
from partners.models import Enrolment
from partners.visibility import hidden_from


class LineInline(TabularInline):
    model = ScorecardLine
    extra = 0
    fields = ["metric", "label", "product", "industry", "region", "activity", "target", "position"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the ways to add and change what is chosen: they would leave the choice no room."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return db_field.formfield(widget=field.widget.widget) if isinstance(field.widget, RelatedFieldWidgetWrapper) else field


@admin.register(Scorecard)
class ScorecardAdmin(QuickAdmin):
    empty_says = gettext_lazy("A scorecard shows a kind of partner its figures by month, quarter or year, beside their targets.")
    list_display = ["name", "programme", "kind", "period", "is_shared"]
    list_filter = ["programme", "is_shared"]
    search_fields = ["name"]
    list_select_related = ["programme", "kind"]
    fields = ["name", "programme", "kind", "period", "is_shared"]
    inlines = [LineInline]

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> Scorecard:
        return create_scorecard(by=request.user, **values)

    def change(self, request, row: Scorecard, values: dict) -> None:
        change_scorecard(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_scorecard(obj, by=request.user)

    def save_formset(self, request, form, formset, change) -> None:
        """Each line by its action; the formset itself saves nothing."""
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for line_form in formset.forms:
            values = {name: line_form.cleaned_data[name] for name in line_form.changed_data if name in LineInline.fields}
            if line_form.cleaned_data.get("DELETE") and line_form.instance.pk:
                remove_line(line_form.instance, by=request.user)
            elif line_form.instance.pk and values:
                change_line(ScorecardLine.objects.get(pk=line_form.instance.pk), by=request.user, **values)
            elif values and not line_form.instance.pk:
                add_line(Scorecard.objects.get(pk=form.instance.pk), by=request.user, **values)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/of/<uuid:enrolment>/", view(self.filled_view), name="context_scorecard_filled"),
            path("<uuid:public_id>/of/<uuid:enrolment>/<uuid:line>/", view(self.records_view), name="context_scorecard_records"),
            *super().get_urls(),
        ]

    def filled_view(self, request, public_id, enrolment):
        scorecard, of = self._both(request, public_id, enrolment)
        card = scorecard_of(scorecard, of, request.GET.get("period", ""))
        title = _("%(card)s · %(partner)s") % {"card": scorecard, "partner": of.partner}
        return wide_page(request, "scorecard/page.html", title, self.opts, card=card, partner=of.partner)

    def records_view(self, request, public_id, enrolment, line):
        scorecard, of = self._both(request, public_id, enrolment)
        row = get_object_or_404(scorecard.lines.select_related("metric", "product", "region"), public_id=line)
        period = period_asked(scorecard, request.GET.get("period", ""))
        if period is None:
            raise Http404
        found = records_page(row, of, period, request.GET.get("proof", ""))
        title = _("%(line)s · %(partner)s · %(period)s") % {"line": row, "partner": of.partner, "period": period.label}
        return wide_page(
            request, "scorecard/records.html", title, self.opts, found=found, scorecard=scorecard, enrolment=of, period=period
        )

    def _both(self, request, public_id, enrolment) -> tuple[Scorecard, Enrolment]:
        permit(request, "context.view_scorecard", "partners.view_performancerecord")
        rows = Enrolment.objects.visible_to(request.user).select_related("partner", "programme")
        of = get_object_or_404(rows, public_id=enrolment)
        if "performance" in hidden_from(request.user):
            raise Http404
        cards = Scorecard.objects.visible_to(request.user).of_enrolment(of)
        return get_object_or_404(cards, public_id=public_id), of
