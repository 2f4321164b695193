from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activity.refusals import Refused
from partners.actions.logins import change_own_profile
from partners.actions.summaries import set_summary
from partners.models import SummaryRefusal
from portal.forms.profile import ManagerForm, ProfileForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request):
    user = request.user
    initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone, "daily_summary": _wants_summary(user)}
    form = (ManagerForm if user.is_staff else ProfileForm)(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _save(user, dict(form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return _saved(request, form.cleaned_data["language"])
    return render(request, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _save(user, values: dict) -> None:
    if user.is_staff:
        set_summary(user, is_wanted=values.pop("daily_summary"))
    change_own_profile(user, **values)


def _wants_summary(user) -> bool:
    return user.is_staff and not SummaryRefusal.objects.filter(manager=user).exists()


def _saved(request, language: str):
    messages.success(request, _("Saved."))
    response = redirect("portal:profile")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response
