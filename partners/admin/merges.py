"""Two partners that are one: those that look alike, the comparison before they become one, and the way back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.refusals import Refused
from activity.tasks import soon
from partners.actions.merges import merge_partners, plan_merge, say_not_the_same, undo_merge
from partners.merging import comparisons
from partners.models import Merge, Partner
from partners.queries.duplicates import suggested_duplicates
from partners.queries.merges import choices_between, merges_of
from partners.queries.names import kept_partner
from partners.tasks import find_duplicates
from partners.visibility import hidden_from

FOUND_SHOWN = 20


def leads_to(kept: Partner) -> HttpResponsePermanentRedirect:
    """The admin's answers are never stored, so that a merge that is taken back takes this back, too."""
    return HttpResponsePermanentRedirect(reverse("admin:partners_partner_overview", args=[kept.public_id]))


class MergesMixin:
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("duplicates/", wrap(self.duplicates), name="partners_partner_duplicates"),
            path("<uuid:public_id>/merge/", wrap(self.merge), name="partners_partner_merge"),
            path("<uuid:public_id>/merge/undo/", wrap(self.undo_merge), name="partners_partner_undo_merge"),
            *super().get_urls(),
        ]

    def kept_of(self, request, **which) -> Partner | None:
        return kept_partner(request.user, **which)

    def duplicates(self, request):
        """Pairs that look alike; a POST says of one that they are not the same, or has all of them found anew."""
        _permit(request)
        if "again" in request.POST:
            soon(find_duplicates)
            messages.success(request, _("Looking for pairs among all partners. What is found is listed here in a moment."))
            return redirect("admin:partners_partner_duplicates")
        if request.method == "POST":
            one, other = self._partner(request, request.POST.get("one")), self._partner(request, request.POST.get("other"))
            say_not_the_same(one, other, by=request.user)
            messages.success(request, _("%(one)s and %(other)s will not be suggested again.") % {"one": one, "other": other})
            return redirect("admin:partners_partner_duplicates")
        return self._merge_page(request, "duplicates", _("Possible duplicates"), pairs=suggested_duplicates(request.user))

    def merge(self, request, public_id):
        _permit(request)
        kept = self._partner(request, public_id)
        if not (request.GET.get("with") or request.POST.get("with")):
            return self._search(request, kept)
        merged = self._partner(request, request.POST.get("with") or request.GET["with"])
        choices = {name.removeprefix("take:"): value for name, value in request.POST.items() if name.startswith("take:")}
        try:
            if request.method == "POST":
                merge_partners(kept, merged, choices, by=request.user)
                messages.success(request, _("%(merged)s is part of %(kept)s now.") % {"merged": merged.name, "kept": kept.name})
                return redirect("admin:partners_partner_overview", kept.public_id)
            plan = plan_merge(kept, merged, choices, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        return self._merge_page(
            request,
            "merge",
            _("Merge %(merged)s into %(kept)s") % {"merged": merged.name, "kept": kept.name},
            kept=kept,
            merged=merged,
            choices=choices_between(kept, merged, hidden_from(request.user)),
            facts=comparisons(kept, merged, request.user),
            counts=[(model._meta.verbose_name_plural, count) for model, count in plan.counts],
        )

    def undo_merge(self, request, public_id):
        _permit(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        merge = get_object_or_404(Merge.objects.visible_to(request.user), public_id=public_id)
        try:
            changed = undo_merge(merge, by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s is a partner of its own again.") % {"name": merge.merged})
            if changed:
                words = ngettext(
                    "%(count)d row was changed since the merge and stays as it is.",
                    "%(count)d rows were changed since the merge and stay as they are.",
                    changed,
                )
                messages.warning(request, words % {"count": changed})
        return redirect("admin:partners_partner_merge", merge.kept.public_id)

    def _search(self, request, kept):
        """Which partner is the same as this one; and the merges that stand."""
        words = request.GET.get("q", "").strip()
        found = []
        if words:
            rows, _may_repeat = self.get_search_results(request, self.get_queryset(request), words)
            found = list(rows.exclude(pk=kept.pk)[:FOUND_SHOWN])
        title = _("Merge into %(kept)s") % {"kept": kept.name}
        return self._merge_page(request, "merge_search", title, kept=kept, found=found, words=words, merges=merges_of(kept))

    def _merge_page(self, request, name: str, title: str, **values):
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "is_fullwidth": "1", **values}
        return TemplateResponse(request, f"admin/partners/{name}.html", context)


def _permit(request) -> None:
    if not request.user.has_perm("partners.add_merge"):
        raise PermissionDenied(_("You may not merge partners."))
