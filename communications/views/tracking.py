"""Where the links in messages lead: the pixel, a tracked link, the way out of a topic, an attached file.

Tokens are sealed; an altered one is answered like one that never was."""

from functools import lru_cache

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from communications.actions.preferences import set_digest_rhythm, set_preference
from communications.actions.reminders import reminder_topic
from communications.channels import hits
from communications.models import (
    Announcement,
    AnnouncementVersion,
    Attachment,
    AttentionPreference,
    Delivery,
    Digest,
    Reminder,
)
from communications.rendering.digests import TO_ITS_PAGE, read_digest_token
from communications.rendering.reminders import read_reminder_token
from communications.tracking_tokens import TrackingToken, read_token
from partners.actions.programmes import default_programme

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")


@never_cache
@require_safe
def opened(request, token: str) -> HttpResponse:
    """Always a pixel: a picture that fails would only annoy its reader."""
    if read_token(token):
        hits.put(token, "opened", request)
    return HttpResponse(PIXEL, content_type="image/gif")


@never_cache
@require_safe
def clicked(request, token: str) -> HttpResponse:
    """On to the address that the author wrote. It comes from the version, never from the request."""
    known = _known(token)
    links = links_of(known.announcement_id, known.version)
    if known.link >= len(links):
        raise Http404
    hits.put(token, "clicked", request)
    return redirect(links[known.link])


@never_cache
@require_safe
def announcement(request, token: str) -> HttpResponse:
    """From a digest on to an announcement's page in the portal."""
    known = _known(token)
    row = Announcement.objects.filter(pk=known.announcement_id).first()
    if row is None or known.link != TO_ITS_PAGE:
        raise Http404
    hits.put(token, "clicked", request)
    return redirect("communications:announcement", row.public_id)


@never_cache
@csrf_exempt  # one-click unsubscribe is posted by mail programs (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token: str) -> HttpResponse:
    """GET only asks, so that scanners which follow links change nothing; POST acts."""
    known = _known(token)
    version = AnnouncementVersion.objects.select_related("topic", "announcement__programme").filter(
        announcement_id=known.announcement_id, number=known.version
    ).first()  # fmt: skip
    delivery = Delivery.objects.filter(
        announcement_id=known.announcement_id, contact_id=known.contact_id, channel=known.channel
    ).first()
    if version is None or delivery is None or not delivery.address:
        raise Http404
    request.programme = version.announcement.programme
    if request.method == "POST":
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        set_preference(delivery.address, version.topic, is_wanted="again" in request.POST, how=how)
    return render(request, "communications/unsubscribe.html", {
        "topic": version.topic, "programme": version.announcement.programme, "address": delivery.address,
        "is_done": request.method == "POST" and "again" not in request.POST, "is_back": "again" in request.POST,
    })  # fmt: skip


@never_cache
@csrf_exempt  # one-click unsubscribe, as above
@require_http_methods(["GET", "HEAD", "POST"])
def stop_reminders(request, token: str) -> HttpResponse:
    """The way out of a reminder: GET only asks, POST acts."""
    row = Reminder.objects.filter(pk=read_reminder_token(token)).exclude(address="").first()
    if row is None:
        raise Http404
    topic = reminder_topic()
    if request.method == "POST":
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        set_preference(row.address, topic, is_wanted="again" in request.POST, how=how)
    return render(request, "communications/unsubscribe.html", {
        "topic": topic, "programme": default_programme(), "address": row.address,
        "is_done": request.method == "POST" and "again" not in request.POST, "is_back": "again" in request.POST,
    })  # fmt: skip


@never_cache
@csrf_exempt  # one-click unsubscribe, as above
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digests(request, token: str) -> HttpResponse:
    """The way out of digests: GET only asks, POST acts."""
    row = Digest.objects.filter(pk=read_digest_token(token)).exclude(person="").select_related("contact__user").first()
    if row is None:
        raise Http404
    if request.method == "POST":
        rhythm = AttentionPreference.Rhythm.DAILY if "again" in request.POST else AttentionPreference.Rhythm.NEVER
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        set_digest_rhythm(row.contact, rhythm, how=how)
    return render(request, "communications/unsubscribe.html", {
        "topic": _("Digests"), "programme": default_programme(), "address": row.person,
        "is_done": request.method == "POST" and "again" not in request.POST, "is_back": "again" in request.POST,
    })  # fmt: skip


@require_safe
def file(request, token: str, name: str) -> HttpResponse:
    """An image or a file of an announcement, for whoever holds the link from their own copy of it."""
    known = _known(token)
    attachment = Attachment.objects.filter(announcement_id=known.announcement_id, name=name).first()
    if attachment is None or not attachment.file.storage.exists(attachment.file.name):
        raise Http404
    response = FileResponse(attachment.file.open(), content_type=attachment.content_type, as_attachment=not attachment.is_image,
                            filename=attachment.name)  # fmt: skip
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _known(token: str) -> TrackingToken:
    known = read_token(token)
    if known is None:
        raise Http404
    return known


@lru_cache(maxsize=1000)
def links_of(announcement_id: int, version: int) -> tuple[str, ...]:
    """The links of a version never change, so each process asks once."""
    row = (
        AnnouncementVersion.objects.filter(announcement_id=announcement_id, number=version).values_list("links", flat=True).first()
    )
    return tuple(row or ())
