from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import IdFilter
from accounts.api.resources import Lists, Resource
from accounts.models import Scope
from communications.models import Channel, Delivery, DeliveryState


class DeliverySerializer(serializers.ModelSerializer):
    announcement = serializers.UUIDField(source="announcement.public_id")
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="partner.public_id")

    class Meta:
        model = Delivery
        fields = ("announcement", "contact", "partner", "channel", "address", "state", "reason", "attempts", "next_try_at",
                  "settled_at", "read_at")  # fmt: skip
        read_only_fields = fields


class DeliveryFilters(filters.FilterSet):
    announcement = IdFilter("announcement")
    partner = IdFilter("partner")
    contact = IdFilter("contact")
    channel = filters.ChoiceFilter(choices=Channel.choices)
    state = filters.ChoiceFilter(
        choices=[("pending", _("pending")), *DeliveryState.choices],
        method="in_state",
        label="Pending: queued, sending or deferred.",
    )

    class Meta:
        model = Delivery
        fields = ()

    def in_state(self, rows, _name, state: str):
        return rows.pending() if state == "pending" else rows.filter(state=state)


class Deliveries(Lists, Resource):
    """One row for each person and channel of an announcement, in exactly one state."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilters
    ordering = ("-announcement_id", "contact_id", "channel")

    def rows(self, user):
        return Delivery.objects.visible_to(user).select_related("announcement", "contact", "partner")
