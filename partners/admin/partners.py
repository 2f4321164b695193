from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from activity.admin.base import NeverDeleted
from partners.actions.partners import change_partner, create_partner
from partners.actions.typed_rows import save_typed_rows
from partners.admin.base import OwnRowsAdmin, RowHistoryMixin, SavedViewsMixin
from partners.admin.bulk_edit import BulkEditMixin
from partners.admin.filters import ENROLMENT_FILTERS, CertificateFilter, CountryFilter
from partners.admin.merges import MergesMixin, leads_to
from partners.admin.overview import OverviewMixin
from partners.admin.splits import SplitsMixin
from partners.admin.typed_rows import TYPED_ROWS
from partners.models import Enrolment, FormerName, Partner, PartnerKind, Programme, Tier
from partners.queries.partners import primary_enrolment, with_current_enrolments
from partners.visibility import hidden_from

OWN = ["name", "legal_name", "external_id", "country", "website", "language", "time_zone", "description"]
FORMER_NAMES_READ = 200
PLACE = ["programme", "kind", "tier", "status", "manager"]


class NewPartnerForm(forms.ModelForm):
    """An organisation and its first place in a programme, in one go."""

    programme = forms.ModelChoiceField(Programme.objects.all(), label=_("Programme"), required=False)
    kind = forms.ModelChoiceField(PartnerKind.objects.all(), label=_("Kind"), required=False)
    tier = forms.ModelChoiceField(Tier.objects.select_related("programme"), label=_("Tier"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=Enrolment.Status.choices, initial=Enrolment.Status.ACTIVE)
    manager = forms.ModelChoiceField(User.objects.filter(is_staff=True), label=_("Responsible manager"), required=False)

    class Meta:
        model = Partner
        fields = OWN


@admin.register(Partner)
class PartnerAdmin(
    OverviewMixin, MergesMixin, SplitsMixin, BulkEditMixin, SavedViewsMixin, RowHistoryMixin, NeverDeleted, OwnRowsAdmin
):
    list_display = ["partner", "country", "kind", "tier", "status", "programmes", "manager"]
    list_display_links = None
    list_filter = [*ENROLMENT_FILTERS, CertificateFilter, CountryFilter]
    search_fields = ["name__matches", "external_id__exact"]
    search_help_text = _("Name, also a former one, or the exact external id")
    inlines = TYPED_ROWS

    def get_queryset(self, request):
        return with_current_enrolments(super().get_queryset(request))

    def get_search_results(self, request, queryset, search_term):
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        words = search_term.strip()
        # A query of its own: joined to the other one by OR, it would read the whole table.
        former = (
            FormerName.objects.filter(name__matches=words).values_list("partner", flat=True)[:FORMER_NAMES_READ] if words else ()
        )
        return (found | queryset.filter(pk__in=list(former)) if former else found), may_repeat

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewPartnerForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        organisation = (None, {"fields": OWN})
        return [organisation] if obj else [organisation, (_("Its place"), {"fields": PLACE})]

    def get_inlines(self, request, obj):
        hidden = hidden_from(request.user) if obj else frozenset()
        return [inline for inline in self.inlines if inline.kind not in hidden] if obj else []

    def create(self, request, values: dict) -> Partner:
        return create_partner(by=request.user, **values)

    def change(self, request, row, values: dict) -> None:
        change_partner(row, by=request.user, **values)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What was merged leads to what it is now, also from an old bookmark."""
        kept = self.kept_of(request, pk=object_id) if str(object_id).isdigit() else None
        return leads_to(kept) if kept else super().change_view(request, object_id, form_url, extra_context)

    def save_formset(self, request, form, formset, change) -> None:
        save_typed_rows(form.instance, formset, by=request.user)

    @admin.display(description=_("partner"), ordering="name")
    def partner(self, partner: Partner) -> str:
        address = reverse("admin:partners_partner_overview", args=[partner.public_id])
        return format_html('<a class="row-link" href="{}">{}</a>', address, partner.name)

    @admin.display(description=_("kind"))
    def kind(self, partner: Partner):
        enrolment = primary_enrolment(partner)
        return enrolment and enrolment.kind

    @admin.display(description=_("tier"))
    def tier(self, partner: Partner):
        enrolment = primary_enrolment(partner)
        return enrolment and enrolment.tier

    @admin.display(description=_("status"))
    def status(self, partner: Partner) -> str:
        enrolment = primary_enrolment(partner)
        return capfirst(enrolment.get_status_display()) if enrolment else _("In no programme")

    @admin.display(description=_("programmes"))
    def programmes(self, partner: Partner) -> str:
        return ", ".join(enrolment.programme.name for enrolment in partner.current_enrolments)

    @admin.display(description=_("manager"))
    def manager(self, partner: Partner):
        enrolment = primary_enrolment(partner)
        return enrolment and enrolment.manager
