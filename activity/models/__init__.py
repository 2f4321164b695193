from activity.models.activities import Activity
from activity.models.tasks import Task

__all__ = ["Activity", "Task"]
