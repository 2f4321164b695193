from django.db.models import Prefetch
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
from communications.actions.discussions import POST_MAX_CHARACTERS, TITLE_MAX_CHARACTERS, begin_discussion, write_post
from communications.models import Discussion, Forum, Post
from partners.models import Partner


class PostSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    partner = serializers.SerializerMethodField(help_text="The partner whose person wrote, where the owner of the token sees it.")
    by = serializers.EmailField(source="by.email", allow_null=True, default=None, help_text="Which of ours wrote.")
    is_hidden = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ("id", "text", "partner", "by", "at", "is_hidden", "hidden_reason")
        read_only_fields = fields

    def get_partner(self, row) -> str | None:
        return str(row.partner.public_id) if row.partner_id and row.partner_id in self._seen else None

    def get_is_hidden(self, row) -> bool:
        return row.hidden_at is not None

    @property
    def _seen(self) -> set[int]:
        if "partners_seen" not in self.context:
            partners = Partner.objects.visible_to(self.context["request"].user).filter(pk__in=Post.objects.values("partner"))
            self.context["partners_seen"] = set(partners.values_list("pk", flat=True))
        return self.context["partners_seen"]


class DiscussionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    forum = serializers.UUIDField(source="forum.public_id", allow_null=True, default=None)
    announcement = serializers.UUIDField(source="announcement.public_id", allow_null=True, default=None)
    accepted = serializers.UUIDField(source="accepted.public_id", allow_null=True, default=None, help_text="The post that helped.")
    posts = PostSerializer(many=True)

    class Meta:
        model = Discussion
        fields = ("id", "title", "forum", "announcement", "opened_at", "last_at", "locked_at", "is_hidden", "accepted", "posts")
        read_only_fields = fields


class PostInput(Input):
    text = serializers.CharField(max_length=POST_MAX_CHARACTERS)


class DiscussionInput(PostInput):
    forum = IdField(Forum.objects.visible_to)
    title = serializers.CharField(max_length=TITLE_MAX_CHARACTERS)


class DiscussionFilters(filters.FilterSet):
    forum = IdFilter("forum")
    announcement = IdFilter("announcement")
    is_answered = YesNoFilter(field_name="accepted", lookup_expr="isnull", exclude=True, label="Whether an answer is accepted.")

    class Meta:
        model = Discussion
        fields = ()


class Discussions(Lists, Retrieves, Creates, Resource):
    """What partners write in forums and on announcements, for each other."""

    noun = "communications.discussion"
    read_scope = Scope.QUESTIONS_READ
    write_scope = Scope.QUESTIONS_WRITE
    permissions = dict.fromkeys(("give_answer",), "communications.add_discussion")
    serializer_class = DiscussionSerializer
    input_class = DiscussionInput
    filterset_class = DiscussionFilters
    ordering_fields = ("opened_at", "last_at")

    def rows(self, user):
        rows = Discussion.objects.visible_to(user).select_related("forum", "announcement", "accepted")
        # What its writer took back has no text any more.
        return rows.prefetch_related(Prefetch("posts", Post.objects.select_related("partner", "by")))

    def make(self, by, *, forum, **fields):
        return begin_discussion(forum, by=by, **fields)

    @extend_schema(request=PostInput, responses={201: DiscussionSerializer})
    @action(detail=True, methods=["post"], url_path="answer")
    def give_answer(self, request, id):
        """Write the next post, as the manager whose token it is."""

        def work() -> Response:
            text = self.parsed(PostInput)["text"]
            discussion = self.get_object()
            write_post(discussion, by=request.user, text=text)
            return self.answer(discussion, status=201)

        return once_per_key(request, work)
