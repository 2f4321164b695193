from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.api.filters import IdFilter, YesNoFilter
from accounts.api.idempotency import once_per_key
from accounts.api.inputs import IdField, Input
from accounts.api.resources import Creates, Lists, Resource, Retrieves
from accounts.models import Scope
from communications.actions.discussions import (
    POST_MAX_CHARACTERS,
    REASON_MAX_CHARACTERS,
    TITLE_MAX_CHARACTERS,
    accept_answer,
    begin_discussion,
    hide_post,
    keep_post,
    lock_discussion,
    show_post,
    write_post,
)
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


class HideInput(Input):
    reason = serializers.CharField(max_length=REASON_MAX_CHARACTERS, help_text="Told to who wrote it.")


class AcceptInput(Input):
    post = serializers.UUIDField(allow_null=True, help_text="The answer that helped; null takes it back.")


class LockInput(Input):
    is_locked = serializers.BooleanField(help_text="Whether nothing can be written to it any more.")


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
    permissions: ClassVar = {
        "give_answer": "communications.add_discussion",
        **dict.fromkeys(("accept", "lock", "hide", "show", "keep"), "communications.change_discussion"),
    }
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

    @extend_schema(request=AcceptInput, responses={200: DiscussionSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request, id):
        """Say which post answers it, or that none does."""

        def work() -> Response:
            discussion, said = self.get_object(), self.parsed(AcceptInput)
            accept_answer(discussion, _post(discussion, said["post"]) if said["post"] else None, by=request.user)
            return self.answer(discussion)

        return once_per_key(request, work)

    @extend_schema(request=LockInput, responses={200: DiscussionSerializer})
    @action(detail=True, methods=["post"])
    def lock(self, request, id):
        """Lock it, so that it can be read and nothing written to it; or unlock it."""

        def work() -> Response:
            discussion = self.get_object()
            lock_discussion(discussion, by=request.user, **self.parsed(LockInput))
            return self.answer(discussion)

        return once_per_key(request, work)

    @extend_schema(request=HideInput, responses={200: DiscussionSerializer})
    @action(detail=True, methods=["post"], url_path="posts/<uuid:post>/hide")
    def hide(self, request, id, post: UUID):
        """Nobody but its writer and managers reads it any more; with the first post the whole discussion goes."""
        return self._moderated(post, hide_post, HideInput)

    @extend_schema(request=Input, responses={200: DiscussionSerializer})
    @action(detail=True, methods=["post"], url_path="posts/<uuid:post>/show")
    def show(self, request, id, post: UUID):
        """Show what was hidden again."""
        return self._moderated(post, show_post)

    @extend_schema(request=Input, responses={200: DiscussionSerializer})
    @action(detail=True, methods=["post"], url_path="posts/<uuid:post>/keep")
    def keep(self, request, id, post: UUID):
        """What was reported of it is fine: its reports are settled."""
        return self._moderated(post, keep_post)

    def _moderated(self, post: UUID, move: Callable, input_class: type[Input] = Input) -> Response:
        def work() -> Response:
            discussion, said = self.get_object(), self.parsed(input_class)
            move(_post(discussion, post), by=self.request.user, **said)
            return self.answer(discussion)

        return once_per_key(self.request, work)


def _post(discussion: Discussion, public_id: UUID) -> Post:
    row = discussion.posts.select_related("discussion").filter(public_id=public_id).first()
    if row is None:
        raise NotFound(_("This discussion has no such post."))
    return row
