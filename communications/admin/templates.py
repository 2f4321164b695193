from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from communications.actions.templates import change_template, create_template, delete_template
from communications.models import ContentTemplate


@admin.register(ContentTemplate)
class ContentTemplateAdmin(QuickAdmin):
    list_display = ["name", "kind", "language", "programme", "updated_at", "write"]
    list_filter = ["kind", "programme"]
    list_select_related = ["programme"]
    search_fields = ["name", "title"]
    fields = ["name", ("kind", "language"), "programme", "title", "call_to_action", "body"]
    empty_says = _("Templates to begin a draft with will be here.")

    def get_actions(self, request):
        return {}

    def create(self, request, values: dict) -> ContentTemplate:
        return create_template(by=request.user, **values)

    def change(self, request, row: ContentTemplate, values: dict) -> None:
        change_template(row, by=request.user, **values)

    def delete_model(self, request, obj) -> None:
        delete_template(obj, by=request.user)

    @admin.display(description="")
    def write(self, row: ContentTemplate) -> str:
        address = reverse("admin:communications_announcement_add")
        return format_html('<a class="ph-link" href="{}?template={}">{}</a>', address, row.public_id, _("Write with it"))
