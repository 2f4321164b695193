"""An attempt at a quiz or a simulation, on a phone as well as by keyboard; every step works without JavaScript."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from enablement.actions.attempts import choose, hand_in, keep_answers, may_try_from, questions_of, scene_now, scenes_of
from enablement.forms.attempts import boxes_of, marks_shown, said_in
from enablement.models import Attempt, LessonKind
from partners.readers import for_contacts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def attempt(request, public_id: UUID):
    found = _attempt_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, found)
    try:
        return _do(request, found)
    except Refused as refusal:
        if request.htmx:
            return render(request, "enablement/parts/kept.html", {"problem": str(refusal), "attempt": found})
        return _page(request, _attempt_or_404(request, public_id), problem=str(refusal), status=refusal.status)


def _do(request, found: Attempt):
    do = request.POST.get("do")
    if do == "choose":
        choose(found, request.POST.get("scene", ""), request.POST.get("choice", ""), by=request.user)
    elif do == "keep":
        keep_answers(found, said_in(request.POST))
        if request.htmx:
            return render(request, "enablement/parts/kept.html", {"at": timezone.now(), "attempt": found})
        messages.success(request, _("Kept. Go on whenever you like."))
    else:
        return _hand_in(request, found, is_sure=do == "hand_in_anyway")
    return redirect("enablement:attempt", found.public_id)


def _hand_in(request, found: Attempt, *, is_sure: bool):
    """With questions open it is asked once more; what was answered is kept by then."""
    address, said = reverse("enablement:attempt", args=[found.public_id]), said_in(request.POST)
    if found.lesson.kind == LessonKind.QUIZ and not (is_sure or found.is_over):
        keep_answers(found, said)
        found.refresh_from_db(fields=["answers"])
        if any(not box.is_answered for box in boxes_of(found, questions_of(found))):
            return redirect(f"{address}?open#hand-in")
    hand_in(found, said, by=request.user)
    return redirect(address)


def _attempt_or_404(request, public_id: UUID) -> Attempt:
    """Those of a package have no page: what they are made of only the package knows."""
    rows = Attempt.objects.filter(participation__contact=request.contact).exclude(lesson__kind=LessonKind.PACKAGE)
    return get_object_or_404(
        rows.select_related(
            "lesson", "participation__course", "participation__contact", "participation__version", "participation__certificate"
        ),  # fmt: skip
        public_id=public_id,
    )


def _page(request, found: Attempt, *, problem: str = "", status: int = 200):
    course = found.participation.course
    about = {
        "attempt": found, "lesson": found.lesson, "course": course, "problem": problem,
        "number": found.participation.version.lessons.filter(order__lt=found.lesson.order).count() + 1,
    }  # fmt: skip
    if found.lesson.kind == LessonKind.SIMULATION:
        return render(request, "enablement/simulation.html", {**about, **_scene(found), **_again(found)}, status=status)
    questions = questions_of(found)
    if found.is_evaluated:
        marks = marks_shown(found, questions)
        return render(request, "enablement/result.html", {**about, "marks": marks, **_again(found)}, status=status)
    boxes = boxes_of(found, questions)
    still_open = [box.number for box in boxes if not box.is_answered]
    asked = {"asks_once_more": "open" in request.GET and still_open, "answered": len(boxes) - len(still_open)}
    asked["first_open"] = next(iter(still_open), None)
    return render(request, "enablement/quiz.html", {**about, "boxes": boxes, **asked}, status=status)


def _scene(found: Attempt) -> dict:
    """Where one stands, and what came of the last choice."""
    scenes = scenes_of(found.lesson)
    passed = [
        {"scene": scenes[key], "choice": next(each for each in scenes[key].choices if each["key"] == chosen)}
        for key, chosen in found.way
    ]
    here = scene_now(found, scenes)
    # What a choice leads to is not told before it is made.
    ways = [{"key": each["key"], "text": each["text"]} for each in here.choices]
    return {"scene": here, "ways": ways, "passed": passed}


def _again(found: Attempt) -> dict:
    if not found.is_evaluated or found.is_passed:
        return {}
    made = list(Attempt.objects.filter(participation=found.participation, lesson=found.lesson).order_by("-number"))
    return {"left": found.lesson.left_after(made), "free_at": may_try_from(found.lesson, made), "is_last": made[0].pk == found.pk}
