"""Videos of lessons: which one a learner may see, and which of the library an author may take."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from enablement.models import (
    Lesson,
    LessonKind,
    LessonVideo,
    Participation,
    Resource,
    ResourceState,
    ResourceVersion,
    VideoWatched,
)
from partners.models import Contact, Programme

Film = ResourceVersion | LessonVideo
# What a version of a resource holds besides its file, and nobody needs who plays it.
HEAVY = ("passages", "preview_html", "body")


@dataclass(frozen=True)
class Shown:
    """`film` is None where it is not theirs to see (any more)."""

    film: Film | None


def shown_to(lesson: Lesson, contact: Contact) -> Shown | None:
    """None where nothing is played in the page of the lesson. The library is asked anew each time."""
    if lesson.kind != LessonKind.VIDEO or lesson.film is None:
        return None
    if isinstance(lesson.film, LessonVideo):
        return Shown(lesson.film)
    is_theirs = Resource.objects.filter(pk=lesson.film.resource_id).readable_by([contact]).exists()
    return Shown(lesson.film if is_theirs else None)


def videos_for(user, programme: Programme, kept: ResourceVersion | None = None) -> QuerySet[ResourceVersion]:
    """The newest version of each video in the library of a programme, and `kept`, which a lesson has."""
    resources = Resource.objects.visible_to(user).filter(programme=programme).exclude(state=ResourceState.RETIRED)
    newest = Q(media_type__startswith="video/", resource__in=resources, pk=F("resource__current"))
    rows = ResourceVersion.objects.filter(newest | Q(pk=kept.pk if kept else None)).select_related("resource")
    return rows.defer(*HEAVY).order_by("resource__title", "number")


@dataclass(frozen=True)
class Seen:
    """A video lesson of one participation: whether they say that they saw it, and what their player told, in percent of the film.
    None: it told nothing."""

    lesson: Lesson
    is_done: bool
    percent: int | None


def seen_by(participation: Participation) -> list[Seen]:
    """Of those that were said to be seen, or played."""
    played = {row.lesson_id: row.percent for row in VideoWatched.objects.filter(participation=participation)}
    done = set(participation.done.values_list("lesson", flat=True))
    lessons = Lesson.objects.filter(kind=LessonKind.VIDEO, pk__in={*played, *done}).order_by("order", "pk")
    return [Seen(lesson, lesson.pk in done, played.get(lesson.pk)) for lesson in lessons]


def has_watched() -> Exists:
    """Of each row of participations."""
    return Exists(VideoWatched.objects.filter(participation=OuterRef("pk")))
