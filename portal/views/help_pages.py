"""Help for whoever uses the portal, and the page on which its makers see every piece of it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from partners.models import Programme
from portal.forms.design import ComponentsForm
from portal.surroundings import surroundings_of

TYPE_SIZES = (32, 25, 20, 17, 15, 13)
SPACES = (4, 8, 12, 16, 24, 32, 48, 64)
COLOURS = {
    "neutral": [f"neutral-{step}" for step in range(1, 11)],
    "accent": [*(f"accent-{step}" for step in range(1, 6)), "on-accent"],
    **{meaning: [f"{meaning}-{part}" for part in ("text", "line", "wash")] for meaning in ("good", "warn", "bad", "info")},
}


@require_safe
@login_required
@vary_on_headers("HX-Request")
def keys(request):
    """A page, or only its table for the dialog that `?` opens."""
    return render(request, "portal/parts/keys.html" if request.htmx else "portal/help.html")


@require_safe
@login_required
def design(request):
    """Every component in every state, on light and on dark ground, in either direction, in any programme's colours."""
    if not request.user.is_staff:
        raise PermissionDenied(_("This page is for those who run the portal."))
    programmes = Programme.objects.visible_to(request.user).order_by("name")
    chosen = programmes.filter(key=request.GET.get("programme", "")).first()
    if chosen:
        surroundings_of(request).programme = chosen
    return render(request, "portal/design.html", {
        "programmes": programmes,
        "chosen": chosen,
        "is_mirrored": request.GET.get("direction") == "rtl",
        "grounds": ("light", "dark"),
        "sizes": TYPE_SIZES,
        "spaces": SPACES,
        "colours": COLOURS,
        "tones": ("bad", "warn", "accent", "info", "good"),
        "forms": {ground: ComponentsForm.with_an_error(ground) for ground in ("light", "dark")},
    })  # fmt: skip
