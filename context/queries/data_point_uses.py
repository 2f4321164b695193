"""What this app and the pages of partners use data points for."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from context.models import DataPoint
from context.queries.data_points import is_about_people, segments_using
from context.uses import Use


def uses_in_segments(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    for point, segment, name in segments_using(points):
        yield point, Use(_("segment"), name, reverse("admin:context_segment_change", args=[segment]))


def uses_on_pages(points: list[DataPoint]) -> Iterator[tuple[int, Use]]:
    """What stands for a part of every partner has its place on their pages."""
    for point in points:
        if point.is_builtin:
            page = _("People of a partner") if is_about_people(point) else _("Page of a partner")
            yield point.pk, Use(_("page"), page)
