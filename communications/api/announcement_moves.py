"""Moves of an announcement that have an input of their own, and what all moves share."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Resource
from activity.refusals import Invalid
from communications.actions.announcements import return_announcement, unschedule_announcement
from communications.actions.deliveries import settle_all_in_doubt, settle_in_doubt
from communications.actions.planning import move_announcement
from communications.models import Channel, Delivery
from partners.models import Contact


class ReturnInput(Input):
    reason = serializers.CharField(max_length=300, help_text="What its author should change.")


class PlanInput(Input):
    day = serializers.DateField(allow_null=True, help_text="Today or later; null: off the calendar.")


class InDoubtInput(Input):
    decision = serializers.ChoiceField(
        choices=["resend", "skip"], help_text="Resent, it may arrive twice; skipped, it may never have arrived."
    )
    contact = IdField(Contact.objects.visible_to, required=False, help_text="Left out: all that are in doubt.")
    channel = serializers.ChoiceField(choices=[Channel.EMAIL, Channel.PORTAL], required=False, help_text="email when left out.")


class SettledSerializer(serializers.Serializer):
    settled = serializers.IntegerField(help_text="Deliveries that are no longer in doubt.")


class Moves(Resource):
    @extend_schema(request=Input)
    @action(detail=True, methods=["post"])
    def unschedule(self, request, id):
        """Take it off the timetable; it stays approved."""
        return self._moved(unschedule_announcement)

    @extend_schema(request=PlanInput)
    @action(detail=True, methods=["post"])
    def plan(self, request, id):
        """Move it to another day of the calendar, or off it, as long as it is not scheduled. An approval stays."""
        return self._moved(move_announcement, PlanInput)

    @extend_schema(request=ReturnInput)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request, id):
        """Send it back to its author."""
        return self._moved(return_announcement, ReturnInput)

    @extend_schema(request=InDoubtInput, responses=SettledSerializer)
    @action(detail=True, methods=["post"], url_path="in-doubt")
    def in_doubt(self, request, id):
        """Decide about deliveries of which nobody knows whether they arrived: one, or all that the token's owner sees."""

        def work() -> Response:
            asked = self.parsed(InDoubtInput)
            return Response({"settled": _settled(self.get_object(), request.user, **asked)})

        return once_per_key(request, work)

    def _moved(self, move: Callable, input_class: type[Input] = Input) -> Response:
        def work() -> Response:
            fields = self.parsed(input_class)
            announcement = self.get_object()
            move(announcement, by=self.request.user, **fields)
            return self.answer(announcement)

        return once_per_key(self.request, work)


def _settled(announcement, user, *, decision: str, contact: Contact | None = None, channel: str = Channel.EMAIL) -> int:
    if contact is None:
        return settle_all_in_doubt(announcement, decision, by=user)
    rows = Delivery.objects.visible_to(user).select_related("announcement")
    delivery = rows.filter(announcement_id=announcement.pk, contact_id=contact.pk, channel=channel).first()
    if delivery is None:
        raise Invalid(_("This announcement has no delivery to them by that channel."), field="contact")
    settle_in_doubt(delivery, decision, by=user)
    return 1
