"""Which announcements are for a segment, and by which rules those go that were submitted."""

from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from communications.models import Announcement, AnnouncementVersion, State
from context.models import Segment
from context.rule_users import RuleUser


def announcements_for(segment: Segment, user=None) -> list[Use]:
    """The newest first."""
    rows = (
        Announcement.objects.filter(segment=segment)
        if user is None
        else Announcement.objects.visible_to(user).filter(segment=segment)
    )
    return [_use_of(row) for row in rows.filter(segment=segment).order_by("-updated_at")]


def write_to_them(segment: Segment, user) -> Iterator[tuple[str, str]]:
    if user.has_perm("communications.add_announcement"):
        yield _("Write an announcement to them"), f"{reverse('admin:communications_announcement_add')}?segment={segment.public_id}"


def rules_on_their_way() -> Iterator[RuleUser]:
    """Of announcements that were submitted and have no audience yet: each asks the rules of its latest version."""
    waiting = Announcement.objects.filter(frozen_at=None).exclude(state__in=(State.DRAFT, State.CANCELLED))
    for version in AnnouncementVersion.objects.filter(announcement__in=waiting, number=F("announcement__version")).select_related(
        "announcement"
    ):
        yield RuleUser(_use_of(version.announcement), version.rule, version.contact_rule)


def _use_of(announcement: Announcement) -> Use:
    address = reverse("admin:communications_announcement_change", args=[announcement.public_id])
    return Use(_("announcement"), str(announcement), address)
