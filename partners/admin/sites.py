"""Sites, for managers: the whole row, where the form of a partner has room for its first columns."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from partners.actions.sites import add_site, change_site, close_site
from partners.forms.sites import CodesField
from partners.models import Partner, Site
from partners.visibility import hidden_from


class SiteRowForm(forms.ModelForm):
    activities = forms.MultipleChoiceField(
        label=_("What is done there"), choices=Site.Activity.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    serves = CodesField(
        label=_("Serves the countries"), max_length=600, required=False, help_text=_("Two letters each, such as DE AT CH.")
    )

    class Meta:
        model = Site
        fields = ["partner", "name", "kind", "activities", "city", "country", "region", "serves", "capacity_value", "capacity_unit",
                  "capacity", "source", "method", "observed_at", "evidence"]  # fmt: skip


@admin.register(Site)
class SiteAdmin(QuickAdmin):
    form = SiteRowForm
    list_display = ["name", "partner", "kind", "city", "country", "region", "is_verified"]
    list_filter = ["kind", "region"]
    list_select_related = ["partner", "region"]
    search_fields = ["partner__name__matches", "name__icontains"]
    autocomplete_fields = ["partner"]
    fieldsets = [
        (None, {"fields": ["partner", "name", "kind", "activities"]}),
        (_("Where"), {"fields": ["city", "country", "region", "serves"]}),
        (_("Capacity"), {"fields": ["capacity_value", "capacity_unit", "capacity"]}),
        (_("Where from"), {"fields": ["source", "method", "observed_at", "evidence"]}),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request).filter(partner__in=Partner.objects.visible_to(request.user))
        return rows.none() if "sites" in hidden_from(request.user) else rows

    def get_readonly_fields(self, request, obj=None):
        return ["partner"] if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "partner":
            kwargs["queryset"] = Partner.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def create(self, request, values: dict) -> Site:
        return add_site(values.pop("partner"), by=request.user, **values)

    def save_model(self, request, obj, form, change) -> None:
        """A row that changes is followed by another: that one is what is shown next."""
        if change:
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            obj.pk = change_site(Site.objects.get(pk=obj.pk), by=request.user, **values).pk
            obj.refresh_from_db()
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request, obj) -> None:
        close_site(obj, by=request.user)

    def get_actions(self, request):
        return {}

    @admin.display(description=_("verified"), boolean=True)
    def is_verified(self, site: Site) -> bool:
        return site.is_verified
