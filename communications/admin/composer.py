"""Composing: writing on the left, the true preview on the right, checks beside them. All of it works without a script, too."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activity.refusals import Invalid, Refused
from communications.actions.announcements import change_announcement, create_announcement, submit_announcement
from communications.actions.attachments import attach_file, remove_attachment
from communications.actions.content_checks import why_not_tried
from communications.actions.link_checks import ask_for_link_checks
from communications.actions.trials import send_test
from communications.admin.composer_checks import checks_of
from communications.admin.pages import announcement_or_404, needs, page, part
from communications.forms.composer import ComposerForm, PreviewForm
from communications.forms.linking import with_link
from communications.models import Announcement
from communications.queries.audience import audience_of
from communications.queries.link_checks import LinkState, link_state, links_in
from communications.queries.readers import Readers, reader_of, readers_of
from communications.queries.statements import offered_statements
from communications.queries.templates import template_named, templates_for
from communications.rendering import MERGE_FIELDS


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_announcement")
def add(request) -> HttpResponse:
    return _compose(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_announcement")
def change(request, public_id: UUID) -> HttpResponse:
    announcement = announcement_or_404(request, public_id)
    if not announcement.is_editable:
        sentence = _("“%(title)s” is %(state)s and can no longer be changed.")
        messages.error(request, sentence % {"title": announcement, "state": announcement.get_state_display()})
        return redirect("admin:communications_announcement_page", public_id)
    return _compose(request, announcement)


@require_POST
@needs("add_announcement", "change_announcement")
def checks(request) -> HttpResponse:
    """The rail alone, for what is on the form."""
    draft = _draft(request)
    checked = checks_of(draft, request.user)
    return part(
        request, "announcement/checks.html", checks=checked, has_variant=draft.has_variant, draft=draft,
        **_button(_instance(request)), not_tried=why_not_tried(draft, checked.figures.people),
    )  # fmt: skip


@require_POST
@needs("add_announcement", "change_announcement")
def details(request) -> HttpResponse:
    """What the kind on the form asks for."""
    form = ComposerForm(request.POST, instance=_instance(request), user=request.user)
    return part(request, "announcement/details.html", form=form)


@require_POST
@needs("add_announcement", "change_announcement")
def translations(request) -> HttpResponse:
    """The languages on the form, with the one that is added."""
    form = ComposerForm(request.POST, instance=_instance(request), user=request.user)
    return part(request, "announcement/translations.html", form=form)


@require_POST
@needs("add_announcement", "change_announcement")
def links(request) -> HttpResponse:
    """What is known of the links on the form; they are followed in the background when a person asks."""
    draft = _draft(request)
    if "ask" in request.POST:
        _follow_links(draft)
    return part(request, "announcement/links.html", links=_links_of(draft))


@require_POST
@needs("add_announcement", "change_announcement")
def statements(request) -> HttpResponse:
    """What may be put into the text on the form, by what is searched for."""
    return part(request, "announcement/statements.html", **_offered(request, _draft(request)))


def _offered(request, draft: Announcement) -> dict:
    search = request.POST.get("look_statement", "")[:100].replace("\x00", "")
    found = offered_statements(request.user, draft.programme, search)
    return {"statements": found, "statement_for": search, "language": draft.language}


def _follow_links(draft: Announcement) -> None:
    with suppress(Invalid):
        ask_for_link_checks(links_in(draft))


def _links_of(draft: Announcement) -> LinkState:
    """None yet in a text that cannot be read."""
    try:
        return link_state(draft)
    except Invalid:
        return LinkState(())


def _compose(request, announcement: Announcement | None) -> HttpResponse:
    if "link" in request.POST:
        request.POST = with_link(request.POST)
    form = ComposerForm(request.POST or None, request.FILES or None, **_about(request, announcement))
    if request.POST.get("then") in ("language", "links", "statements") or "link" in request.POST:
        if request.POST.get("then") == "links":
            _follow_links(_draft(request))
        return _show(request, form, announcement, status=200)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _then(request, saved)
    status = 422 if request.method == "POST" else 200
    return _show(request, form, announcement, status=status)


def _save(request, form: ComposerForm) -> Announcement:
    new_id = form.cleaned_data["new_id"]
    try:
        with transaction.atomic():
            return _write(request, form, new_id)
    except IntegrityError:
        # The form was sent twice: what the first copy made is what is meant.
        made = Announcement.objects.filter(public_id=new_id, author=request.user).first() if new_id else None
        if made is None:
            raise
        return made


def _write(request, form: ComposerForm, new_id: UUID | None) -> Announcement:
    files, removed = form.cleaned_data["files"], form.cleaned_data["remove"]
    if form.instance.pk is None:
        announcement = create_announcement(by=request.user, **form.values(), **({"public_id": new_id} if new_id else {}))
    else:
        announcement = announcement_or_404(request, form.instance.public_id)
        form.check_unseen(announcement)
        if form.has_changed():
            change_announcement(announcement, by=request.user, **form.values())
    for attachment in announcement.attachments.filter(name__in=removed):
        remove_attachment(attachment, by=request.user)
    for upload in files:
        attach_file(announcement, upload, by=request.user)
    return announcement


def _then(request, announcement: Announcement) -> HttpResponse:
    """It is saved; what the button said besides may still be refused, and the words are kept."""
    then = request.POST.get("then")
    try:
        if then == "submit":
            version = submit_announcement(announcement, by=request.user)
            messages.success(request, _("Version %(n)d is submitted and waits for approval.") % {"n": version.number})
            return redirect("admin:communications_announcement_page", announcement.public_id)
        if then == "test":
            _test(request, announcement)
        else:
            messages.success(request, _("Saved."))
    except Refused as refusal:
        messages.error(request, _("It is saved. %(sentence)s") % {"sentence": refusal})
    return redirect("admin:communications_announcement_change", announcement.public_id)


def _test(request, announcement: Announcement) -> None:
    look = PreviewForm(request.POST).look()
    reader = reader_of(audience_of(announcement), request.user, look_as=look["look_as"], look_for=look["look_for"])
    if reader is None:
        raise Invalid(_("Choose a segment that reaches somebody, so that the test can show what they would read."))
    send_test(announcement, by=request.user, contact=reader, variant=look["look_variant"])
    sentence = _("A test is on its way to %(address)s, as %(reader)s would get it.")
    messages.success(request, sentence % {"address": request.user.email, "reader": reader})


def _show(request, form: ComposerForm, announcement: Announcement | None, *, status: int) -> HttpResponse:
    draft, look = _draft(request), PreviewForm(request.POST).look()
    try:
        readers = readers_of(audience_of(draft), request.user, look_as=look["look_as"], look_for=look["look_for"])
        checked = checks_of(draft, request.user)
    except Invalid as refusal:
        readers, checked = Readers(()), None
        messages.error(request, str(refusal))
    return page(
        request, "announcement/composer.html", str(announcement) if announcement else _("New announcement"), status=status,
        form=form, announcement=announcement, readers=readers, checks=checked, chosen=look, draft=draft,
        merge_fields=MERGE_FIELDS, links=_links_of(draft), templates=() if announcement else templates_for(request.user),
        **_button(announcement),
        not_tried=why_not_tried(draft, checked.figures.people) if checked else "", **_offered(request, draft),
    )  # fmt: skip


def _draft(request) -> Announcement:
    """What is on the form, or in the row when nothing was sent."""
    instance = _instance(request)
    if request.method == "POST":
        return ComposerForm(request.POST, instance=instance, user=request.user).draft()
    return ComposerForm(**_about(request, instance)).draft()


def _about(request, announcement: Announcement | None) -> dict:
    """A new one is for the segment that the address names, with the template, objective and day that it names, if any."""
    if announcement:
        return {"instance": announcement, "user": request.user}
    template = template_named(request.user, request.GET.get("template", ""))
    asked = request.GET
    return {"instance": None, "user": request.user, "segment": asked.get("segment"), "template": template, "asked": asked}


def _instance(request) -> Announcement | None:
    """A row of its own for each reading of the form, since reading writes into it."""
    public_id = request.POST.get("announcement") or (request.resolver_match.kwargs.get("public_id"))
    try:
        return announcement_or_404(request, UUID(str(public_id))) if public_id else None
    except ValueError:
        return None


def _button(announcement: Announcement | None) -> dict:
    return {"next_version": (announcement.version if announcement else 0) + 1}
