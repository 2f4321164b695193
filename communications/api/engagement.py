from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter
from accounts.api.resources import Lists, Resource
from accounts.models import Scope
from communications.models import Channel, EngagementEvent
from communications.models.engagement import Action, Actor


class EngagementSerializer(serializers.ModelSerializer):
    announcement = serializers.UUIDField(source="announcement.public_id")
    contact = serializers.UUIDField(
        source="contact.public_id", allow_null=True, help_text="None where the picture told only that somebody opened the mail."
    )
    partner = serializers.UUIDField(source="contact.partner.public_id", allow_null=True)

    class Meta:
        model = EngagementEvent
        fields = ("announcement", "contact", "partner", "channel", "action", "actor", "signal", "link", "occurred_at")
        read_only_fields = fields


class EngagementFilters(filters.FilterSet):
    announcement = IdFilter("announcement")
    contact = IdFilter("contact")
    channel = filters.ChoiceFilter(choices=Channel.choices)
    action = filters.ChoiceFilter(choices=Action.choices)
    actor = filters.ChoiceFilter(choices=Actor.choices)

    class Meta:
        model = EngagementEvent
        fields = ()


class Engagement(Lists, Resource):
    """Every open and click, newest first; `actor` says whether a machine is suspected, `signal` why."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    serializer_class = EngagementSerializer
    filterset_class = EngagementFilters
    ordering = ("-id",)

    def rows(self, user):
        return EngagementEvent.objects.visible_to(user).select_related("announcement", "contact__partner")
