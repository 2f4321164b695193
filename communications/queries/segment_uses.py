"""Which announcements and objectives are for a segment, and by which rules those go that were submitted."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import F, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.uses import Use
from communications.models import Announcement, AnnouncementVersion, Objective, State
from communications.rendering.merge_fields import with_labels
from context.models import Segment
from context.rule_users import RuleUser


def meant_for(segment: Segment, user=None) -> list[Use]:
    """Announcements and objectives, the newest first, in one query."""
    announcements, objectives = Announcement.objects.all(), Objective.objects.all()
    if user is not None:
        announcements, objectives = announcements.visible_to(user), objectives.visible_to(user)
    columns = ("of", "called", "address", "at")
    rows = (
        announcements.filter(segment=segment)
        .annotate(of=Value("announcement"), called=F("title"), address=F("public_id"), at=F("updated_at")).values_list(*columns)
        .union(
            objectives.filter(segments=segment)
            .annotate(of=Value("objective"), called=F("name"), address=F("public_id"), at=F("created_at")).values_list(*columns),
            all=True,
        )
        .order_by("-at")
    )  # fmt: skip
    return [_use(of, called, public_id) for of, called, public_id, _at in rows]


def _use(of: str, called: str, public_id: UUID) -> Use:
    if of == "objective":
        return Use(_("objective"), called, reverse("admin:communications_objective_page", args=[public_id]))
    return Use(_("announcement"), with_labels(called), reverse("admin:communications_announcement_change", args=[public_id]))


def write_to_them(segment: Segment, user) -> Iterator[tuple[str, str]]:
    if user.has_perm("communications.add_announcement"):
        yield _("Write an announcement to them"), f"{reverse('admin:communications_announcement_add')}?segment={segment.public_id}"


def rules_on_their_way() -> Iterator[RuleUser]:
    """Of announcements that were submitted and have no audience yet: each asks the rules of its latest version."""
    waiting = Announcement.objects.filter(frozen_at=None).exclude(state__in=(State.DRAFT, State.CANCELLED))
    for version in AnnouncementVersion.objects.filter(announcement__in=waiting, number=F("announcement__version")).select_related(
        "announcement"
    ):
        yield RuleUser(
            _use("announcement", version.announcement.title, version.announcement.public_id), version.rule, version.contact_rule
        )
