from activity.admin import activities

__all__ = ["activities"]
