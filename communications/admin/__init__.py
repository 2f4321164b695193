from communications.admin import announcements, approvals, needs, preferences, questions, suppressions, topics, webhooks

__all__ = ["announcements", "approvals", "needs", "preferences", "questions", "suppressions", "topics", "webhooks"]
