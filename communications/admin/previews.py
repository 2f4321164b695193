"""The true preview, in a frame in which nothing can run: words that somebody else wrote are looked at with a manager's session."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Invalid
from communications.actions.content_checks import check_content
from communications.admin.pages import announcement_or_404, needs, part
from communications.forms.composer import ComposerForm, PreviewForm
from communications.models import Announcement, AnnouncementVersion, Channel
from communications.queries.announcement_page import draft_as_version
from communications.queries.audience import audience_of, audience_of_version
from communications.queries.merge_values import language_of, merge_values_of
from communications.queries.newsletters import values_with_items
from communications.queries.readers import reader_of, readers_of
from communications.rendering import MergeValues, compile_text
from communications.rendering.frame_words import only_in
from communications.rendering.key_facts import key_facts
from communications.rendering.mail import MailTemplate, PreviewUrls
from communications.rendering.merge_fields import fill
from communications.tracking_tokens import Place, TrackingToken
from partners.models import Contact

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
PORTAL_STYLES = ("tokens", "base", "layout", "button", "list", "prose", "announcement")
_DARK_QUERY = "@media (prefers-color-scheme: dark)"
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")


@require_POST
@needs("add_announcement", "change_announcement")
def of_form(request) -> HttpResponse:
    """What is on the composer's form, saved or not."""
    own = request.POST.get("announcement")
    instance = announcement_or_404(request, _uuid(own)) if own else None
    draft = ComposerForm(request.POST, instance=instance, user=request.user).draft()
    draft.title = draft.title or _("No title yet")
    look = PreviewForm(request.POST).look()
    try:
        check_content(draft)
        reader = reader_of(audience_of(draft), request.user, look_as=look["look_as"], look_for=look["look_for"])
    except Invalid as refusal:
        return _framed(render_to_string("admin/communications/preview/problem.html", {"sentence": refusal, **look}))
    return _framed(_page(draft_as_version(draft), reader, look))


@require_safe
@needs("view_announcement")
def of_version(request, public_id: UUID, number: int) -> HttpResponse:
    """A version as it was submitted; number 0 is the draft as it stands."""
    announcement = announcement_or_404(request, public_id)
    version = version_or_draft(announcement, number)
    if version is None:
        raise Http404
    look = PreviewForm(request.GET).look()
    try:
        check_content(announcement) if number == 0 else None
    except Invalid as refusal:
        return _framed(render_to_string("admin/communications/preview/problem.html", {"sentence": refusal, **look}))
    reader = reader_of(audience_of_version(version), request.user, look_as=look["look_as"], look_for=look["look_for"])
    return _framed(_page(version, reader, look))


@require_POST
@needs("add_announcement", "change_announcement")
def readers_of_form(request) -> HttpResponse:
    """The people of the segment on the form who match what is searched for: the choices of “as read by”."""
    draft = ComposerForm(request.POST, user=request.user).draft()
    return _choices(request, audience_of(draft), PreviewForm(request.POST).look())


@require_safe
@needs("view_announcement")
def readers_of_version(request, public_id: UUID, number: int) -> HttpResponse:
    version = version_or_draft(announcement_or_404(request, public_id), number)
    if version is None:
        raise Http404
    return _choices(request, audience_of_version(version), PreviewForm(request.GET).look())


def _choices(request, audience, look: dict) -> HttpResponse:
    found = readers_of(audience, request.user, look_as=look["look_as"], look_for=look["look_for"])
    return part(request, "announcement/readers.html", readers=found, chosen=look)


def version_or_draft(announcement: Announcement, number: int) -> AnnouncementVersion | None:
    if number == 0:
        return draft_as_version(announcement)
    version = announcement.versions.select_related("topic", "submitted_by", "objective", "theme").filter(number=number).first()
    if version:
        version.announcement = announcement
    return version


def _page(version: AnnouncementVersion, reader: Contact | None, look: dict) -> str:
    programme = version.announcement.programme
    values = values_with_items(merge_values_of(reader, programme), version.announcement, reader) if reader else _nobody(programme)
    version = version.as_variant(look["look_variant"]).in_language(look["look_language"] or (language_of(reader) if reader else ""))
    urls = _Urls(version.announcement.pk or 0, reader.pk if reader else 0, version.number,
                 str(version.announcement.public_id), links=compile_text(version.body, version.language).links)  # fmt: skip
    draw = _mail if look["look_channel"] == "email" else _portal
    return draw(version, values, urls, is_dark=look["look_theme"] == "dark")


def _nobody(programme) -> MergeValues:
    """Where the audience is empty yet, an example stands in."""
    return MergeValues(_("Jo Example"), "jo@partner.example", _("Example Partner"), "", programme.name, _("Gold"), "")


def _mail(version: AnnouncementVersion, values: MergeValues, urls: "_Urls", *, is_dark: bool) -> str:
    """The frame's own colours are chosen here, since a frame cannot be told which scheme its reader prefers."""
    template = MailTemplate.of(version)
    frame = template.html_frame.replace(_DARK_QUERY, "@media all" if is_dark else "@media not all", 1)
    frame = frame.replace('content="light dark"', f'content="{"dark" if is_dark else "light"}"', 1)
    frame = frame.replace("<head>", '<head><base target="_blank">', 1)
    return replace(template, html_frame=frame).render(values, urls).html


def _portal(version: AnnouncementVersion, values: MergeValues, urls: "_Urls", *, is_dark: bool) -> str:
    html = compile_text(version.body, version.language).as_html(values, link=urls.link, file=urls.file)
    return render_to_string("admin/communications/preview/portal.html", {
        "version": version, "announcement": version.announcement, "title": fill(version.title, values),
        "html": mark_safe(html),  # noqa: S308 - compiled and cleaned; every value in it was escaped
        "items": mark_safe(values.items_html),  # noqa: S308 - every value in it was escaped
        "facts": key_facts(version), "only_in": only_in(version), "css": _portal_css(), "theme": "dark" if is_dark else "light",
        "files": [file for file in version.announcement.attachments.all() if not file.is_image] if version.announcement.pk else [],
    })  # fmt: skip


@lru_cache(maxsize=1)
def _portal_css() -> str:
    """The portal's own style sheets, without its fonts: the frame may load nothing but pictures."""
    found = (finders.find(f"css/{name}.css") for name in PORTAL_STYLES)
    sheets = "\n".join(Path(path).read_text() for path in found if path)
    return mark_safe(_FONT_FACE.sub("", sheets))  # noqa: S308 - our own files


@dataclass(frozen=True)
class _Urls(PreviewUrls):
    """As in a preview; pictures by a path of this site, whichever name it is visited by."""

    def file(self, name: str) -> str:
        return f"/t/f/{TrackingToken(self.announcement_id, self.contact_id, Channel.PORTAL, self.version, Place.FILE)}/{name}"

    @property
    def portal(self) -> str:
        return "#"


def _framed(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    return response


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
