from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from partners.actions.contacts import add_contact, change_contact
from partners.models import Contact, Method, Partner


class ContactSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    email = serializers.CharField(help_text="Empty where unknown.")

    class Meta:
        model = Contact
        fields = ("id", "partner", "name", "email", "functions", "language", "time_zone", "job_title", "phone",
                  "is_partner_admin", "left_on", "created_at")  # fmt: skip
        read_only_fields = fields


class ContactChange(Input):
    """Who may sign in, and for whom, is not changed here: that goes by invitation."""

    shown_only = ("id", "partner", "is_partner_admin", "left_on", "created_at")

    name = serializers.CharField(max_length=200)
    email = serializers.CharField(max_length=254, allow_blank=True, required=False)
    functions = serializers.ListField(
        child=serializers.CharField(max_length=60, allow_blank=True),
        max_length=50,
        required=False,
        help_text="Keys, such as sales or technical.",
    )
    language = serializers.CharField(max_length=16, allow_blank=True, required=False, help_text="Such as de or pt-br.")
    time_zone = serializers.CharField(max_length=64, allow_blank=True, required=False, help_text="Such as Europe/Berlin.")
    job_title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=40, allow_blank=True, required=False)


class ContactInput(ContactChange):
    shown_only = ("id", "is_partner_admin", "left_on", "created_at")

    partner = IdField(Partner.objects.visible_to)


class ContactFilters(filters.FilterSet):
    partner = IdFilter("partner")
    name = filters.CharFilter(lookup_expr="icontains", label="Part of the name.")
    email = filters.CharFilter(lookup_expr="iexact")
    function = filters.CharFilter(label="Key of a function.", method="has_function")
    language = filters.CharFilter()
    is_current = YesNoFilter(field_name="left_on", lookup_expr="isnull", label="Whether the person still works there.")

    class Meta:
        model = Contact
        fields = ()

    def has_function(self, rows, _name, key):
        return rows.filter(functions__contains=[key])


class Contacts(Lists, Retrieves, Creates, Changes, Resource):
    """People at partners. Adding one gives nobody access."""

    noun = "partners.contact"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = ContactSerializer
    input_class = ContactInput
    change_class = ContactChange
    filterset_class = ContactFilters
    ordering_fields = ("name", "created_at")

    def rows(self, user):
        return Contact.objects.visible_to(user).select_related("partner")

    def make(self, by, *, partner, **fields):
        return add_contact(partner, by=by, method=Method.API, **fields)

    def change(self, contact, by, **fields):
        return change_contact(contact, by=by, method=Method.API, **fields)
