from django.contrib import admin

from activity.admin.base import NeverDeleted
from partners.actions.products import change_product, create_product
from partners.admin.base import OwnRowsAdmin, SavedViewsMixin
from partners.models import Product


@admin.register(Product)
class ProductAdmin(SavedViewsMixin, NeverDeleted, OwnRowsAdmin):
    list_display = ["name", "version", "line", "programme", "status", "end_of_sale"]
    list_select_related = ["programme"]
    list_filter = ["status", "programme"]
    search_fields = ["name__matches", "line__matches"]

    def get_fields(self, request, obj=None):
        return ["programme", "line", "name", "version", "status", "end_of_sale"]

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []

    def create(self, request, values: dict) -> Product:
        return create_product(by=request.user, **values)

    def change(self, request, row, values: dict) -> None:
        change_product(row, by=request.user, **values)
