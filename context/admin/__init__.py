from context.admin import data_points, facts, imports, metrics, notes, reviews, scorecards, segments, stages, surveys, tiers

__all__ = [
    "data_points",
    "facts",
    "imports",
    "metrics",
    "notes",
    "reviews",
    "scorecards",
    "segments",
    "stages",
    "surveys",
    "tiers",
]
