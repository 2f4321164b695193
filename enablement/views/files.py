"""A file behind a link that expires: saved, or played where it is a video."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from activity.refusals import Refused
from enablement.file_answers import answer_with, is_kept
from enablement.signed_links import PLAY, read_link
from enablement.views.resources import readable_version


@require_safe
@never_cache
@login_required
def file(request, token: str) -> HttpResponse:
    try:
        link = read_link(token, request.user)
    except Refused as refusal:
        return render(request, "enablement/expired.html", {"sentence": str(refusal)}, status=410)
    version = readable_version(request, link.version) if link else None
    if link is None or version is None or not is_kept(version):
        raise Http404
    return answer_with(version, request, is_played=link.how == PLAY and version.is_video)
