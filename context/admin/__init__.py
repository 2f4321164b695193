from context.admin import segments

__all__ = ["segments"]
