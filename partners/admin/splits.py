"""One partner that is two: choosing what goes, the preview before it does, and the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from activity.refusals import Refused
from partners.actions.splits import plan_split, split_partner, undo_split
from partners.forms.splits import OrganisationForm
from partners.models import Split
from partners.queries.splits import PLACES, offers_of, splits_of

PLACE, GOES, BOTH = "place:", "goes", "both"


class SplitsMixin:
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/split/", wrap(self.split), name="partners_partner_split"),
            path("<uuid:public_id>/split/undo/", wrap(self.undo_split), name="partners_partner_undo_split"),
            *super().get_urls(),
        ]

    def split(self, request, public_id):
        """Choose, look, do: the same form each time, so that the choice can be changed after a look."""
        _permit(request)
        partner = self._partner(request, public_id)
        asked = request.POST.get("step") if request.method == "POST" else ""
        form = OrganisationForm(request.POST) if asked else OrganisationForm(initial={"country": partner.country})
        goes, both_in = _chosen(request.POST)
        if asked in ("look", "do") and form.is_valid():
            values = form.cleaned_data
            try:
                if asked == "do":
                    split = split_partner(partner, values, goes, by=request.user, both_in=both_in)
                    messages.success(request, _("%(made)s is a partner of its own now.") % {"made": split.made})
                    return redirect("admin:partners_partner_overview", split.made.public_id)
                plan = plan_split(partner, values, goes, by=request.user, both_in=both_in)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                kept = [(name, value) for name in request.POST for value in request.POST.getlist(name) if name not in _NOT_KEPT]
                title = _("Split %(made)s off %(partner)s") % {"made": plan.made, "partner": partner.name}
                return self._split_page(request, "split_preview", title, partner=partner, plan=plan, kept=kept)
        return self._split_page(
            request,
            "split",
            _("Split %(partner)s") % {"partner": partner.name},
            status=422 if form.errors else 200,
            partner=partner,
            form=form,
            offers=offers_of(partner, request.user, goes, both_in),
            splits=splits_of(partner),
        )

    def undo_split(self, request, public_id):
        _permit(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        split = get_object_or_404(Split.objects.visible_to(request.user), public_id=public_id)
        try:
            undo_split(split, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            words = {"made": split.made, "partner": split.partner}
            messages.success(request, _("%(made)s is part of %(partner)s again.") % words)
        return redirect("admin:partners_partner_split", split.partner.public_id)

    def _split_page(self, request, name: str, title: str, *, status: int = 200, **values):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "is_fullwidth": "1", **values}
        return TemplateResponse(request, f"admin/partners/{name}.html", context, status=status)


_NOT_KEPT = ("csrfmiddlewaretoken", "step")


def _chosen(posted) -> tuple[set[str], set[int]]:
    """What goes, and the places that both shall have."""
    places = {name.removeprefix(PLACE): posted[name] for name in posted if name.startswith(PLACE)}
    goes = {*posted.getlist("goes"), *(f"{PLACES}:{key}" for key, value in places.items() if value == GOES)}
    return goes, {int(key) for key, value in places.items() if value == BOTH and key.isdecimal() and len(key) < 19}


def _permit(request) -> None:
    if not request.user.has_perm("partners.add_split"):
        raise PermissionDenied(_("You may not split partners."))
