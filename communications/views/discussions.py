"""Discussions in the portal: forums, what is written on announcements, and answers that are kept."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.actions.discussions import (
    accept_answer,
    begin_discussion,
    follow,
    report_post,
    take_back_post,
    unfollow,
    write_post,
)
from communications.forms.discussions import DiscussionForm, PostForm, ReasonForm
from communications.models import Follow, Forum, Names, Post
from communications.queries.discussions import discussions_for, follow_of, found_in, said_to, with_counts
from communications.queries.forums import forums_of, known_answers_for, names_shown
from communications.views.announcements import delivered_or_404, says_what_is_over
from partners.readers import for_contacts

PAGE_SIZE = 20


@require_safe
@for_contacts
def discussion_list(request):
    """All that this person may read, what was written to last first."""
    search = request.GET.get("q", "").replace("\x00", "")[:200]
    forums = list(forums_of(request.contact))
    rows = with_counts(found_in(discussions_for(request.contact, forums), search))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "communications/discussions.html", {
        "page": page, "discussions": page.object_list, "search": search, "forums": forums,
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def forum_page(request, public_id):
    forum = get_object_or_404(forums_of(request.contact), public_id=public_id)
    form, answer = _begin(request, forum)
    if answer:
        return answer
    rows = with_counts(discussions_for(request.contact, [forum]).filter(forum=forum))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "communications/forum.html", {
        "forum": forum, "page": page, "discussions": page.object_list, "form": form,
        "names": Names(names_shown(forum.programme)), "follow": follow_of(request.contact, forum=forum),
    }, status=_status(form))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
@says_what_is_over
def discuss_announcement(request, public_id):
    """Begin a discussion that everybody sees who got the announcement."""
    announcement = delivered_or_404(request, public_id)
    form, answer = _begin(request, announcement)
    if answer:
        return answer
    return render(request, "communications/discuss.html", {
        "announcement": announcement, "form": form, "names": Names(names_shown(announcement.programme)),
    }, status=_status(form))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def discussion_page(request, public_id):
    discussion = get_object_or_404(discussions_for(request.contact), public_id=public_id)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_post(discussion, contact=request.contact, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Your post is there."))
            return redirect("communications:discussion", public_id)
    names = Names(names_shown(discussion.programme))
    return render(request, "communications/discussion.html", {
        "discussion": discussion, "said": said_to(request.contact, discussion, names), "form": form,
        "names": names, "follow": follow_of(request.contact, discussion=discussion),
        "may_accept": discussion.contact_id == request.contact.pk,
    }, status=_status(form))  # fmt: skip


@require_POST
@for_contacts
def follow_discussion(request, public_id):
    discussion = get_object_or_404(discussions_for(request.contact), public_id=public_id)
    _follow(request, discussion=discussion)
    return redirect("communications:discussion", public_id)


@require_POST
@for_contacts
def follow_forum(request, public_id):
    forum: Forum = get_object_or_404(forums_of(request.contact), public_id=public_id)
    _follow(request, forum=forum)
    return redirect("communications:forum", public_id)


@require_POST
@for_contacts
def move_post(request, public_id, verb: str):
    """Accept it as the answer, take that back, or take one's own words back."""
    post = _post_or_404(request, public_id)
    discussion = post.discussion
    try:
        match verb:
            case "accept":
                accept_answer(discussion, post, contact=request.contact)
            case "unaccept":
                accept_answer(discussion, None, contact=request.contact)
            case "take-back":
                take_back_post(post, contact=request.contact)
            case _:
                raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("communications:discussion", discussion.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def report(request, public_id):
    post = _post_or_404(request, public_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_post(post, contact=request.contact, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("Thank you. We look at it."))
            return redirect("communications:discussion", post.discussion.public_id)
    said = next((each for each in said_to(request.contact, post.discussion) if each.post.pk == post.pk), None)
    return render(request, "communications/report_post.html", {"post": post, "said": said, "form": form}, status=_status(form))


@require_safe
@for_contacts
def known_answer_list(request):
    search = request.GET.get("q", "").replace("\x00", "")[:200]
    page = Paginator(known_answers_for(request.contact, search), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "communications/known_answers.html", {"page": page, "answers": page.object_list, "search": search})


@require_safe
@for_contacts
def known_answer_page(request, public_id):
    answer = get_object_or_404(known_answers_for(request.contact), public_id=public_id)
    return render(request, "communications/known_answer.html", {"answer": answer})


def _begin(request, place):
    """The form, and where to go once the discussion is begun."""
    form = DiscussionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            discussion = begin_discussion(place, contact=request.contact, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("It is there; you are told when somebody answers."))
            return form, redirect(reverse("communications:discussion", args=[discussion.public_id]))
    return form, None


def _follow(request, **where) -> None:
    when = request.POST.get("when", "")
    if when == "never":
        unfollow(request.contact, **where)
        messages.success(request, _("You are told of it no more."))
        return
    try:
        row = follow(request.contact, when=when or Follow.When.SOON, **where)
        messages.success(request, _("You are told of what is new here: %(when)s.") % {"when": row.get_when_display()})
    except Refused as refusal:
        messages.error(request, str(refusal))


def _post_or_404(request, public_id) -> Post:
    rows = Post.objects.filter(discussion__in=discussions_for(request.contact).order_by().values("pk"))
    return get_object_or_404(rows.select_related("discussion__forum__programme", "discussion__announcement__programme"),
                             public_id=public_id)  # fmt: skip


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
