from django.db.models import Q, QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.filters import IdOrKeyFilter
from accounts.api.inputs import IdOrKeyField, Input
from accounts.api.moved import Moved
from accounts.api.resources import Changes, Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from partners.actions.partners import change_partner, create_partner
from partners.models import Enrolment, FormerName, Method, Partner, Programme
from partners.queries.names import kept_partner
from partners.queries.places import place_of, with_place


class PartnerSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    website = serializers.CharField(help_text="Empty where unknown.")
    programme = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField()
    tier = serializers.SerializerMethodField()
    status = serializers.SerializerMethodField()

    class Meta:
        model = Partner
        fields = ("id", "name", "legal_name", "country", "website", "external_id", "time_zone", "language", "description",
                  "programme", "kind", "tier", "status", "created_at")  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "format": "uuid", "description": "Of its primary enrolment."})
    def get_programme(self, partner):
        place = place_of(partner)
        return place and place.programme.public_id

    @extend_schema_field({"type": ["string", "null"], "example": "reseller", "description": "Key, in its primary enrolment."})
    def get_kind(self, partner):
        place = place_of(partner)
        return place.kind.key if place and place.kind else None

    @extend_schema_field({"type": ["string", "null"], "example": "gold", "description": "Key, in its primary enrolment."})
    def get_tier(self, partner):
        place = place_of(partner)
        return place.tier.key if place and place.tier else None

    @extend_schema_field({"type": ["string", "null"], "example": "active", "description": "In its primary enrolment."})
    def get_status(self, partner):
        place = place_of(partner)
        return place and place.status


class PartnerChange(Input):
    shown_only = ("id", "programme", "created_at")

    name = serializers.CharField(max_length=200, help_text="What people call it.")
    legal_name = serializers.CharField(max_length=200, allow_blank=True, required=False)
    country = serializers.CharField(max_length=2, allow_blank=True, required=False, help_text="Two letters, ISO 3166-1.")
    website = serializers.CharField(max_length=500, allow_blank=True, required=False, help_text="Begins with https:// or http://.")
    external_id = serializers.CharField(
        max_length=200, allow_null=True, allow_blank=True, required=False, help_text="Its key in your own systems; unique."
    )
    time_zone = serializers.CharField(max_length=64, allow_blank=True, required=False, help_text="Such as Europe/Berlin.")
    language = serializers.CharField(max_length=16, allow_blank=True, required=False, help_text="Such as de or pt-br.")
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    kind = serializers.CharField(
        max_length=60, allow_null=True, required=False, help_text="Key of a kind, such as reseller, in its primary enrolment."
    )
    tier = serializers.CharField(
        max_length=60, allow_null=True, required=False, help_text="Key of a tier of the programme, in its primary enrolment."
    )
    status = serializers.ChoiceField(choices=Enrolment.Status.choices, required=False, help_text="In its primary enrolment.")


class PartnerInput(PartnerChange):
    shown_only = ("id", "created_at")

    programme = IdOrKeyField(
        Programme.objects.visible_to, required=False, help_text="The id or key of a programme; the default one when left out."
    )


class PartnerFilters(filters.FilterSet):
    """What is said about a partner's place must hold for one and the same current enrolment."""

    name = filters.CharFilter(method="named", label="Part of the name, also of a former one.")
    external_id = filters.CharFilter()
    country = filters.CharFilter(lookup_expr="iexact")
    programme = IdOrKeyFilter("programme")
    kind = filters.CharFilter(field_name="kind__key", label="Key of a kind.")
    tier = filters.CharFilter(field_name="tier__key", label="Key of a tier.")
    status = filters.ChoiceFilter(choices=Enrolment.Status.choices)

    OF_THE_PLACE = ("programme", "kind", "tier", "status")

    class Meta:
        model = Partner
        fields = ()

    def named(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(
            Q(name__icontains=value) | Q(pk__in=FormerName.objects.filter(name__matches=value).values("partner"))
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        places = Enrolment.objects.current()
        for name, value in self.form.cleaned_data.items():
            if name in self.OF_THE_PLACE:
                places = self.filters[name].filter(places, value)
            else:
                queryset = self.filters[name].filter(queryset, value)
        asked = any(self.form.cleaned_data[name] for name in self.OF_THE_PLACE)
        return queryset.filter(pk__in=places.values("partner_id")) if asked else queryset


class Partners(Lists, Retrieves, Creates, Changes, Resource):
    """Organisations, with their place in their primary programme."""

    noun = "partners.partner"
    read_scope = Scope.PARTNERS_READ
    write_scope = Scope.PARTNERS_WRITE
    serializer_class = PartnerSerializer
    input_class = PartnerInput
    change_class = PartnerChange
    filterset_class = PartnerFilters
    ordering_fields = ("name", "country", "created_at")

    def rows(self, user):
        return with_place(Partner.objects.visible_to(user))

    def get_object(self):
        """The id of a partner that was merged answers with where it is now; the method and the body stay as they were."""
        kept = kept_partner(self.request.user, public_id=self.kwargs["id"])
        if kept is None:
            return super().get_object()
        raise Moved(kept.public_id, reverse("api-partners-detail", kwargs={"id": kept.public_id}))

    def make(self, by, **fields):
        """Whoever sees only a portfolio becomes responsible for what they add, or it would vanish before their eyes."""
        manager = None if by.has_perm("partners.view_all_partners") else by
        return create_partner(by=by, manager=manager, method=Method.API, **fields)

    def change(self, partner, by, **fields):
        return change_partner(partner, by=by, method=Method.API, **fields)
