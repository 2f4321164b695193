"""What differs between two days in what is on record for a partner: a page beside how it was on one day."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activity.actions.accesses import record_access
from activity.models import Access
from context.forms.ledger import KNOWN_THEN, DifferenceForm
from context.queries.differences import KINDS, Difference, differences_between
from partners.models import Partner
from partners.visibility import sight_of

SPANS = ((30, gettext_lazy("the last 30 days")), (90, gettext_lazy("the last 90 days")), (365, gettext_lazy("the last year")))


class DifferencesMixin:
    """Adds `differences/` to the addresses of the ledger."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        page = path("differences/<uuid:public_id>/", wrap(require_safe(self.differences_view)), name="context_partner_differences")
        return [page, *super().get_urls()]

    def differences_view(self, request, public_id):
        if not request.user.has_perm("context.view_fact"):
            raise PermissionDenied
        partner = get_object_or_404(Partner.objects.visible_to(request.user), public_id=public_id)
        today = timezone.localdate()
        form = DifferenceForm(request.GET or None, initial={"since": today - timedelta(days=30), "until": today})
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(partner)s between two days") % {"partner": partner},
            "opts": self.opts,
            "is_fullwidth": "0",
            "partner": partner,
            "form": form,
            "groups": _grouped(self._differences(request, partner, form)) if form.is_valid() else None,
            "spans": [(name, today - timedelta(days=days), today) for days, name in SPANS],
            "ask": form.cleaned_data["ask"] if form.is_valid() else KNOWN_THEN,
        }
        return TemplateResponse(request, "admin/context/ledger/differences.html", context)

    def _differences(self, request, partner: Partner, form: DifferenceForm) -> list[Difference]:
        record_access(partner.pk, by=request.user, way=Access.Way.PAST)
        sight, question = sight_of(request.user), form.cleaned_data["ask"]
        return differences_between(partner, *form.moments, question=question, among=sight.data_points, hidden=sight.hidden)


def _grouped(differences: list[Difference]) -> list[tuple[str, str, list[Difference]]]:
    """(kind, its name, differences) of the kinds that there are."""
    groups = [(kind, name, [each for each in differences if each.kind == kind]) for kind, name in KINDS.items()]
    return [group for group in groups if group[2]]
