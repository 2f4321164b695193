"""The words that managers extend: kinds, functions, regions, specialties, certifications."""

from django.contrib import admin

from activity.admin.base import QuickAdmin
from partners.actions.vocabulary import change_word, create_word, delete_word
from partners.models import Certification, ContactFunction, PartnerKind, Region, Specialty
from partners.models.vocabulary import Word


class WordAdmin(QuickAdmin):
    list_display = ["name", "key"]
    search_fields = ["name", "key"]

    def get_readonly_fields(self, request, obj=None):
        """Rules and integrators know a word by its key."""
        return ["key"] if obj else []

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> Word:
        return create_word(self.model, by=request.user, **values)

    def change(self, request, row: Word, values: dict) -> None:
        change_word(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_word(obj, by=request.user)


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
