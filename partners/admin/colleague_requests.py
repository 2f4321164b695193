"""Who asks to join a partner: what waits, since when, and who decided. Its own portal admins decide first; a manager can, too."""

from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from unfold.decorators import display

from activity.admin.base import QuickAdmin, ReadOnly
from activity.refusals import Refused
from partners.actions.colleague_requests import MAY_DECIDE, accept_colleague, decline_colleague
from partners.forms.colleagues import AcceptForm, DeclineForm
from partners.models import ColleagueRequest
from partners.queries.colleagues import admins_of

State = ColleagueRequest.State
DECIDED = (State.CONFIRMED, State.ACCEPTED, State.DECLINED)


class StateFilter(admin.SimpleListFilter):
    """What waits, until somebody asks for what was decided. Who has not confirmed their address is shown to nobody."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request, model_admin):
        return [(str(state), state.label) for state in (State.ACCEPTED, State.DECLINED)]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": State.CONFIRMED.label}, *others]

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value() if self.value() in (State.ACCEPTED, State.DECLINED) else State.CONFIRMED)


@admin.register(ColleagueRequest)
class ColleagueRequestAdmin(ReadOnly, QuickAdmin):
    empty_says = _("Nobody waits to join a partner. Whoever asks on the sign-in page and confirms their address is here.")
    list_display = ["who", "email", "partner", "confirmed_at", "state_now", "decided_by"]
    list_display_links = None
    list_filter = [StateFilter]
    list_select_related = ["partner", "decided_by"]
    search_fields = ["name", "email", "partner__name"]
    ordering = ["confirmed_at", "pk"]
    actions = None

    def get_urls(self):
        own = [path("<uuid:public_id>/", self.admin_site.admin_view(request_page), name="partners_colleaguerequest_page")]
        return own + [each for each in super().get_urls() if each.name == "partners_colleaguerequest_changelist"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def has_view_permission(self, request, obj=None) -> bool:
        return request.user.has_perm(MAY_DECIDE)

    def has_module_permission(self, request) -> bool:
        return self.has_view_permission(request)

    @admin.display(description=_("who asks"), ordering="name")
    def who(self, row: ColleagueRequest) -> str:
        address = reverse("admin:partners_colleaguerequest_page", args=[row.public_id])
        return format_html('<a class="ph-link" href="{}">{}</a>', address, row.name)

    @display(description=_("state"), label={"confirmed": "warning", "accepted": "success", "declined": "default"})
    def state_now(self, row: ColleagueRequest) -> tuple[str, str]:
        return row.state, row.get_state_display()


@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request, public_id: UUID) -> HttpResponse:
    if not request.user.has_perm(MAY_DECIDE):
        raise PermissionDenied
    rows = ColleagueRequest.objects.visible_to(request.user).select_related("partner", "decided_by", "contact")
    row = get_object_or_404(rows, public_id=public_id)
    declines = "decline" in request.POST
    accept = AcceptForm(request.POST if request.method == "POST" and not declines else None)
    decline = DeclineForm(request.POST if declines else None)
    form = decline if declines else accept
    status = 422 if form.is_bound and not form.is_valid() else 200
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, _decide(row, form, by=request.user))
            return redirect("admin:partners_colleaguerequest_changelist")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status = refusal.status
    context = {
        **admin.site.each_context(request), "title": _t("%(name)s asks to join") % {"name": row}, "opts": ColleagueRequest._meta,
        "row": row, "waits": row.state == State.CONFIRMED, "accept": accept, "decline": decline,
        "admins": list(admins_of(row.partner).order_by("name")),
    }  # fmt: skip
    return TemplateResponse(request, "admin/partners/colleague_request.html", context, status=status)


def _decide(row: ColleagueRequest, form: AcceptForm | DeclineForm, *, by) -> str:
    if isinstance(form, DeclineForm):
        decline_colleague(row, by=by, reason=form.cleaned_data["reason"])
        return _t("Declined; %(name)s is told why.") % {"name": row}
    accept_colleague(row, by=by, functions=form.cleaned_data["functions"])
    return _t("%(name)s is invited.") % {"name": row}
