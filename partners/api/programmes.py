from rest_framework import serializers

from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from partners.models import Programme, Tier


class TierSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tier
        fields = ("key", "name", "rank")


class ProgrammeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    tiers = TierSerializer(many=True)

    class Meta:
        model = Programme
        fields = ("id", "key", "name", "brand", "time_zone", "is_default", "tiers")
        read_only_fields = fields


class Programmes(Lists, Retrieves, Resource):
    """The partner programmes and their tiers. They are set up in the admin."""

    noun = "partners.partner"
    read_scope = Scope.PARTNERS_READ
    serializer_class = ProgrammeSerializer
    ordering_fields = ("name",)

    def rows(self, user):
        return Programme.objects.visible_to(user).prefetch_related("tiers")
