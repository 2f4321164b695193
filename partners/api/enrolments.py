from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter, IdOrKeyFilter, YesNoFilter
from accounts.api.inputs import IdField, IdOrKeyField, Input
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from activity.refusals import Invalid
from partners.actions.enrolments import change_enrolment, enrol_partner
from partners.models import Enrolment, Partner, Programme, Stage


class EnrolmentSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    partner = serializers.UUIDField(source="partner.public_id")
    programme = serializers.UUIDField(source="programme.public_id")
    kind = serializers.CharField(source="kind.key", allow_null=True, default=None)
    tier = serializers.CharField(source="tier.key", allow_null=True, default=None)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)
    manager = serializers.EmailField(source="manager.email", allow_null=True, default=None, help_text="The responsible manager.")

    class Meta:
        model = Enrolment
        fields = ("id", "partner", "programme", "kind", "tier", "status", "stage", "manager", "is_primary", "starts_on", "ends_on")
        read_only_fields = fields


class EnrolmentChange(Input):
    shown_only = ("id", "partner", "programme", "manager", "starts_on")

    kind = serializers.CharField(max_length=60, allow_null=True, required=False, help_text="Key of a kind, such as reseller.")
    tier = serializers.CharField(max_length=60, allow_null=True, required=False, help_text="Key of a tier of the programme.")
    status = serializers.ChoiceField(choices=Enrolment.Status.choices, required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True, required=False)
    is_primary = serializers.BooleanField(required=False, help_text="Stands for the partner where only one is shown.")
    ends_on = serializers.DateField(required=False, help_text="With status “ended”: the last day; today when left out.")

    def validate(self, fields):
        if "ends_on" in fields and fields.get("status") != Enrolment.Status.ENDED:
            raise Invalid(_("Give ends_on together with the status “ended”."), field="ends_on")
        return fields


class EnrolmentInput(Input):
    shown_only = ("id", "manager", "ends_on")

    partner = IdField(Partner.objects.visible_to)
    programme = IdOrKeyField(Programme.objects.visible_to)
    kind = serializers.CharField(max_length=60, allow_null=True, required=False, help_text="Key of a kind, such as reseller.")
    tier = serializers.CharField(max_length=60, allow_null=True, required=False, help_text="Key of a tier of the programme.")
    status = serializers.ChoiceField(choices=Enrolment.Status.choices, required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True, required=False)
    is_primary = serializers.BooleanField(required=False)
    starts_on = serializers.DateField(allow_null=True, required=False)


class EnrolmentFilters(filters.FilterSet):
    partner = IdFilter("partner")
    programme = IdOrKeyFilter("programme")
    kind = filters.CharFilter(field_name="kind__key", label="Key of a kind.")
    tier = filters.CharFilter(field_name="tier__key", label="Key of a tier.")
    status = filters.ChoiceFilter(choices=Enrolment.Status.choices)
    stage = filters.ChoiceFilter(choices=Stage.choices)
    is_current = YesNoFilter(field_name="ends_on", lookup_expr="isnull", label="Whether it has not ended.")

    class Meta:
        model = Enrolment
        fields = ()


class Enrolments(Lists, Retrieves, Creates, Changes, Resource):
    """A partner in a programme, from one day to another. To end one, set its status to “ended”."""

    noun = "partners.enrolment"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = EnrolmentSerializer
    input_class = EnrolmentInput
    change_class = EnrolmentChange
    filterset_class = EnrolmentFilters

    def rows(self, user):
        return Enrolment.objects.visible_to(user).select_related("partner", "programme", "kind", "tier", "manager")

    def make(self, by, *, partner, programme, **fields):
        return enrol_partner(partner, programme, by=by, **fields)

    def change(self, enrolment, by, **fields):
        return change_enrolment(enrolment, by=by, **fields)
