"""Crisis protocols: written, submitted, approved by somebody else; and what each of them would do if it were started now."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display

from accounts.models import User
from activity.refusals import Invalid, NotAllowed, Refused
from communications.actions import protocols as actions
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import needs, page, row_link
from communications.forms.protocols import ProtocolForm, RoleForm, RungForm, TextForm
from communications.languages import own_name
from communications.models import (
    Channel,
    CrisisProtocol,
    CrisisProtocolVersion,
    CrisisRole,
    CrisisRung,
    CrisisText,
    Says,
)
from communications.queries.attention import attention_policy
from communications.queries.protocols import KIND, protocol_rows, reach_of
from communications.rendering.crisis_words import rung_in_words
from context.rules import compile_rules


class RoleInline(TabularInline):
    model, form, extra = CrisisRole, RoleForm, 0
    verbose_name_plural = gettext_lazy("Who does what on our side")


class RungInline(TabularInline):
    model, form, extra = CrisisRung, RungForm, 0
    verbose_name_plural = gettext_lazy("The ladder")


class TextInline(StackedInline):
    model, form, extra = CrisisText, TextForm, 0
    verbose_name_plural = gettext_lazy("The texts")
    fields = [("says", "language"), "title", "call_to_action", "what_happened", "next_update", "body"]


@admin.register(CrisisProtocol)
class CrisisProtocolAdmin(OfAProgramme):
    form = ProtocolForm
    inlines = [RoleInline, RungInline, TextInline]
    fields = ["programme", "name", "incident", "segment", "is_at_site", "channels", "late_after", "partner_roles", "language"]
    empty_says = gettext_lazy("A protocol says who is called when something bad happens, and with which words.")
    list_display = ["protocol", "incident", "programme", "standing", "drilled"]
    list_display_links = None
    list_select_related = ["programme", "approved_version", "waiting_version"]
    list_filter = ["programme", "incident"]
    search_fields = ["name"]
    ordering = ["retired_at", "name", "pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(protocol_page), name="communications_crisisprotocol_page"),
            path("<uuid:public_id>/<slug:verb>/", view(act), name="communications_crisisprotocol_act"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        last = Max("crises__started_at", filter=Q(crises__is_drill=True))
        return super().get_queryset(request).visible_to(request.user).annotate(drilled_at=last)

    def get_changeform_initial_data(self, request):
        return {"language": "en", **super().get_changeform_initial_data(request)}

    def create(self, request, values: dict) -> CrisisProtocol:
        return actions.create_protocol(by=request.user, **values)

    def change(self, request, row: CrisisProtocol, values: dict) -> None:
        actions.change_protocol(row, by=request.user, **values)

    def save_formset(self, request, form, formset, change) -> None:
        """The rows as they were written; whoever changed one is a writer of the protocol."""
        formset.save()
        if formset.new_objects or formset.changed_objects or formset.deleted_objects:
            actions.touch_protocol(form.instance, by=request.user)

    def response_post_save_add(self, request, obj):
        return redirect("admin:communications_crisisprotocol_page", obj.public_id)

    def response_post_save_change(self, request, obj):
        return redirect("admin:communications_crisisprotocol_page", obj.public_id)

    @admin.display(description=gettext_lazy("protocol"), ordering="name")
    def protocol(self, row: CrisisProtocol) -> str:
        return row_link(reverse("admin:communications_crisisprotocol_page", args=[row.public_id]), row)

    @display(description=gettext_lazy("state"), label={"ready": "success", "waiting": "warning", "retired": "default"})
    def standing(self, row: CrisisProtocol) -> tuple[str, str]:
        return standing_of(row)

    @admin.display(description=gettext_lazy("last drill"), ordering="drilled_at")
    def drilled(self, row: CrisisProtocol):
        return row.drilled_at or _("never")


def standing_of(protocol: CrisisProtocol) -> tuple[str, str]:
    if protocol.retired_at:
        return "retired", _("out of use")
    if protocol.waiting_version:
        return "waiting", _("waits for approval")
    if protocol.approved_version is None:
        return "draft", _("draft")
    return ("ready", _("ready, with changes not submitted")) if protocol.is_changed else ("ready", _("ready"))


def protocol_or_404(request, public_id: UUID) -> CrisisProtocol:
    return get_object_or_404(protocol_rows(request.user), public_id=public_id)


@require_safe
@needs("view_crisisprotocol")
def protocol_page(request, public_id: UUID) -> HttpResponse:
    return _show(request, protocol_or_404(request, public_id))


def _show(request, protocol: CrisisProtocol, *, refusal: Refused | None = None) -> HttpResponse:
    version = protocol.waiting_version or protocol.approved_version
    rule = (version.rule, version.contact_rule) if version else (protocol.segment.rule, protocol.segment.contact_rule)
    texts = version.texts if version else _drafted(protocol)
    channels, own = (version.channels, version.language) if version else (protocol.channels, protocol.language)
    people = compile_rules(*rule).contacts()
    return page(
        request, "crisis/protocol.html", str(protocol), status=refusal.status if refusal else 200, protocol=protocol,
        version=version, refusal=refusal, standing=standing_of(protocol)[1], texts=texts_shown(texts),
        roles=roles_shown(version) if version else list(protocol.roles.select_related("holder", "stand_in")),
        rungs=[rung_in_words(rung) for rung in _rungs(protocol, version)], channels=[Channel(one).label for one in channels],
        reach=reach_of(people, channels, own, texts.get(Says.ALARM, {})), own=own_name(own),
        approvals=list(version.approvals.select_related("by")) if version else [],
        passes=KIND in attention_policy().critical_kinds, crises=list(protocol.crises.select_related("started_by")[:10]),
        returned=protocol.versions.exclude(returned_at=None).select_related("returned_by").first(), opts=CrisisProtocol._meta,
        may_approve=request.user.has_perm("communications.approve_crisisprotocol"),
        may_change=request.user.has_perm("communications.change_crisisprotocol"),
        may_start=request.user.has_perm("communications.add_crisis"),
    )  # fmt: skip


def _drafted(protocol: CrisisProtocol) -> dict:
    found: dict[str, dict] = {}
    for text in protocol.texts.all():
        found.setdefault(text.says, {})[text.language] = {name: getattr(text, name) for name in actions.LINES_OF_TEXT}
    return found


def _rungs(protocol: CrisisProtocol, version: CrisisProtocolVersion | None) -> list[dict]:
    return version.rungs if version else [actions.told_rung(rung) for rung in protocol.rungs.all()]


def texts_shown(texts: dict) -> list[tuple[str, list[tuple[str, str, dict]]]]:
    """By what they say: each language by its name and code, with its words."""
    return [
        (Says(says).label, [(own_name(language), language, words) for language, words in sorted(texts[says].items())])
        for says in Says.values
        if says in texts
    ]


def roles_shown(version: CrisisProtocolVersion) -> list[dict]:
    """With people in place of their numbers."""
    people = User.objects.in_bulk({pk for role in version.roles for pk in (role["holder"], role["stand_in"]) if pk})
    return [{**role, "holder": people.get(role["holder"]), "stand_in": people.get(role["stand_in"])} for role in version.roles]


@require_POST
@needs("view_crisisprotocol")
def act(request, public_id: UUID, verb: str) -> HttpResponse:
    protocol = protocol_or_404(request, public_id)
    if verb not in _STEPS:
        raise Http404
    permission, run = _STEPS[verb]
    try:
        if not request.user.has_perm(f"communications.{permission}"):
            raise NotAllowed(_("Your role does not let you do this."))
        sentence = run(protocol, request)
    except Refused as refusal:
        return _show(request, protocol_or_404(request, public_id), refusal=refusal)
    messages.success(request, sentence)
    return redirect("admin:communications_crisisprotocol_page", public_id)


def _submit(protocol: CrisisProtocol, request) -> str:
    version = actions.submit_protocol(protocol, by=request.user)
    return _("Version %(n)d is submitted and waits for approval.") % {"n": version.number}


def _approve(protocol: CrisisProtocol, request) -> str:
    seen = request.POST.get("version", "")
    if not (seen.isascii() and seen.isdigit() and len(seen) < 10):
        raise Invalid(_("Say which version you approve; it is on the page that you looked at."), field="version")
    actions.approve_protocol(protocol, by=request.user, version=int(seen))
    return _("Your approval is noted.")


def _return(protocol: CrisisProtocol, request) -> str:
    actions.return_protocol(protocol, by=request.user, reason=request.POST.get("reason", "").replace("\x00", ""))
    return _("It is back with its writer, with your reason.")


def _retire(protocol: CrisisProtocol, request) -> str:
    actions.retire_protocol(protocol, by=request.user)
    return _("No crisis is started with it any more.")


def _restore(protocol: CrisisProtocol, request) -> str:
    actions.retire_protocol(protocol, by=request.user, is_back=True)
    return _("It is in use again.")


_STEPS: dict[str, tuple[str, Callable[[CrisisProtocol, object], str]]] = {
    "submit": ("change_crisisprotocol", _submit),
    "approve": ("approve_crisisprotocol", _approve),
    "return": ("approve_crisisprotocol", _return),
    "retire": ("change_crisisprotocol", _retire),
    "restore": ("change_crisisprotocol", _restore),
}
