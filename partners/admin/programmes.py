from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from activity.admin.base import NeverDeleted, QuickAdmin
from partners.actions.programmes import save_programme
from partners.actions.tiers import create_tier, delete_tier, edit_tier
from partners.forms.programmes import ProgrammeForm
from partners.models import Programme, Tier


class TierForm(forms.ModelForm):
    """Rules know a tier by its key, so it stays."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].disabled = bool(self.instance.pk)


class TierInline(TabularInline):
    model = Tier
    form = TierForm
    extra = 0
    fields = ["name", "key", "rank"]


@admin.register(Programme)
class ProgrammeAdmin(NeverDeleted, QuickAdmin):
    list_display = ["name", "brand", "sender_email", "is_default"]
    search_fields = ["name"]
    form = ProgrammeForm
    inlines = [TierInline]
    fieldsets = [
        (None, {"fields": ["name", "key", "is_default"]}),
        (_("Look"), {"fields": ["brand", "colour", "logo"]}),
        (_("Mail"), {"fields": ["sender_name", "sender_email", "reply_to", "time_zone", "quiet_from", "quiet_until"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def save_model(self, request, obj, form, change) -> None:
        save_programme(obj, by=request.user)

    def save_formset(self, request, form, formset, change) -> None:
        """What goes makes room first: a key may be given anew."""
        formset.save(commit=False)
        for tier in formset.deleted_objects:
            delete_tier(tier, by=request.user)
        for tier, names in formset.changed_objects:
            values = {name: getattr(tier, name) for name in names}
            edit_tier(Tier.objects.get(pk=tier.pk), by=request.user, **values)
        for tier in formset.new_objects:
            create_tier(form.instance, by=request.user, key=tier.key, name=tier.name, rank=tier.rank)
