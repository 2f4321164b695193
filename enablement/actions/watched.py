"""How much of a lesson's video was played, as the player tells it. It finishes no lesson: that is said by the learner."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.refusals import Refused
from enablement.models import Lesson, Participation, VideoWatched
from enablement.watched_spans import Span, merged


@transaction.atomic
def note_watched(participation: Participation, lesson: Lesson, *, spans: list[Span], length: float) -> VideoWatched:
    """Added to what was played before, also in other windows. `spans` and `length` in seconds."""
    if lesson.film is None:
        raise Refused(_("Nothing is played in this lesson."), code="no_video")
    Participation.objects.select_for_update().get(pk=participation.pk)
    row = VideoWatched.objects.filter(participation=participation, lesson=lesson).first()
    row = row or VideoWatched(participation=participation, lesson=lesson)
    row.spans, row.length, row.changed_at = merged([*row.spans, *spans]), length, timezone.now()
    row.save()
    return row
