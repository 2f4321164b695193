"""What a programme of communication can do: each thing by the keys of the programmes in which the demo has rows of it."""

from collections.abc import Callable

from django.db.models import F, QuerySet

from collaboration.models import Decision, Invitee, InviteeAnswer, Meeting
from communications.models import (
    Alert,
    AlertRule,
    Announcement,
    Cadence,
    CadenceStanding,
    CalendarFeed,
    ContentTemplate,
    Conversation,
    Crisis,
    CrisisText,
    Discussion,
    Forum,
    Journey,
    JourneyNotice,
    JourneyPass,
    JourneyRun,
    JourneyStep,
    JourneyVersion,
    Kind,
    KnownAnswer,
    Newsletter,
    Objective,
    OpinionQuestion,
    OpinionSurvey,
    Post,
    Question,
    ReviewComment,
    RunState,
    State,
    Statement,
    StepKind,
    Theme,
)
from context.models import Review

PROGRAMME = "programme__key"
OF_ITEM = f"announcement__{PROGRAMME}"
OF_JOURNEY = f"journey__{PROGRAMME}"
OF_PARTNER = f"partner__enrolments__{PROGRAMME}"


def _keys(path: str, rows: Callable[[], QuerySet]) -> Callable[[], QuerySet]:
    return lambda: rows().values_list(path, flat=True)


def _sent() -> QuerySet:
    return Announcement.objects.filter(state=State.SENT)


