from communications.models.announcements import (
    Announcement,
    AnnouncementTransition,
    AnnouncementVersion,
    Attachment,
    Channel,
    Kind,
    State,
)
from communications.models.approvals import ApprovalPolicy
from communications.models.deliveries import Delivery, DeliveryChunk, DeliveryState
from communications.models.engagement import Acknowledgement, EngagementEvent, StreamPosition, Touch
from communications.models.preferences import Suppression, TopicPreference
from communications.models.questions import Answer, Question
from communications.models.topics import Topic

__all__ = [
    "Acknowledgement",
    "Announcement",
    "AnnouncementTransition",
    "AnnouncementVersion",
    "Answer",
    "ApprovalPolicy",
    "Attachment",
    "Channel",
    "Delivery",
    "DeliveryChunk",
    "DeliveryState",
    "EngagementEvent",
    "Kind",
    "Question",
    "State",
    "StreamPosition",
    "Suppression",
    "Topic",
    "TopicPreference",
    "Touch",
]
