"""Which segments and surveys rely on a segment."""

from uuid import UUID

from django.db.models import F, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from context.models import Segment, Survey


def segments_and_surveys_for(segment: Segment, user=None) -> list[Use]:
    """Segments that name it themselves, then surveys for it, by name; one query. Also closed surveys: they can be opened again, and
    then ask those that have joined it since."""
    segments, surveys = segment.used_by.all(), Survey.objects.filter(segment=segment)
    if user is not None:
        segments, surveys = segments.visible_to(user), Survey.objects.visible_to(user).filter(segment=segment)
    columns = ("kind", "called", "pk", "public_id")
    named = segments.order_by().annotate(kind=Value("segment"), called=F("name")).values_list(*columns)
    rows = named.union(surveys.order_by().annotate(kind=Value("survey"), called=F("title")).values_list(*columns), all=True)
    return [_use(*row) for row in sorted(rows, key=lambda row: row[:2])]


def _use(kind: str, name: str, pk: int, public_id: UUID) -> Use:
    if kind == "segment":
        return Use(_("segment"), name, reverse("admin:context_segment_change", args=[pk]))
    return Use(_("survey"), name, reverse("admin:context_survey_page", args=[public_id]))


def segments_above(segment: Segment) -> list[Segment]:
    """All that name it, directly or through others; a query a level."""
    found: dict[int, Segment] = {}
    level = [segment.pk]
    while level:
        rows = Segment.objects.filter(segments__in=level).exclude(pk__in=found).distinct()
        level = [row.pk for row in rows]
        found |= {row.pk: row for row in rows}
    return sorted(found.values(), key=lambda row: row.name)


def use_of(segment: Segment) -> Use:
    return _use("segment", segment.name, segment.pk, segment.public_id)
