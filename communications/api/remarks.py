from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from accounts.roles import permission_for, scopes_allowed_to
from communications.actions.comments import LONGEST, remark_on_version, reopen_remark, reply_to_remark, settle_remark
from communications.models import Announcement, ReviewComment

LATEST = 2_000_000_000


class ReplySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)

    class Meta:
        model = ReviewComment
        fields = ("id", "text", "by", "at")
        read_only_fields = fields


class RemarkSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    announcement = serializers.UUIDField(source="announcement.public_id")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None)
    settled_by = serializers.EmailField(source="settled_by.email", allow_null=True, default=None)
    replies = ReplySerializer(many=True, read_only=True)

    class Meta:
        model = ReviewComment
        fields = ("id", "announcement", "version", "quote", "text", "by", "at", "settled_at", "settled_by", "replies")
        read_only_fields = fields


class RemarkInput(Input):
    shown_only = ("id", "by", "at", "settled_at", "settled_by", "replies")

    announcement = IdField(Announcement.objects.visible_to)
    version = serializers.IntegerField(min_value=1, max_value=LATEST)
    text = serializers.CharField(max_length=LONGEST)
    quote = serializers.CharField(
        max_length=300, allow_blank=True, required=False, help_text="The passage it is about, word for word as in that version."
    )


class ReplyInput(Input):
    text = serializers.CharField(max_length=LONGEST)


class RemarkFilters(filters.FilterSet):
    announcement = IdFilter("announcement")
    version = filters.NumberFilter(label="Of the announcement.")
    is_open = YesNoFilter(field_name="settled_at", lookup_expr="isnull", label="Whether it is not settled yet.")

    class Meta:
        model = ReviewComment
        fields = ()


class Remarks(Lists, Retrieves, Creates, Resource):
    """What managers remark on the words of a version before it is approved, with the replies below each."""

    noun = "communications.announcement"
    read_scope = Scope.ANNOUNCEMENTS_READ
    permissions = {"create": "communications.view_announcement"}
    serializer_class = RemarkSerializer
    input_class = RemarkInput
    filterset_class = RemarkFilters
    ordering_fields = ("at",)

    @property
    def write_scope(self) -> Scope:
        """Who writes and who approves both remark: a token with either scope is enough, and so is either permission."""
        token, user = self.request.auth, self.request.user
        held = token.scopes if token else scopes_allowed_to(user)
        can_write = Scope.ANNOUNCEMENTS_WRITE in held and user.has_perm(permission_for(Scope.ANNOUNCEMENTS_WRITE))
        can_only_approve = Scope.ANNOUNCEMENTS_APPROVE in held and not can_write
        return Scope.ANNOUNCEMENTS_APPROVE if can_only_approve else Scope.ANNOUNCEMENTS_WRITE

    def rows(self, user):
        rows = ReviewComment.objects.filter(reply_to=None, announcement__in=Announcement.objects.visible_to(user))
        return rows.select_related("announcement", "by", "settled_by").prefetch_related("replies__by")

    def make(self, by, **fields):
        return remark_on_version(fields.pop("announcement"), fields.pop("version"), by=by, **fields)

    @extend_schema(request=ReplyInput, responses={201: RemarkSerializer})
    @action(detail=True, methods=["post"])
    def reply(self, request, id):
        """Answer it. Answers with the remark and all that stands below it."""

        def work() -> Response:
            remark = self.get_object()
            reply_to_remark(remark, by=request.user, **self.parsed(ReplyInput))
            return self.answer(remark, status=201)

        return once_per_key(request, work)

    @extend_schema(request=None, responses=RemarkSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request, id):
        """It was heeded, or talked over."""
        return self._move(request, settle_remark)

    @extend_schema(request=None, responses=RemarkSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, id):
        """It was settled too early."""
        return self._move(request, reopen_remark)

    def _move(self, request, move) -> Response:
        def work() -> Response:
            self.parsed(Input)
            remark = self.get_object()
            move(remark, by=request.user)
            return self.answer(remark)

        return once_per_key(request, work)
