"""Where a mail provider tells what became of mails. anymail knows how each of them speaks, and refuses what is not signed."""

from anymail.exceptions import AnymailError
from anymail.signals import AnymailTrackingEvent
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.actions.bounces import StillBeingSentError
from communications.actions.mail_events import take_event

_BROKEN = (AnymailError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_events(request: HttpRequest, provider: str) -> HttpResponse:
    """Only the provider that the settings name is heard. Each event is kept by itself: of a heap that is told again, those that
    were known change nothing."""
    if provider != settings.MAIL_EVENTS_FROM:
        raise Http404
    speaker = resolve(f"/{provider}/tracking/", "anymail.urls").func.view_class()
    speaker.setup(request)
    if request.method == "HEAD":  # some ask once whether anybody is there
        return HttpResponse()
    try:
        speaker.run_validators(request)
        events = speaker.parse_events(request)
    except SuspiciousOperation:  # not signed
        raise
    except _BROKEN:
        return HttpResponse(_("This is not what %(provider)s sends.") % {"provider": provider}, status=400)
    taken = [_is_taken(event) for event in events]
    return HttpResponse(status=200 if all(taken) else 503)  # and comes again


def _is_taken(event: AnymailTrackingEvent) -> bool:
    try:
        take_event(event)
    except StillBeingSentError:
        return False
    return True
