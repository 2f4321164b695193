"""The sending limits, and in words what limits the rate just now."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from activity.admin.base import QuickAdmin
from communications.actions.limits import remove_limit, set_limit
from communications.admin.pages import needs, page
from communications.forms.limits import SendingLimitForm
from communications.models import SendingLimit
from communications.queries.limits import limits_now


@require_safe
@needs("view_announcement", "view_sendinglimit")
def now(request) -> HttpResponse:
    """For whoever sees how sending stands."""
    return page(request, "limits/now.html", _("What limits sending"), limits=limits_now(request.user))


@admin.register(SendingLimit)
class SendingLimitAdmin(QuickAdmin):
    list_display = ["__str__", "per_second", "per_minute", "per_hour"]
    search_fields = ["domain__startswith"]
    form = SendingLimitForm
    fields = ["applies_to", "domain", "per_second", "per_minute", "per_hour"]
    ordering = ["domain", "pk"]
    empty_says = gettext_lazy("Nothing limits sending. A limit says how many mails may go out to a domain, or in all, in a period.")

    def get_urls(self):
        own = path("now/", self.admin_site.admin_view(now), name="communications_sendinglimit_now")
        return [own, *super().get_urls()]

    def create(self, request, values: dict) -> SendingLimit:
        return set_limit(SendingLimit(), values, by=request.user)

    def change(self, request, row: SendingLimit, values: dict) -> None:
        set_limit(row, values, by=request.user)

    def delete_model(self, request, obj) -> None:
        remove_limit(obj, by=request.user)
