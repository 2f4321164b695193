from activity.models.accesses import Access
from activity.models.activities import Activity
from activity.models.tasks import Task

__all__ = ["Access", "Activity", "Task"]
