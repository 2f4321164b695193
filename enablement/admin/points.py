"""What a programme gives points for; off until somebody turns it on."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.admin.base import QuickAdmin
from enablement.actions.points import save_points_policy
from enablement.models import PointsPolicy


@admin.register(PointsPolicy)
class PointsPolicyAdmin(QuickAdmin):
    empty_says = _("No programme counts points. Add one here to turn them on.")
    list_display = ["programme", "is_on", "board", "most_a_day", "half_life_days"]
    list_select_related = ["programme"]
    fields = ("programme", "is_on", "board", "for_lesson", "for_quiz", "for_certificate", "most_a_day", "half_life_days")

    def get_readonly_fields(self, request, obj=None):
        return ("programme",) if obj else ()

    def create(self, request, values: dict) -> PointsPolicy:
        return save_points_policy(PointsPolicy(), by=request.user, **values)

    def change(self, request, row: PointsPolicy, values: dict) -> None:
        save_points_policy(row, by=request.user, **values)
