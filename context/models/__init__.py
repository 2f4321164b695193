from context.models.data_points import DataPoint
from context.models.facts import Fact, Verdict
from context.models.imports import ImportMapping, ImportRun
from context.models.segments import Segment, SegmentVersion

__all__ = ["DataPoint", "Fact", "ImportMapping", "ImportRun", "Segment", "SegmentVersion", "Verdict"]
