from context.models.abstentions import Abstention
from context.models.data_points import ROWS, DataPoint, Side, row_kind_of
from context.models.facts import Fact, Verdict
from context.models.imports import ImportMapping, ImportRun
from context.models.notes import Note
from context.models.reviews import REVIEW_MAY_BECOME, Review, ReviewLine, ReviewState
from context.models.segments import Segment, SegmentVersion
from context.models.surveys import SURVEY_MAY_BECOME, Survey, SurveyQuestion, SurveyResponse, SurveyState

__all__ = [
    "REVIEW_MAY_BECOME",
    "ROWS",
    "SURVEY_MAY_BECOME",
    "Abstention",
    "DataPoint",
    "Fact",
    "ImportMapping",
    "ImportRun",
    "Note",
    "Review",
    "ReviewLine",
    "ReviewState",
    "Segment",
    "SegmentVersion",
    "Side",
    "Survey",
    "SurveyQuestion",
    "SurveyResponse",
    "SurveyState",
    "Verdict",
    "row_kind_of",
]
