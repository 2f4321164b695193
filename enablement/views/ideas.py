"""Ideas in the portal: read, proposed with related ones beside, backed, proved, spoken about."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from communications.models import Names
from communications.queries.forums import names_shown
from communications.views.conversations import as_download
from enablement.actions.idea_moderation import report_idea
from enablement.actions.idea_posts import (
    add_evidence_to_idea,
    agree_to_be_named,
    take_back_idea_post,
    write_on_idea,
)
from enablement.actions.ideas import change_idea, follow_idea, propose_idea, unfollow_idea
from enablement.actions.votes import take_vote_back, vote_for
from enablement.forms.ideas import EvidenceForm, IdeaForm, IdeaPostForm, ProposeForm, ReportForm
from enablement.models import Idea, IdeaPost, IdeaStatus
from enablement.queries.ideas import (
    Budget,
    budget_of,
    budgets_of,
    credits_of,
    ideas_for,
    listed_for,
    programmes_of,
    proposer_for,
    related_ideas,
    said_to,
    with_standing,
)
from partners.readers import for_contacts

PAGE_SIZE = 20


@require_safe
@for_contacts
def idea_list(request):
    contact, asked = request.contact, request.GET
    search = asked.get("q", "").replace("\x00", "")[:200]
    status = asked.get("status", "") if asked.get("status") in IdeaStatus.values else ""
    order = "new" if asked.get("order") == "new" else ""
    page = Paginator(listed_for(contact, status=status, search=search, order=order), PAGE_SIZE).get_page(asked.get("page"))
    return render(request, "enablement/ideas.html", {
        "page": page, "ideas": page.object_list, "search": search, "status": status, "order": order,
        "statuses": IdeaStatus.choices, "budgets": budgets_of(contact),
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def propose(request):
    programmes = programmes_of(request.contact)
    form = ProposeForm(request.POST or None, programmes=programmes)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            idea = propose_idea(values.pop("programme"), contact=request.contact, **values)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Your idea is there. Add a figure or a file that proves it, and vote for it yourself."))
            return redirect("enablement:idea", idea.public_id)
    related = related_ideas(ideas_for(request.contact), form.data.get("title", ""), reader=request.user) if form.is_bound else []
    names = Names(names_shown(programmes[0])) if programmes else Names.NOBODY
    return render(request, "enablement/propose.html", {"form": form, "related": related, "names": names}, status=_status(form))


@require_safe
@for_contacts
def related(request):
    """A piece of the page, while somebody types."""
    text = f"{request.GET.get('title', '')} {request.GET.get('problem', '')}"
    found = related_ideas(ideas_for(request.contact), text, reader=request.user)
    return render(request, "enablement/parts/related.html", {"related": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def idea_page(request, public_id):
    rows = with_standing(ideas_for(request.contact), request.contact).select_related("merged_into")
    idea = get_object_or_404(rows, public_id=public_id)
    if idea.merged_into_id:
        messages.info(request, _("“%(title)s” was merged with this idea.") % {"title": idea})
        return redirect("enablement:idea", idea.merged_into.public_id)
    form = IdeaPostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            write_on_idea(idea, contact=request.contact, **form.cleaned_data)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Your words are there."))
            return redirect("enablement:idea", public_id)
    return render(request, "enablement/idea.html", {**_shown(request, idea), "form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def change(request, public_id):
    idea = _idea_or_404(request, public_id)
    if idea.contact_id != request.contact.pk:
        raise Http404
    begun = {name: getattr(idea, name) for name in IdeaForm.base_fields}
    form = IdeaForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            change_idea(idea, contact=request.contact, **form.cleaned_data)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("enablement:idea", public_id)
    return render(request, "enablement/change_idea.html", {"form": form, "idea": idea}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def evidence(request, public_id):
    idea = _idea_or_404(request, public_id)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            add_evidence_to_idea(idea, contact=request.contact, upload=values.pop("file"), **values)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Thank you. It stands below the idea."))
            return redirect("enablement:idea", public_id)
    names = Names(names_shown(idea.programme))
    return render(request, "enablement/evidence.html", {"form": form, "idea": idea, "names": names}, status=_status(form))


@require_POST
@for_contacts
def vote(request, public_id):
    """Given, or with `back` taken back."""
    idea = _idea_or_404(request, public_id)
    try:
        if "back" in request.POST:
            take_vote_back(idea, contact=request.contact)
            messages.success(request, _("Your vote is yours again."))
        else:
            vote_for(idea, contact=request.contact)
            left = budget_of(request.contact, idea.programme).left
            messages.success(request, _("Your vote counts. You have %(n)d left.") % {"n": left})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enablement:idea", public_id)


@require_POST
@for_contacts
def follow(request, public_id):
    idea = _idea_or_404(request, public_id)
    if "stop" in request.POST:
        unfollow_idea(idea, contact=request.contact)
        messages.success(request, _("You are told of it no more."))
    else:
        follow_idea(idea, contact=request.contact)
        messages.success(request, _("You are told what becomes of it."))
    return redirect("enablement:idea", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def report(request, public_id):
    """Of an idea, or of a word on one."""
    post = _posts(request).filter(public_id=public_id).first()
    idea = post.idea if post else _idea_or_404(request, public_id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_idea(idea, contact=request.contact, reason=form.cleaned_data["reason"], post=post)
        except Refused as refusal:
            _add_error(form, refusal)
        else:
            messages.success(request, _("Thank you. We look at it."))
            return redirect("enablement:idea", idea.public_id)
    return render(request, "enablement/report_idea.html", {"idea": idea, "post": post, "form": form}, status=_status(form))


@require_POST
@for_contacts
def move_post(request, public_id, verb: str):
    """Take back what one wrote, or say whether one is named for it."""
    post = get_object_or_404(_posts(request), public_id=public_id)
    try:
        match verb:
            case "take-back":
                take_back_idea_post(post, contact=request.contact)
            case "name-me" | "name-me-not":
                agree_to_be_named(post, contact=request.contact, may_be_named=verb == "name-me")
            case _:
                raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enablement:idea", post.idea.public_id)


@require_safe
@for_contacts
def evidence_file(request, public_id):
    """Never shown in the page, always saved."""
    row = get_object_or_404(_posts(request).shown().exclude(file=""), public_id=public_id)
    return file_of(row)


def file_of(row: IdeaPost):
    row.name, row.content_type = row.file_name, row.media_type
    return as_download(row)


def _shown(request, idea: Idea) -> dict:
    contact = request.contact
    said = said_to(contact, idea, idea.allowed)
    return {
        "idea": idea,
        "proposer": proposer_for(idea, contact, idea.allowed),
        "is_own": idea.contact_id == contact.pk,
        "evidence": [one for one in said if one.post.is_evidence],
        "said": [one for one in said if not one.post.is_evidence],
        "moves": idea.moves.exclude(status=IdeaStatus.NEW, reason=""),
        "credits": credits_of(idea),
        "budget": Budget(idea.votes_at_once, idea.votes_spent),
        "has_voted": idea.has_voted,
        "is_followed": idea.is_followed,
        "names": Names(idea.allowed),
    }


def _idea_or_404(request, public_id) -> Idea:
    return get_object_or_404(ideas_for(request.contact).select_related("merged_into"), public_id=public_id)


def _posts(request):
    rows = IdeaPost.objects.filter(idea__in=ideas_for(request.contact).order_by().values("pk"))
    return rows.select_related("idea__programme")


def _add_error(form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
