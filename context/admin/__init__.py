from context.admin import data_points, facts, imports, notes, reviews, segments, surveys

__all__ = ["data_points", "facts", "imports", "notes", "reviews", "segments", "surveys"]
