from context.models.data_points import ROWS, DataPoint, Side, row_kind_of
from context.models.facts import Fact, Verdict
from context.models.imports import ImportMapping, ImportRun
from context.models.segments import Segment, SegmentVersion

__all__ = ["ROWS", "DataPoint", "Fact", "ImportMapping", "ImportRun", "Segment", "SegmentVersion", "Side", "Verdict", "row_kind_of"]
