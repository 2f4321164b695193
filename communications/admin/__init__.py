from communications.admin import (
    announcements,
    approvals,
    attention,
    limits,
    needs,
    preferences,
    questions,
    suppressions,
    topics,
    webhooks,
)

__all__ = [
    "announcements",
    "approvals",
    "attention",
    "limits",
    "needs",
    "preferences",
    "questions",
    "suppressions",
    "topics",
    "webhooks",
]
