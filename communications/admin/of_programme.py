"""What the lists of things that a programme has share in the admin."""

from django.utils.functional import SimpleLazyObject

from activity.admin.base import NeverDeleted, QuickAdmin
from partners.actions.programmes import default_programme


class OfAProgramme(NeverDeleted, QuickAdmin):
    """Rows that begin in the default programme and stay in theirs. Whoever makes one owns it, where it has an owner."""

    def get_actions(self, request):
        return {}

    def get_readonly_fields(self, request, obj=None):
        return ["programme"] if obj else []

    def get_changeform_initial_data(self, request):
        begun = {"programme": default_programme().pk, "owner": request.user.pk}
        return {**begun, **super().get_changeform_initial_data(request)}


class WithFigures:
    """For a list that shows figures of its rows: `figures_of` reads them once for all rows of the page, once one is shown."""

    def figures_of(self, rows: list, user) -> dict:
        """By the key of the row."""
        raise NotImplementedError

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        figures = SimpleLazyObject(lambda: self.figures_of(rows, request.user))
        for row in changelist.result_list:
            row.figures = figures
        return changelist
