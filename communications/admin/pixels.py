from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from communications.actions.pixels import remove_pixel_policy, set_pixel_policy
from communications.forms.pixels import PixelPolicyForm
from communications.models import PixelPolicy
from partners.countries import country_names


@admin.register(PixelPolicy)
class PixelPolicyAdmin(QuickAdmin):
    list_display = ["where", "rule"]
    form = PixelPolicyForm
    ordering = ["country"]
    empty_says = _(
        "Without a rule it is noted when a person opens a mail. A rule for a country can make it a sum without names, or end it; "
        "what a person says in the portal goes before it."
    )

    @admin.display(description=_("country of the partner"), ordering="country")
    def where(self, row: PixelPolicy) -> str:
        return country_names().get(row.country, row.country) or _("Everywhere else")

    def create(self, request, values: dict) -> PixelPolicy:
        return set_pixel_policy(PixelPolicy(), values, by=request.user)

    def change(self, request, row: PixelPolicy, values: dict) -> None:
        set_pixel_policy(row, values, by=request.user)

    def delete_model(self, request, obj) -> None:
        remove_pixel_policy(obj, by=request.user)
