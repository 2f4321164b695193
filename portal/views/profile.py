from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from partners.actions.logins import change_own_profile
from portal.forms.profile import ProfileForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request):
    user = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language, "time_zone": user.time_zone})
    if request.method == "POST" and form.is_valid():
        try:
            change_own_profile(user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _saved(request, form.cleaned_data["language"])
    return render(request, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)


def _saved(request, language: str):
    messages.success(request, _("Saved."))
    response = redirect("portal:profile")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
