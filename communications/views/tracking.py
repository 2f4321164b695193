"""Where the links in messages lead: the pixel, a tracked link, the way out of a topic, an attached file.

Tokens are sealed; an altered one is answered like one that never was."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from communications.actions.discussion_mails import discussions_topic
from communications.actions.opinion_mails import opinions_topic
from communications.actions.preferences import set_digest_rhythm, set_preference
from communications.actions.reminders import reminder_topic
from communications.channels import hits
from communications.channels.hits import forwarded_for
from communications.models import (
    Announcement,
    AnnouncementVersion,
    Attachment,
    AttentionPreference,
    Delivery,
    Digest,
    DiscussionMail,
    OpinionAsk,
    Reminder,
    Topic,
)
from communications.queries.links import links_of
from communications.rendering.digests import read_digest_token
from communications.rendering.pixel import PIXEL
from communications.rendering.reminders import read_reminder_token
from communications.tracking_tokens import Place, TrackingToken, read_token
from communications.way_out import read_way_out, register_way_out, stopped_by
from partners.actions.programmes import default_programme


@never_cache
@require_safe
def opened(request, token: str) -> HttpResponse:
    """Always a pixel: a picture that fails would only annoy its reader."""
    known = read_token(token)
    if known is not None and known.link == Place.PIXEL:
        _keep(known, request)
    return HttpResponse(PIXEL, content_type="image/gif")


@never_cache
@require_safe
def clicked(request, token: str) -> HttpResponse:
    """On to the address that the author wrote. It comes from the version, never from the request. Where no person can have seen
    the link, to the portal's first page."""
    known = _known(token)
    links = links_of(known.announcement_id, known.version)
    if known.link >= len(links) and known.link != Place.TRAP:
        raise Http404
    _keep(known, request)
    return redirect(settings.SITE_URL if known.link == Place.TRAP else links[known.link])


@never_cache
@require_safe
def announcement(request, token: str) -> HttpResponse:
    """From a digest on to an announcement's page in the portal."""
    known = _known(token, Place.ANNOUNCEMENT)
    row = Announcement.objects.filter(pk=known.announcement_id).first()
    if row is None:
        raise Http404
    _keep(known, request)
    return redirect("communications:announcement", row.public_id)


@never_cache
@csrf_exempt  # one-click unsubscribe is posted by mail programs (RFC 8058); the token is the proof
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token: str) -> HttpResponse:
    """GET only asks, so that scanners which follow links change nothing; POST acts."""
    known = _known(token, Place.WAY_OUT)
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


@never_cache
@csrf_exempt  # one-click unsubscribe, as above
@require_http_methods(["GET", "HEAD", "POST"])
def stop_topic(request, token: str) -> HttpResponse:
    """The way out of mails about one topic: GET only asks, POST acts."""
    known = read_way_out(token)
    found = stopped_by(*known) if known else None
    if found is None or not found[0]:
        raise Http404
    address, topic = found
    if request.method == "POST":
        how = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "link"
        set_preference(address, topic, is_wanted="again" in request.POST, how=how)
    return render(request, "communications/unsubscribe.html", {
        "topic": topic, "programme": default_programme(), "address": address,
        "is_done": request.method == "POST" and "again" not in request.POST, "is_back": "again" in request.POST,
    })  # fmt: skip


def _of_discussions(pk: int) -> tuple[str, Topic] | None:
    row = DiscussionMail.objects.filter(pk=pk).first()
    return (row.address, discussions_topic()) if row else None


def _of_opinions(pk: int) -> tuple[str, Topic] | None:
    row = OpinionAsk.objects.filter(pk=pk).select_related("contact").first()
    return (row.contact.email.lower(), opinions_topic()) if row else None


register_way_out("discussion", _of_discussions)
register_way_out("opinion", _of_opinions)


@require_safe
def file(request, token: str, name: str) -> HttpResponse:
    """An image or a file of an announcement, for whoever holds the link from their own copy of it."""
    known = _known(token, Place.FILE)
    attachment = Attachment.objects.select_related("announcement").filter(announcement_id=known.announcement_id, name=name).first()
    if attachment is None or not attachment.file.storage.exists(attachment.file.name):
        raise Http404
    if not attachment.is_image and attachment.announcement.is_over:
        return HttpResponse(
            _("This file belongs to an announcement that is over."), status=410, content_type="text/plain; charset=utf-8"
        )
    response = FileResponse(attachment.file.open(), content_type=attachment.content_type, as_attachment=not attachment.is_image,
                            filename=attachment.name)  # fmt: skip
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _known(token: str, place: Place | None = None) -> TrackingToken:
    known = read_token(token)
    if known is None or (place is not None and known.link != place):
        raise Http404
    return known


def _keep(token: TrackingToken, request) -> None:
    headers = request.headers
    address = forwarded_for(headers.get("X-Forwarded-For", "")) or request.META.get("REMOTE_ADDR", "")
    purpose = headers.get("Sec-Purpose", "") or headers.get("Purpose", "")
    agent = headers.get("User-Agent", "")
    hits.put(hits.hit_of(token, method=request.method, agent=agent, purpose=purpose, address=address))
