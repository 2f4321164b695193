from activity.actions.activities import record_activity

__all__ = ["record_activity"]
