from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdOrKeyFilter
from accounts.api.inputs import IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from partners.actions.products import change_product, create_product
from partners.models import Product, Programme


class ProductSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    programme = serializers.UUIDField(source="programme.public_id")

    class Meta:
        model = Product
        fields = ("id", "programme", "line", "name", "version", "status", "end_of_sale")
        read_only_fields = fields


class ProductChange(Input):
    shown_only = ("id", "programme")

    line = serializers.CharField(max_length=120, help_text="The product line it belongs to.")
    name = serializers.CharField(max_length=200)
    version = serializers.CharField(max_length=60, allow_blank=True, required=False)
    status = serializers.ChoiceField(choices=Product.Status.choices, required=False)
    end_of_sale = serializers.DateField(allow_null=True, required=False)


class ProductInput(ProductChange):
    shown_only = ("id",)

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class ProductFilters(filters.FilterSet):
    programme = IdOrKeyFilter("programme")
    line = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    status = filters.ChoiceFilter(choices=Product.Status.choices)

    class Meta:
        model = Product
        fields = ()


class Products(Lists, Retrieves, Creates, Changes, Resource):
    """What partners sell, deliver or build with."""

    noun = "partners.product"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = ProductSerializer
    input_class = ProductInput
    change_class = ProductChange
    filterset_class = ProductFilters
    ordering_fields = ("name", "line")

    def rows(self, user):
        return Product.objects.visible_to(user).select_related("programme")

    def make(self, by, **fields):
        return create_product(by=by, **fields)

    def change(self, product, by, **fields):
        return change_product(product, by=by, **fields)
