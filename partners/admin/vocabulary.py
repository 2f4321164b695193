"""The words that managers extend: kinds, functions, regions, specialties, certifications."""

from django.contrib import admin

from activity.actions import record_activity
from activity.admin.base import QuickAdmin
from partners.models import Certification, ContactFunction, PartnerKind, Region, Specialty


class WordAdmin(QuickAdmin):
    list_display = ["name", "key"]
    search_fields = ["name", "key"]

    def get_readonly_fields(self, request, obj=None):
        """Rules and integrators know a word by its key."""
        return ["key"] if obj else []

    def save_model(self, request, obj, form, change) -> None:
        obj.save()
        record_activity("vocabulary.changed", f"{self.opts.verbose_name}: {obj.name} ({obj.key})", by=request.user, subject=obj)


@admin.register(PartnerKind)
class PartnerKindAdmin(WordAdmin):
    pass


@admin.register(ContactFunction)
class ContactFunctionAdmin(WordAdmin):
    pass


@admin.register(Region)
class RegionAdmin(WordAdmin):
    list_display = ["name", "key", "countries"]


@admin.register(Specialty)
class SpecialtyAdmin(WordAdmin):
    pass


@admin.register(Certification)
class CertificationAdmin(WordAdmin):
    list_display = ["name", "key", "product"]
    list_select_related = ["product"]
    autocomplete_fields = ["product"]
