"""Resources: the list, making one, and the page of one with its versions, who holds which, and what can be done with it."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from unfold.decorators import display

from activity.admin.base import NeverDeleted, QuickAdmin
from activity.csv_files import csv_response
from activity.refusals import NotAllowed, Refused
from communications.admin.pages import row_link
from communications.rendering.compiling import markdown_as_html
from enablement.actions.resources import change_resource, create_resource, publish_resource
from enablement.admin.doing import do_with_resource
from enablement.admin.library_pages import needs, page, resource_or_404
from enablement.forms.resources import NewResourceForm, SaidForm, VersionForm, said_of
from enablement.models import Collection, Resource, ResourceKind, ResourceState
from enablement.queries.held_versions import count_of_left, count_of_overdue, figures_of_versions, holders_of
from enablement.queries.review_queue import successors_for
from enablement.signed_links import link_to
from partners.actions.programmes import default_programme

HOLDERS_SHOWN = 50
COLOURS = {ResourceState.DRAFT: "default", ResourceState.PUBLISHED: "success", ResourceState.RETIRED: "danger"}


@admin.register(Resource)
class ResourceAdmin(NeverDeleted, QuickAdmin):
    empty_says = _(
        "The library is empty. Begin with a file, a link or a page; or take a whole folder with manage.py index_library."
    )
    list_display = ["resource", "kind", "version", "whom", "owner", "review_on", "state_now"]
    list_display_links = None
    list_select_related = ["segment", "owner", "current"]
    list_filter = ["state", "kind", "programme"]
    search_fields = ["title", "current__name"]
    actions = None
    list_before_template = "admin/enablement/resource/head.html"

    def has_add_permission(self, request) -> bool:
        return False  # a page of its own asks for a file, a link or a text

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("new/<str:kind>/", wrap(make), name="enablement_resource_make"),
            path("<uuid:public_id>/", wrap(resource_page), name="enablement_resource_page"),
            path("<uuid:public_id>/edit/", wrap(edit), name="enablement_resource_edit"),
            path("<uuid:public_id>/holders.csv", wrap(holders_file), name="enablement_resource_holders"),
            path("<uuid:public_id>/versions/<int:number>/", wrap(version_file), name="enablement_resource_file"),
        ]
        return own + [each for each in super().get_urls() if each.name == "enablement_resource_changelist"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).visible_to(request.user)
        return rows.defer("current__passages", "current__preview_html", "current__body")

    @admin.display(description=_("resource"), ordering="title")
    def resource(self, row: Resource) -> str:
        return row_link(reverse("admin:enablement_resource_page", args=[row.public_id]), row)

    @admin.display(description=_("version"))
    def version(self, row: Resource):
        return row.current.number if row.current else "–"

    @admin.display(description=_("for"))
    def whom(self, row: Resource) -> str:
        return str(row.segment or _("everybody"))

    @display(description=_("state"), label={**{str(state): colour for state, colour in COLOURS.items()}, "expired": "warning"})
    def state_now(self, row: Resource) -> tuple[str, str]:
        if row.state == ResourceState.PUBLISHED and row.is_over:
            return "expired", str(_("expired"))
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD", "POST"])
@needs("add_resource")
def make(request, kind: str) -> HttpResponse:
    if kind not in ResourceKind.values:
        raise Http404
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    may_publish = request.user.has_perm("enablement.publish_resource")
    initial = {"programme": default_programme(), "owner": request.user.pk, "language": "en"}
    form = NewResourceForm(*data, kind=kind, may_publish=may_publish, initial=initial)
    if data and form.is_valid():
        try:
            made = _make(request, kind, form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("“%(title)s” is in the library.") % {"title": made})
            return redirect("admin:enablement_resource_page", made.public_id)
    title = {"file": _("A file for the library"), "link": _("A link for the library"), "page": _("A page for the library")}[kind]
    return page(request, "resource/form.html", title, status=422 if form.errors else 200, form=form)


@transaction.atomic
def _make(request, kind: str, values: dict) -> Resource:
    """Where it cannot be published, none is made."""
    publish = values.pop("publish", False)
    if not values.get("title"):
        values.pop("title", None)
    made = create_resource(by=request.user, kind=kind, **values)
    if publish and made.state == ResourceState.DRAFT:
        publish_resource(made, by=request.user)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@needs("change_resource")
def edit(request, public_id: UUID) -> HttpResponse:
    resource = resource_or_404(request, public_id)
    data = request.POST if request.method == "POST" else None
    form = SaidForm(data, programme=resource.programme, language=resource.language, initial=said_of(resource))
    if data is not None and form.is_valid():
        try:
            change_resource(resource, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Changed."))
            return redirect("admin:enablement_resource_page", public_id)
    return page(request, "resource/form.html", str(resource), status=422 if form.errors else 200, form=form, resource=resource)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_resource")
def resource_page(request, public_id: UUID) -> HttpResponse:
    resource = resource_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, resource)
    try:
        if not request.user.has_perm("enablement.change_resource"):
            raise NotAllowed(_("Your role lets you read the library, not change it."))
        done = do_with_resource(request, resource)
    except Refused as refusal:
        return _page(request, resource_or_404(request, public_id), refusal=str(refusal), status=refusal.status)
    if done.said:
        messages.success(request, done.said)
    return redirect(done.address or reverse("admin:enablement_resource_page", args=[public_id]))


def _page(request, resource: Resource, *, refusal: str = "", status: int = 200) -> HttpResponse:
    holders = Paginator(holders_of(resource, request.user), HOLDERS_SHOWN).get_page(request.GET.get("page"))
    inside = set(resource.places.values_list("collection_id", flat=True))
    # What was written for a version that is refused is there to be mended.
    data = (request.POST, request.FILES) if request.POST.get("do") == "version" else ()
    written = VersionForm(*data, resource=resource)
    collections = [(each, each.pk in inside) for each in Collection.objects.filter(programme=resource.programme)]
    return page(
        request, "resource/page.html", resource.title, status=status, resource=resource, refusal=refusal,
        figures=figures_of_versions(resource), holders=holders, overdue=count_of_overdue(resource),
        left=count_of_left(resource, request.user),
        collections=collections, products=list(resource.products.all()), version_form=written,
        successors=successors_for(resource) if resource.state == ResourceState.PUBLISHED else [],
        may_change=request.user.has_perm("enablement.change_resource"),
        may_publish=request.user.has_perm("enablement.publish_resource"),
        may_write_to_them=request.user.has_perm("communications.add_announcement"),
    )  # fmt: skip


@require_safe
@needs("view_resource")
def holders_file(request, public_id: UUID) -> HttpResponse:
    """Who holds which version, for people with spreadsheets."""
    resource = resource_or_404(request, public_id)
    rows = (
        (each.contact.name, each.contact.email, each.contact.partner.name, each.version.number, each.at.isoformat(),
         "yes" if each.version_id == resource.current_id else "no")
        for each in holders_of(resource, request.user).iterator()
    )  # fmt: skip
    return csv_response("holders.csv", ("name", "email", "partner", "version", "taken", "current"), rows)


@require_safe
@needs("view_resource")
def version_file(request, public_id: UUID, number: int) -> HttpResponse:
    """What a manager takes is not counted. A page is shown as it was then."""
    resource = resource_or_404(request, public_id)
    version = get_object_or_404(resource.versions, number=number)
    if version.body:
        text = markdown_as_html(version.body)
        return page(request, "resource/version.html", str(version), resource=resource, version=version, text=text)
    return redirect(link_to(version, request.user) if version.file else version.url)
