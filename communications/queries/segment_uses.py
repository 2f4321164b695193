"""What is for a segment, from announcements to crisis protocols, and by which rules those go that wait."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from communications.models import (
    AlertRule,
    Announcement,
    AnnouncementVersion,
    Cadence,
    CrisisProtocol,
    CrisisProtocolVersion,
    Forum,
    Journey,
    KnownAnswer,
    Objective,
    OpinionSurvey,
    State,
)
from communications.queries.journey_uses import journeys_for
from communications.rendering.merge_fields import with_labels
from context.models import Segment
from context.rule_users import RuleUser, register_rule_users
from context.segment_uses import SegmentNoun, register_next_steps, register_segment_noun, rows_for, seen_by


def register() -> None:
    for noun in NOUNS:
        register_segment_noun(noun)
    register_next_steps(write_to_them)
    register_rule_users(rules_on_their_way)


def _objectives(segment: Segment, user=None) -> QuerySet:
    return seen_by(Objective, user).filter(segments=segment)


def _journeys(segment: Segment, user=None) -> QuerySet:
    return journeys_for(segment, seen_by(Journey, user))


_ANNOUNCEMENT = SegmentNoun(
    _("announcement"), rows_for(Announcement), "admin:communications_announcement_change", at="updated_at", called=with_labels
)
_PROTOCOL = SegmentNoun(
    _("crisis protocol"), rows_for(CrisisProtocol), "admin:communications_crisisprotocol_page", name="name", at="updated_at"
)
NOUNS = (
    _ANNOUNCEMENT,
    _PROTOCOL,
    SegmentNoun(_("objective"), _objectives, "admin:communications_objective_page", name="name"),
    SegmentNoun(_("alert rule"), rows_for(AlertRule), "admin:communications_alertrule_page", name="name"),
    SegmentNoun(_("cadence"), rows_for(Cadence), "admin:communications_cadence_page", name="name"),
    SegmentNoun(_("journey"), _journeys, "admin:communications_journey_page", name="name"),
    SegmentNoun(_("opinion survey"), rows_for(OpinionSurvey), "admin:communications_opinionsurvey_page"),
    SegmentNoun(_("forum"), rows_for(Forum), "admin:communications_forum_change", address="pk"),
    SegmentNoun(_("kept answer"), rows_for(KnownAnswer), "admin:communications_knownanswer_change", name="question", at="kept_at",
                address="pk"),
)  # fmt: skip


def write_to_them(segment: Segment, user) -> Iterator[tuple[str, str]]:
    if user.has_perm("communications.add_announcement"):
        yield _t("Write an announcement to them"), f"{reverse('admin:communications_announcement_add')}?segment={segment.public_id}"


def rules_on_their_way() -> Iterator[RuleUser]:
    """Of announcements that were submitted and have no audience yet, each asks the rules of its latest version; so do crisis
    protocols that are in use."""
    waiting = Announcement.objects.filter(frozen_at=None).exclude(state__in=(State.DRAFT, State.CANCELLED))
    for version in AnnouncementVersion.objects.filter(announcement__in=waiting, number=F("announcement__version")).select_related(
        "announcement"
    ):
        use = _ANNOUNCEMENT.use(version.announcement.title, version.announcement.public_id)
        yield RuleUser(use, version.rule, version.contact_rule)
    for protocol in CrisisProtocolVersion.objects.filter(_in_use()).select_related("protocol"):
        use = _PROTOCOL.use(protocol.name, protocol.protocol.public_id)
        yield RuleUser(use, protocol.rule, protocol.contact_rule)


def _in_use() -> Q:
    """What a crisis would be started with, or will be once it is approved."""
    ready = CrisisProtocol.objects.filter(retired_at=None)
    return Q(pk__in=ready.values("approved_version")) | Q(pk__in=ready.values("waiting_version"))
