"""The page of one partner, for managers: who they are, tabs, and what happened at the side."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions.accesses import record_access
from activity.models import Access
from activity.refusals import NotAllowed, Refused
from partners.actions.invitations import invite_contacts, resend_invitation, withdraw_invitation
from partners.admin.merges import leads_to
from partners.forms.timeline import TimelineForm
from partners.models import Invitation
from partners.panels import TABS, PartnerPage, panels_of
from partners.queries.invitations import people_of
from partners.queries.names import former_names_of, with_former_names
from partners.queries.partners import who_they_are
from partners.queries.timeline import timeline_of
from partners.queries.typed_rows import typed_rows_of
from partners.visibility import sight_of


class OverviewMixin:
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/overview/", wrap(self.overview), name="partners_partner_overview"),
            path("<uuid:public_id>/invite/", wrap(self.invite), name="partners_partner_invite"),
            path("<uuid:public_id>/invitations/<uuid:invitation>/", wrap(self.invitation), name="partners_partner_invitation"),
            *super().get_urls(),
        ]

    def overview(self, request, public_id):
        partners = with_former_names(self.get_queryset(request)).select_related("profile")
        partner = partners.filter(public_id=public_id).first()
        if partner is None:
            if kept := self.kept_of(request, public_id=public_id):
                return leads_to(kept)
            raise Http404
        record_access(partner.pk, by=request.user, way=Access.Way.PAGE)
        sight = sight_of(request.user)
        page = PartnerPage(partner, request.user, sight, typed_rows_of(partner, sight), request.GET.get("period", ""))
        tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "context"
        context = {
            **self.admin_site.each_context(request),
            "title": partner.name,
            "opts": self.opts,
            "original": partner,
            "partner": partner,
            "hidden": sight.hidden,
            "sentence": who_they_are(partner, page.rows, sight.hidden),
            "tabs": TABS.items(),
            "tab": tab,
            "panels": panels_of(tab, page),
            "timeline": None if tab == "timeline" else timeline_of(partner),
            "former_names": former_names_of(partner),
            "may_merge": request.user.has_perm("partners.add_merge"),
            "may_split": request.user.has_perm("partners.add_split"),
            "may_change": self.has_change_permission(request, partner),
            "may_invite": request.user.has_perm("partners.add_invitation"),
            "may_erase": request.user.has_perm("partners.erase_person"),
            "may_view_as": request.user.has_perm("partners.view_as_contact"),
            "is_fullwidth": "1",
            **(_timeline_panel(request, partner) if tab == "timeline" else self._own_panel(tab, page)),
        }
        return TemplateResponse(request, "admin/partners/overview.html", context)

    def invite(self, request, public_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        partner = self._partner(request, public_id)
        chosen = partner.contacts.current().filter(pk__in=[key for key in request.POST.getlist("contact") if key.isdigit()])
        try:
            _permit_inviting(request)
            say_who_was_invited(request, invite_contacts(chosen.select_related("partner"), by=request.user))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(_people_tab(partner))

    def invitation(self, request, public_id, invitation):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        partner = self._partner(request, public_id)
        row = get_object_or_404(Invitation, public_id=invitation, contact__partner=partner)
        try:
            _permit_inviting(request)
            if "withdraw" in request.POST:
                withdraw_invitation(row, by=request.user)
                messages.success(request, _("The link no longer opens the portal."))
            else:
                resend_invitation(row, by=request.user)
                messages.success(request, _("Sent again to %(email)s. The older link no longer works.") % {"email": row.email})
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(_people_tab(partner))

    def _partner(self, request, public_id):
        """The partner with this id among those the reader sees; also of an id that came with a form."""
        return get_object_or_404(self.get_queryset(request), public_id=uuid_or_404(public_id))

    def _own_panel(self, tab: str, page: PartnerPage) -> dict:
        if tab == "people":
            people = people_of(page.partner)
            return {"people": people, "some_may_be_invited": any(person.may_be_invited for person in people)}
        return {}


def _timeline_panel(request, partner) -> dict:
    form = TimelineForm(request.GET, partner=partner)
    query = request.GET.copy()
    query.pop("before", None)
    return {
        "timeline_form": form,
        "page": timeline_of(partner, **form.asked) if form.is_valid() else None,
        "is_filtered": any(request.GET.get(name) for name in ("kind", "who", "since", "until")),
        "is_further": bool(request.GET.get("before")),
        "query": query.urlencode(),
    }


def uuid_or_404(value) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        raise Http404 from None


def _permit_inviting(request) -> None:
    if not request.user.has_perm("partners.add_invitation"):
        raise NotAllowed(_("You may not invite people to the portal."))


def _people_tab(partner) -> str:
    return reverse("admin:partners_partner_overview", args=[partner.public_id]) + "?tab=people"


def say_who_was_invited(request, invited) -> None:
    if not invited.sent and not invited.refused:
        messages.info(request, _("Choose whom to invite."))
    if invited.sent:
        count = len(invited.sent)
        messages.success(request, ngettext("%(count)d invitation sent.", "%(count)d invitations sent.", count) % {"count": count})
    for _contact, sentence in invited.refused:
        messages.warning(request, sentence)
