"""What an announcement must be before it may be kept, and before it may be submitted."""

import re

from django.utils.translation import gettext as _

from activity.refusals import Invalid
from communications.models import Announcement, Channel, Kind
from communications.queries.audience import audience_of
from communications.rendering import check_merge_fields, compile_text

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BODY_MAX_CHARACTERS = 200_000


def check_content(announcement: Announcement) -> None:
    """May this be kept as a draft? Raises `Invalid` with the field at fault."""
    title, body = announcement.title or "", announcement.body or ""
    if not title.strip():
        raise Invalid(_("Give the announcement a title."), field="title")
    if _CONTROL.search(title):
        raise Invalid(_("The title must be one line without control characters."), field="title")
    if len(title) > 200:
        raise Invalid(_("The title has %(n)s characters; at most 200 fit.") % {"n": len(title)}, field="title")
    if len(body) > BODY_MAX_CHARACTERS or "\x00" in body:
        raise Invalid(_("The text is too long, or has characters that cannot be kept."), field="body")
    check_merge_fields(title, field="title")
    check_merge_fields(body, field="body")
    compile_text(body)
    _check_choices(announcement)


def check_ready(announcement: Announcement) -> None:
    """May this be submitted? All of the above, and somebody would receive all of it."""
    check_content(announcement)
    if not announcement.body.strip():
        raise Invalid(_("Write the text first."), field="body")
    missing = compile_text(announcement.body).files - set(announcement.attachments.values_list("name", flat=True))
    if missing:
        raise Invalid(
            _("“%(name)s” is named in the text but not attached. Attach it, or take it out.") % {"name": sorted(missing)[0]},
            field="body",
        )
    if announcement.stays_open and announcement.expires_at is None:
        raise Invalid(_("Say when it expires: until then it is also for those who join later."), field="expires_at")
    if not audience_of(announcement).exists():
        raise Invalid(
            _("The segment “%(segment)s” reaches nobody just now. Widen its rules.") % {"segment": announcement.segment.name},
            code="empty_audience",
            field="segment",
        )


def _check_choices(announcement: Announcement) -> None:
    if announcement.kind not in Kind.values:
        raise Invalid(
            _("There is no kind “%(kind)s”. Known are: %(known)s.") % {"kind": announcement.kind, "known": ", ".join(Kind.values)},
            field="kind",
        )
    unknown = [channel for channel in announcement.channels if channel not in Channel.values]
    if unknown or not announcement.channels:
        raise Invalid(_("Choose at least one channel out of: %(known)s.") % {"known": ", ".join(Channel.values)}, field="channels")
    if len(set(announcement.channels)) != len(announcement.channels):
        raise Invalid(_("Name each channel once."), field="channels")
