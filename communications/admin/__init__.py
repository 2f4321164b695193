from communications.admin import announcements, approvals, limits, needs, preferences, questions, suppressions, topics, webhooks

__all__ = ["announcements", "approvals", "limits", "needs", "preferences", "questions", "suppressions", "topics", "webhooks"]
