"""Who is invited, where each of them stands, and who was there."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from activity.refusals import Invalid
from collaboration.actions.attendance import note_attendance
from collaboration.actions.invitations import answer_invitation, invite_person, leave_out
from collaboration.models import How, Invitee, InviteeAnswer, Meeting, Standing
from collaboration.queries.meetings import figures_of, people_of
from partners.models import Contact

MOST_AT_ONCE = 500


class PersonInput(Input):
    contact = IdField(Contact.objects.visible_to)


class SaidInput(Input):
    answer = serializers.ChoiceField(choices=[pair for pair in InviteeAnswer.choices if pair[0]])
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True)


class AttendedInput(Input):
    contact = IdField(Contact.objects.visible_to)
    attended = serializers.BooleanField()


class AttendanceInput(Input):
    people = AttendedInput(many=True, allow_empty=False)


class AttendeeSerializer(serializers.ModelSerializer):
    contact = serializers.UUIDField(source="contact.public_id")
    partner = serializers.UUIDField(source="contact.partner.public_id")
    standing = serializers.ChoiceField(choices=Standing.choices)
    answer = serializers.ChoiceField(choices=InviteeAnswer.choices, allow_blank=True)

    class Meta:
        model = Invitee
        fields = ("contact", "partner", "standing", "answer", "comment", "answered_at", "attended", "minutes_there")
        read_only_fields = fields


class FiguresSerializer(serializers.Serializer):
    total = serializers.IntegerField(help_text="All who are invited: the sum of the others.")
    invited = serializers.IntegerField()
    accepted = serializers.IntegerField()
    maybe = serializers.IntegerField()
    waiting = serializers.IntegerField()
    declined = serializers.IntegerField()
    attended = serializers.IntegerField()
    missed = serializers.IntegerField()


class AttendeeFilters(filters.FilterSet):
    standing = filters.ChoiceFilter(choices=Standing.choices)
    partner = filters.UUIDFilter(field_name="contact__partner__public_id", label="The id of a partner.")


class InvitesPeople:
    """Of a meeting: `people/`, `attendance/` and `figures/`."""

    @extend_schema(request=PersonInput, responses={201: AttendeeSerializer})
    @action(detail=True, methods=["post"])
    def people(self, request, id):
        """Invite one more. Before the invitations go out it is said whom a meeting with one partner is for."""

        def work() -> Response:
            meeting = self.get_object()
            invitee = invite_person(meeting, self.parsed(PersonInput)["contact"], by=request.user)
            return Response(_shown(meeting, invitee, request.user), status=201)

        return once_per_key(request, work)

    @extend_schema(methods=["PATCH"], request=SaidInput, responses={200: AttendeeSerializer})
    @extend_schema(methods=["DELETE"], request=None, responses={204: None})
    @action(detail=True, methods=["patch", "delete"], url_path="people/<uuid:contact>")
    def person(self, request, id, contact: UUID):
        """Note what they told a manager; or leave them out, as long as the invitations have not gone out."""
        meeting = self.get_object()
        invitee = meeting.invitees.visible_to(request.user).filter(contact__public_id=contact).select_related("contact").first()
        if invitee is None:
            raise Http404
        if request.method == "DELETE":
            leave_out(invitee, by=request.user)
            return Response(status=204)
        said = self.parsed(SaidInput)
        answer_invitation(invitee, said.pop("answer"), how=How.MANAGER, by=request.user, **said)
        return Response(_shown(meeting, invitee, request.user))

    @extend_schema(methods=["GET"], responses={200: AttendeeSerializer(many=True)})
    @extend_schema(methods=["POST"], request=AttendanceInput, responses={200: FiguresSerializer})
    @action(
        detail=True, methods=["get", "post"], filterset_class=AttendeeFilters, ordering_fields=(), ordering=("contact__public_id",)
    )
    def attendance(self, request, id):
        """Who is invited and where each of them stands, in pages; a POST says of invited people whether they were there."""
        meeting = self.get_object()
        if request.method == "GET":
            rows = self.filter_queryset(people_of(meeting, request.user))
            return self.get_paginated_response(AttendeeSerializer(self.paginate_queryset(rows), many=True).data)

        def work() -> Response:
            people = self.parsed(AttendanceInput)["people"]
            if len(people) > MOST_AT_ONCE:
                raise Invalid(_("Tell of at most 500 people at once."), field="people")
            said = {each["contact"].pk: each["attended"] for each in people}
            invited = dict(meeting.invitees.filter(contact__in=said).values_list("contact_id", "pk"))
            if set(said) - set(invited):
                raise Invalid(_("Somebody among these people is not invited; nothing was noted."), field="people")
            note_attendance(meeting, {invited[pk]: was_there for pk, was_there in said.items()}, by=request.user)
            return self._figures(meeting)

        return once_per_key(request, work)

    @extend_schema(responses={200: FiguresSerializer})
    @action(detail=True, methods=["get"])
    def figures(self, request, id):
        """How many stand where; they add up to all who are invited."""
        return self._figures(self.get_object())

    def _figures(self, meeting: Meeting) -> Response:
        figures = figures_of(meeting, self.request.user)
        return Response(FiguresSerializer({"total": figures.invited, **figures.by_standing}).data)


def _shown(meeting: Meeting, invitee: Invitee, reader) -> dict:
    return AttendeeSerializer(people_of(meeting, reader).get(pk=invitee.pk)).data
