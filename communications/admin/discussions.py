"""Discussions as managers see them: what waits for a word from us, what was reported, and each step of moderating it."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.refusals import NotAllowed, Refused
from communications.actions.discussions import (
    accept_answer,
    begin_discussion,
    hide_post,
    keep_post,
    lock_discussion,
    publish_question,
    show_post,
    write_post,
)
from communications.admin.pages import needs, page, row_link
from communications.answer_keepers import keep_answer
from communications.forms.discussions import DiscussionForm, KeepForm, PostForm, PublishForm
from communications.models import Discussion, Forum, Post, PostReport, Question
from communications.queries.discussions import said_to_manager


class StateFilter(DropdownFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [("reported", _("with a reported post")), ("unanswered", _("no word from us")), ("hidden", _("hidden"))]

    def queryset(self, request, queryset):
        match self.value():
            case "reported":
                return queryset.reported()
            case "unanswered":
                return queryset.unanswered()
            case "hidden":
                return queryset.filter(is_hidden=True)
        return queryset


@admin.register(Discussion)
class DiscussionAdmin(NeverDeleted, QuickAdmin):
    empty_says = _("What partners write in forums and on announcements, for others to read and answer, is here.")
    list_display = ["about", "where", "last_at", "state"]
    list_display_links = None
    list_select_related = ["forum", "announcement"]
    list_filter = [StateFilter, "forum"]
    search_fields = ["title"]
    actions = None

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("begin/<uuid:public_id>/", view(begin_page), name="communications_discussion_begin"),
            path("<uuid:public_id>/", view(discussion_page), name="communications_discussion_page"),
            path("<uuid:public_id>/keep/", view(keep_page), name="communications_discussion_keep"),
            path("<uuid:public_id>/<slug:verb>/", view(move_discussion), name="communications_discussion_move"),
            path("posts/<uuid:public_id>/<slug:verb>/", view(move_post), name="communications_discussion_post"),
        ]
        return [*own, *(each for each in super().get_urls() if each.name == "communications_discussion_changelist")]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_add_permission(self, request) -> bool:
        return False

    @admin.display(description=_("discussion"))
    def about(self, row: Discussion) -> str:
        return row_link(reverse("admin:communications_discussion_page", args=[row.public_id]), row)

    @admin.display(description=_("where"))
    def where(self, row: Discussion) -> str:
        return row.place

    @display(description=_("state"), label={"hidden": "danger", "answered": "success", "locked": "warning", "open": "info"})
    def state(self, row: Discussion) -> tuple[str, str]:
        if row.is_hidden:
            return "hidden", _t("hidden")
        if row.accepted_id:
            return "answered", _t("answered")
        return ("locked", _t("locked")) if row.locked_at else ("open", _t("open"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_discussion")
def discussion_page(request, public_id: UUID) -> HttpResponse:
    discussion = _discussion_or_404(request, public_id)
    form, status = PostForm(request.POST if request.method == "POST" else None), 200
    may_write = request.user.has_perm("communications.add_discussion")
    if request.method == "POST":
        status = 422
        try:
            if not may_write:
                raise NotAllowed(_t("Your role lets you read discussions, not write to them."))
            if form.is_valid():
                write_post(discussion, by=request.user, **form.cleaned_data)
                messages.success(request, _t("Everybody reads it who sees the discussion."))
                return redirect("admin:communications_discussion_page", public_id)
        except Refused as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
    reports = PostReport.objects.filter(post__discussion=discussion, settled_at=None).select_related("contact__partner")
    by_post: dict[int, list[PostReport]] = {}
    for each in reports:
        by_post.setdefault(each.post_id, []).append(each)
    thread = [(said, by_post.get(said.post.pk, [])) for said in said_to_manager(request.user, discussion)]
    return page(
        request, "discussion/page.html", discussion.title, status=status, discussion=discussion, thread=thread, form=form,
        may_write=may_write, may_moderate=request.user.has_perm("communications.change_discussion"), opts=Discussion._meta,
        kept=getattr(discussion, "known_answer", None),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_discussion")
def begin_page(request, public_id: UUID) -> HttpResponse:
    """By one of ours, in a forum."""
    forum = get_object_or_404(Forum.objects.visible_to(request.user), public_id=public_id)
    form, status = DiscussionForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                discussion = begin_discussion(forum, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                return redirect("admin:communications_discussion_page", discussion.public_id)
    return page(request, "discussion/form.html", _t("Begin a discussion"), status=status, form=form, opts=Discussion._meta,
                lead=_t("Everybody reads it who sees “%(forum)s”.") % {"forum": forum}, button=_t("Post to the forum"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_discussion")
def keep_page(request, public_id: UUID) -> HttpResponse:
    """Keep the accepted answer where it is found again."""
    discussion = _discussion_or_404(request, public_id)
    first = discussion.posts.order_by("at", "pk").first()
    initial = {
        "question": discussion.title if len(discussion.title) > 20 or first is None else first.text[:300],
        "answer": discussion.accepted.text if discussion.accepted else "",
        "segment": discussion.forum.segment_id if discussion.forum else None,
    }  # fmt: skip
    form, status = KeepForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            words = dict(form.cleaned_data)
            try:
                address = keep_answer(words.pop("keeper"), discussion, by=request.user, **words)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _t("Kept. Partners find it among the answers."))
                return redirect(address or "admin:communications_discussion_changelist")
    return page(request, "discussion/form.html", _t("Keep the answer"), status=status, form=form, opts=Discussion._meta,
                lead=_t("In words that stand for themselves, and without a name: whoever may see it finds it, long after the "
                        "discussion is over."), button=_t("Keep it"))  # fmt: skip


@require_POST
@needs("change_discussion")
def move_discussion(request, public_id: UUID, verb: str) -> HttpResponse:
    discussion = _discussion_or_404(request, public_id)
    try:
        if verb not in ("lock", "unlock"):
            raise Refused(_t("Lock or unlock it."))
        lock_discussion(discussion, by=request.user, is_locked=verb == "lock")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_discussion_page", public_id)


@require_POST
@needs("change_discussion")
def move_post(request, public_id: UUID, verb: str) -> HttpResponse:
    rows = Post.objects.filter(discussion__in=Discussion.objects.visible_to(request.user)).select_related("discussion")
    post = get_object_or_404(rows, public_id=public_id)
    try:
        match verb:
            case "hide":
                hide_post(post, by=request.user, reason=request.POST.get("reason", ""))
            case "show":
                show_post(post, by=request.user)
            case "leave":
                keep_post(post, by=request.user)
            case "accept":
                accept_answer(post.discussion, post, by=request.user)
            case "unaccept":
                accept_answer(post.discussion, None, by=request.user)
            case _:
                raise Refused(_t("There is no such step."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_discussion_page", post.discussion.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_question")
def publish_page(request, public_id: UUID) -> HttpResponse:
    """A question with its answer, for everybody who got the announcement."""
    rows = Question.objects.visible_to(request.user).select_related("announcement", "contact", "partner")
    question = get_object_or_404(rows, public_id=public_id)
    answer = question.answers.order_by("-at").first()
    initial = {"title": question.text.splitlines()[0][:100], "text": question.text, "answer": answer.text if answer else ""}
    form, status = PublishForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                discussion = publish_question(question, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _t("Everybody who got the announcement reads it now."))
                return redirect("admin:communications_discussion_page", discussion.public_id)
    lead = _t(
        "Everybody who got “%(title)s” reads it, without the name of %(name)s or %(partner)s. Take both out of the words, too."
    )
    words = {"title": question.announcement, "name": question.contact, "partner": question.partner}
    return page(request, "discussion/form.html", _t("Publish the question"), status=status, form=form, opts=Question._meta,
                lead=lead % words, button=_t("Publish both"))  # fmt: skip


def _discussion_or_404(request, public_id: UUID) -> Discussion:
    rows = Discussion.objects.visible_to(request.user).select_related(
        "forum__programme", "announcement__programme", "question", "accepted", "known_answer"
    )
    return get_object_or_404(rows, public_id=public_id)
