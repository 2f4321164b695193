from context.models.abstentions import Abstention
from context.models.data_points import ROWS, DataPoint, Side, row_kind_of
from context.models.facts import Fact, Verdict
from context.models.imports import ImportMapping, ImportRun
from context.models.metrics import Metric
from context.models.notes import Note
from context.models.reviews import REVIEW_MAY_BECOME, Review, ReviewLine, ReviewState
from context.models.scorecards import Scorecard, ScorecardLine
from context.models.segments import Segment, SegmentVersion
from context.models.stages import StageCriterion, StageMove, StagePace
from context.models.surveys import SURVEY_MAY_BECOME, Survey, SurveyQuestion, SurveyResponse, SurveyState
from context.models.tiers import TierChange, TierCriterion, TierPolicy, TierStanding
from context.models.waiting import Waiting

__all__ = [
    "Abstention",
    "DataPoint",
    "Fact",
    "ImportMapping",
    "ImportRun",
    "Metric",
    "Note",
    "REVIEW_MAY_BECOME",
    "ROWS",
    "Review",
    "ReviewLine",
    "ReviewState",
    "SURVEY_MAY_BECOME",
    "Scorecard",
    "ScorecardLine",
    "Segment",
    "SegmentVersion",
    "Side",
    "StageCriterion",
    "StageMove",
    "StagePace",
    "Survey",
    "SurveyQuestion",
    "SurveyResponse",
    "SurveyState",
    "TierChange",
    "TierCriterion",
    "TierPolicy",
    "TierStanding",
    "Verdict",
    "Waiting",
    "row_kind_of",
]
