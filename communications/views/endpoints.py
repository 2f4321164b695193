"""Where a partner's admin has announcements sent to, besides its people: chat rooms and servers."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.actions.webhook_endpoints import (
    add_endpoint,
    pause_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test_message,
)
from activity.channels.webhooks import secret_of
from activity.models import WebhookEndpoint
from activity.refusals import Refused
from communications.actions.webhook_deliveries import test_body
from communications.forms.endpoints import EndpointForm
from communications.queries.webhook_deliveries import endpoint_lines, endpoints_of_partner
from partners.readers import for_partner_admins

_MOVES = {
    "pause": (pause_endpoint, gettext_lazy("“%(name)s” is paused. Announcements still reach your people.")),
    "resume": (resume_endpoint, gettext_lazy("“%(name)s” is active again.")),
    "remove": (remove_endpoint, gettext_lazy("“%(name)s” is removed and its address forgotten.")),
}


@require_safe
@for_partner_admins
def endpoints(request):
    lines = endpoint_lines(endpoints_of_partner(request.contact.partner_id))
    return render(request, "communications/endpoints.html", {"lines": lines})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_partner_admins
def add(request):
    """The secret of a signed one is in the answer and nowhere afterwards."""
    form = EndpointForm(request.POST or None, initial={"form": WebhookEndpoint.Form.SLACK})
    if request.method == "POST" and form.is_valid():
        try:
            endpoint = add_endpoint(by=request.user, partner_id=request.contact.partner_id, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            if endpoint.is_signed:
                return _secret(request, endpoint, secret_of(endpoint), is_new=True)
            messages.success(request, _("“%(name)s” is added. Send a test message to see it there.") % {"name": endpoint})
            return redirect("communications:endpoints")
    return render(request, "communications/endpoint_add.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_POST
@for_partner_admins
def move(request, public_id, verb: str):
    endpoint = get_object_or_404(endpoints_of_partner(request.contact.partner_id), public_id=public_id)
    try:
        if verb == "rotate":
            return _secret(request, endpoint, rotate_secret(endpoint, by=request.user), is_new=False)
        if verb == "test":
            send_test_message(endpoint, test_body(endpoint), by=request.user)
            messages.success(request, _("A test message is on its way to “%(name)s”.") % {"name": endpoint})
        elif verb in _MOVES:
            act, sentence = _MOVES[verb]
            act(endpoint, by=request.user)
            messages.success(request, sentence % {"name": endpoint})
        else:
            raise Http404
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("communications:endpoints")


def _secret(request, endpoint: WebhookEndpoint, secret: str, *, is_new: bool):
    return render(request, "communications/endpoint_secret.html", {"endpoint": endpoint, "secret": secret, "is_new": is_new})
