"""Who had which values on a day in the past: a page of its own beside the ledger."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from context.forms.history import ThenForm
from context.queries.history import partners_where_then
from partners.models import Partner

PAGE_ROWS = 100


class HistoryMixin:
    """Adds `then/` to the addresses of the ledger."""

    def get_urls(self):
        return [path("then/", self.admin_site.admin_view(self.then_view), name="context_fact_then"), *super().get_urls()]

    def then_view(self, request):
        if not request.user.has_perm("context.view_fact"):
            raise PermissionDenied
        form = ThenForm(request.GET or None, user=request.user, initial={"point_1": "listed", "value_1": "yes"})
        found = self._found(request, form.cleaned_data) if form.is_valid() else None
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            **self.admin_site.each_context(request), "title": _("As it was"), "opts": self.opts, "form": form, "found": found,
            "query": query.urlencode(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/context/fact/then.html", context)

    def _found(self, request, asked: dict):
        programme = asked["programme"].key if asked["programme"] else ""
        partners = partners_where_then(asked["values"], programme=programme, **asked["when"])
        mine = partners.filter(pk__in=Partner.objects.visible_to(request.user).values("pk"))
        return Paginator(mine.order_by("name", "pk"), PAGE_ROWS).get_page(request.GET.get("page"))
