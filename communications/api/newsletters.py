"""Newsletters before they go out: which items they have, and leaving some out. The rest is the announcement's."""

from typing import ClassVar
from uuid import UUID

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import Input
from accounts.api.resources import Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.newsletters import draw_up_anew, leave_out
from communications.models import Newsletter, State
from communications.queries.newsletters import items_of

CHANGE = "communications.change_announcement"


class NewsletterSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    cadence = serializers.UUIDField(source="cadence.public_id")
    announcement = serializers.UUIDField(source="announcement.public_id", help_text="It is submitted, approved and sent as this.")
    title = serializers.CharField(source="announcement.title")
    state = serializers.ChoiceField(source="announcement.state", choices=State.choices)
    held_because = serializers.CharField(read_only=True, help_text="Why its rule did not release it; empty where nothing held it.")

    class Meta:
        model = Newsletter
        fields = ("id", "cadence", "announcement", "title", "state", "due_on", "since", "until", "drafted_at", "held_because")
        read_only_fields = fields


class NewsletterItemSerializer(serializers.Serializer):
    announcement = serializers.UUIDField(source="item.announcement.public_id")
    title = serializers.CharField(source="item.announcement.title")
    is_left_out = serializers.BooleanField(source="item.is_left_out")
    people = serializers.IntegerField(help_text="How many get it.")
    first = serializers.IntegerField(help_text="At how many of them it stands first.")


class KeepInput(Input):
    is_left_out = serializers.BooleanField(help_text="Nobody gets it; or whoever it is for does again.")


class NewsletterFilters(filters.FilterSet):
    cadence = IdFilter("cadence")
    due_after = filters.DateFilter(field_name="due_on", lookup_expr="gte", label="Due on this day or later.")

    class Meta:
        model = Newsletter
        fields = ()


class Newsletters(Lists, Retrieves, Resource):
    """What was drafted for a cadence. `cadences/{id}/draft/` drafts the next."""

    noun = "communications.cadence"
    read_scope = Scope.STRATEGY_READ
    write_scope = Scope.ANNOUNCEMENTS_WRITE
    permissions: ClassVar = {"items": "communications.view_cadence", **dict.fromkeys(("item", "draw_up"), CHANGE)}
    serializer_class = NewsletterSerializer
    filterset_class = NewsletterFilters
    ordering_fields = ("due_on",)

    def rows(self, user):
        return Newsletter.objects.visible_to(user).select_related("cadence", "announcement")

    @extend_schema(responses={200: NewsletterItemSerializer(many=True)})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def items(self, request, id):
        """What it may have in it, and how many get each of them."""
        return self._items(self.get_object())

    @extend_schema(request=KeepInput, responses={200: NewsletterItemSerializer(many=True)})
    @action(detail=True, methods=["patch"], url_path="items/<uuid:item>", pagination_class=None, filter_backends=[])
    def item(self, request, id, item: UUID):
        """Leave an item out, or take it in again; the newsletter is drawn up anew."""
        newsletter = self.get_object()
        row = newsletter.items.filter(announcement__public_id=item).first()
        if row is None:
            raise Http404
        leave_out(newsletter, row, by=request.user, **self.parsed(KeepInput))
        return self._items(newsletter)

    @extend_schema(request=Input, responses={200: NewsletterSerializer})
    @action(detail=True, methods=["post"], url_path="draw-up")
    def draw_up(self, request, id):
        """Anew, with what went out meanwhile, and without what people have read."""

        def work() -> Response:
            self.parsed(Input)
            newsletter = self.get_object()
            draw_up_anew(newsletter, by=request.user)
            return self.answer(newsletter)

        return once_per_key(request, work)

    def _items(self, newsletter: Newsletter) -> Response:
        return Response(NewsletterItemSerializer(items_of(newsletter), many=True).data)
