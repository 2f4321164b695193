"""Ideas that are for a segment, and what an objective counts of ideas."""

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from communications.models import Objective
from communications.outcomes import OutcomeKind, register_outcome, told
from context.segment_uses import SegmentNoun, register_segment_noun, rows_for
from enablement.models import Idea, Vote


def register() -> None:
    register_segment_noun(SegmentNoun(_("idea"), rows_for(Idea), "admin:enablement_idea_page", at="proposed_at"))
    register_outcome(OutcomeKind("ideas", _("Ideas proposed"), _proposed))
    register_outcome(OutcomeKind("votes", _("Votes for ideas"), _voted))


def _proposed(objective: Objective) -> QuerySet:
    rows = Idea.objects.filter(partner__isnull=False, hidden_at=None)
    return told(rows, at=F("proposed_at"), what=F("title"))


def _voted(objective: Objective) -> QuerySet:
    return told(Vote.objects.filter(partner__isnull=False), at=F("at"), what=F("idea__title"))
