from activity.models.accesses import Access
from activity.models.activities import Activity
from activity.models.sent_mails import SentMail
from activity.models.tasks import Task
from activity.models.webhooks import WebhookAttempt, WebhookEndpoint, WebhookMessage

__all__ = ["Access", "Activity", "SentMail", "Task", "WebhookAttempt", "WebhookEndpoint", "WebhookMessage"]
