"""The video of a lesson as a learner plays it, its captions, and how much was played. Who may see it is asked at each part."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from enablement.actions.watched import note_watched
from enablement.file_answers import answer_with, is_kept
from enablement.models import Lesson
from enablement.queries.lesson_videos import Film, shown_to
from enablement.signed_links import PLAY, is_outside, link_to
from enablement.views.courses import step_or_404
from enablement.watched_spans import read_spans
from partners.readers import for_contacts


@require_safe
@never_cache
@for_contacts
def video(request, public_id: UUID, number: int) -> HttpResponse:
    return played(request, _theirs(request, public_id, number)[1])


@require_safe
@never_cache
@for_contacts
def captions(request, public_id: UUID, number: int) -> HttpResponse:
    lesson, film = _theirs(request, public_id, number)
    return as_captions(lesson.captions if film else "")


@require_POST
@for_contacts
def watched(request, public_id: UUID, number: int) -> HttpResponse:
    _course, progress, step = step_or_404(request, public_id, number)
    try:
        spans, length = read_spans(request.POST.get("spans", ""), request.POST.get("length", ""))
        note_watched(progress.participation, step.lesson, spans=spans, length=length)
    except Refused as refusal:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _theirs(request, public_id: UUID, number: int) -> tuple[Lesson, Film | None]:
    """The lesson, and the film that may be seen in it."""
    _course, _progress, step = step_or_404(request, public_id, number)
    shown = shown_to(step.lesson, request.contact)
    return step.lesson, shown.film if shown else None


def played(request, film: Film | None) -> HttpResponse:
    """In parts where a player asks for them; by the store's own address where one outside keeps it."""
    if film is None or not is_kept(film):
        raise Http404
    return redirect(link_to(film, request.user, PLAY)) if is_outside(film) else answer_with(film, request, is_played=True)


def as_captions(text: str) -> HttpResponse:
    if not text:
        raise Http404
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response
