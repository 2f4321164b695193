from communications.attention.priorities import Priority
from communications.models.alarms import Alarm, AlarmLook, Rule
from communications.models.announcements import (
    MAY_BECOME,
    URGENT,
    Announcement,
    AnnouncementTransition,
    AnnouncementVersion,
    Attachment,
    Channel,
    Kind,
    Measure,
    State,
    Variant,
)
from communications.models.approvals import ApprovalPolicy
from communications.models.attention import Attention, AttentionPolicy, AttentionPreference
from communications.models.conversations import AnswerPolicy, Conversation, ConversationMessage
from communications.models.counters import AudienceCount, CounterCheck, DeliveryCount, HitCount, TouchCount
from communications.models.deliveries import PENDING, Delivery, DeliveryChunk, DeliveryState, Reason
from communications.models.digests import Digest, DigestItem
from communications.models.engagement import Acknowledgement, Action, Actor, EngagementEvent, StreamPosition, Touch
from communications.models.limits import SERVER, LimitOf, SendingGrant, SendingLimit, SendingPause
from communications.models.pixels import PixelConsent, PixelPolicy, PixelRule
from communications.models.preferences import TopicPreference
from communications.models.questions import Answer, Question
from communications.models.reminders import Reminder
from communications.models.suppressions import MailboxTrouble, ReturnedMail, Suppression
from communications.models.topics import Topic
from communications.models.variants import VariantTest

__all__ = [
    "URGENT",
    "SERVER",
    "LimitOf",
    "SendingGrant",
    "SendingLimit",
    "SendingPause",
    "MAY_BECOME",
    "PENDING",
    "Acknowledgement",
    "Action",
    "Actor",
    "Alarm",
    "AlarmLook",
    "Announcement",
    "AnnouncementTransition",
    "AnnouncementVersion",
    "Answer",
    "AnswerPolicy",
    "ApprovalPolicy",
    "AudienceCount",
    "Attachment",
    "Attention",
    "AttentionPolicy",
    "AttentionPreference",
    "Channel",
    "Conversation",
    "ConversationMessage",
    "CounterCheck",
    "Delivery",
    "DeliveryChunk",
    "DeliveryCount",
    "DeliveryState",
    "Digest",
    "DigestItem",
    "EngagementEvent",
    "HitCount",
    "Kind",
    "MailboxTrouble",
    "Measure",
    "PixelConsent",
    "PixelPolicy",
    "PixelRule",
    "Priority",
    "Question",
    "Reason",
    "State",
    "StreamPosition",
    "Reminder",
    "ReturnedMail",
    "Rule",
    "Suppression",
    "Topic",
    "TopicPreference",
    "Touch",
    "Variant",
    "VariantTest",
    "TouchCount",
]
