from communications.admin import (
    announcements,
    approvals,
    attention,
    limits,
    needs,
    pixels,
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
    "pixels",
    "needs",
    "preferences",
    "questions",
    "suppressions",
    "topics",
    "webhooks",
]
