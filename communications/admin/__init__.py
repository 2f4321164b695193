from communications.admin import announcements, approvals, needs, preferences, questions, suppressions, topics

__all__ = ["announcements", "approvals", "needs", "preferences", "questions", "suppressions", "topics"]