# By the points of what a programme of communication is.
IN_BOTH = {
    "1 objectives": _keys(PROGRAMME, Objective.objects.all),
    "1 themes": _keys(PROGRAMME, Theme.objects.all),
    "1 sent for an objective, a theme and stages": _keys(
        PROGRAMME, lambda: _sent().exclude(objective=None).exclude(theme=None).exclude(wanted_action="").exclude(stages=[])
    ),
    "1 held against a holdout": _keys(PROGRAMME, lambda: Objective.objects.filter(journeys__runs__state=RunState.HELD_OUT)),
    "2 planned on a day": _keys(PROGRAMME, lambda: Announcement.objects.filter(state=State.DRAFT).exclude(planned_on=None)),
    "2 reviews to hand in": _keys(PROGRAMME, Review.objects.all),
    "2 in a partner's own calendar": _keys("contact__" + OF_PARTNER, lambda: CalendarFeed.objects.live().exclude(contact=None)),
    **{
        f"3 of the kind “{kind.label}”": _keys(PROGRAMME, lambda kind=kind: Announcement.objects.filter(kind=kind)) for kind in Kind
    },
    "3 templates": _keys(PROGRAMME, ContentTemplate.objects.all),
    "3 in a second language": _keys(PROGRAMME, lambda: Announcement.objects.exclude(translations={})),
    "4 statements that changed": _keys(PROGRAMME, lambda: Statement.objects.filter(revision__gt=1)),
    "5 to review": _keys(PROGRAMME, lambda: _sent().exclude(review_on=None)),
    "5 replaced by another": _keys(PROGRAMME, lambda: Announcement.objects.exclude(successor=None)),
    "6 waiting for approval": _keys(PROGRAMME, lambda: Announcement.objects.filter(state=State.SUBMITTED)),
    "6 remarks on a version": _keys(OF_ITEM, ReviewComment.objects.all),
    "7 promises": _keys(PROGRAMME, Cadence.objects.all),
    "7 with a standing": _keys(f"cadence__{PROGRAMME}", CadenceStanding.objects.all),
    "7 newsletters drafted": _keys(f"cadence__{PROGRAMME}", Newsletter.objects.all),
    "8 questions": _keys(OF_ITEM, Question.objects.all),
    "8 answered questions": _keys(OF_ITEM, lambda: Question.objects.exclude(answered_at=None)),
    "8 published questions": _keys(OF_ITEM, lambda: Discussion.objects.exclude(announcement=None)),
    "8 forums": _keys(PROGRAMME, Forum.objects.all),
    "8 accepted answers": _keys(f"forum__{PROGRAMME}", lambda: Discussion.objects.exclude(forum=None).exclude(accepted=None)),
    "8 kept answers": _keys(PROGRAMME, KnownAnswer.objects.all),
    "8 reported posts": _keys(f"discussion__forum__{PROGRAMME}", lambda: Post.objects.exclude(reports=None)),
    "8 conversations": _keys(OF_PARTNER, Conversation.objects.all),
    "8 open opinion surveys": _keys(PROGRAMME, lambda: OpinionSurvey.objects.filter(state="open")),
    "8 what was said and done": _keys(PROGRAMME, lambda: OpinionSurvey.objects.exclude(told_at=None)),
    "8 recommendations": _keys(f"survey__{PROGRAMME}", lambda: OpinionQuestion.objects.filter(kind="nps")),
    "8 own words": _keys(f"survey__{PROGRAMME}", lambda: OpinionQuestion.objects.filter(kind="text")),
    "8 facts asked for": _keys(f"survey__{PROGRAMME}", lambda: OpinionQuestion.objects.filter(kind="fact")),
    "9 meetings held": _keys(PROGRAMME, lambda: Meeting.objects.filter(state="held")),
    "9 series": _keys(PROGRAMME, lambda: Meeting.objects.exclude(series=None).filter(state="draft")),
    "9 webinars to register for": _keys(PROGRAMME, lambda: Meeting.objects.filter(kind="webinar", needs_registration=True)),
    "9 with one partner": _keys(PROGRAMME, lambda: Meeting.objects.exclude(partner=None)),
    "9 answered": _keys(f"meeting__{PROGRAMME}", lambda: Invitee.objects.filter(answer=InviteeAnswer.YES)),
    "9 decisions": _keys(f"meeting__{PROGRAMME}", Decision.objects.all),
    "9 written to who missed it": _keys(PROGRAMME, lambda: Announcement.objects.filter(segment__name__startswith="Missed")),
    **{
        f"10 steps “{kind.label}”": _keys(
            f"version__{OF_JOURNEY}", lambda kind=kind: JourneyStep.objects.filter(kind=kind, version__published_at__isnull=False)
        )
        for kind in StepKind
    },
    "10 who leaves": _keys(OF_JOURNEY, lambda: JourneyVersion.objects.exclude(exit_segment=None)),
    "10 again": _keys(OF_JOURNEY, lambda: JourneyVersion.objects.exclude(again_after_days=None)),
    "10 under way": _keys(OF_JOURNEY, lambda: JourneyRun.objects.under_way()),
    "10 went through": _keys(OF_JOURNEY, lambda: JourneyRun.objects.filter(state=RunState.FINISHED)),
    "10 behind them": _keys(f"run__{OF_JOURNEY}", JourneyPass.objects.all),
    "10 notices": _keys(f"run__{OF_JOURNEY}", JourneyNotice.objects.all),
    "10 with an objective": _keys(PROGRAMME, lambda: Journey.objects.exclude(objective=None)),
    **{
        f"11 rules “{cause}”": _keys(PROGRAMME, lambda cause=cause: AlertRule.objects.filter(cause=cause))
        for cause in ("certificates", "agreements", "facts", "silence", "falling")
    },
    "11 alerts": _keys(f"rule__{PROGRAMME}", Alert.objects.all),
    "11 judged": _keys(f"rule__{PROGRAMME}", lambda: Alert.objects.exclude(verdict="")),
    "11 notices drafted": _keys(PROGRAMME, lambda: Announcement.objects.filter(segment__name__startswith="Open alert")),
    "12 drills": _keys(f"protocol__{PROGRAMME}", lambda: Crisis.objects.filter(is_drill=True)),
    "12 words in a second language": _keys(
        f"protocol__{PROGRAMME}", lambda: CrisisText.objects.exclude(language=F("protocol__language"))
    ),
    "12 updates": _keys(f"protocol__{PROGRAMME}", lambda: Crisis.objects.filter(messages__says="update")),
}
