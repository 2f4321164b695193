from context.admin import data_points, facts, imports, segments

__all__ = ["data_points", "facts", "imports", "segments"]
