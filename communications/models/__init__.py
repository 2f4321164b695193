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
from communications.models.approvals import Approval, ApprovalPolicy
from communications.models.attention import Attention, AttentionPolicy, AttentionPreference
from communications.models.calendar_feeds import CalendarFeed
from communications.models.comments import ReviewComment
from communications.models.conversations import AnswerPolicy, Conversation, ConversationMessage
from communications.models.counters import AudienceCount, CounterCheck, DeliveryCount, HitCount, TouchCount
from communications.models.deliveries import PENDING, Delivery, DeliveryChunk, DeliveryState, Reason
from communications.models.digests import Digest, DigestItem
from communications.models.engagement import Acknowledgement, Action, Actor, EngagementEvent, StreamPosition, Touch
from communications.models.holidays import Holiday
from communications.models.jargon import JargonWord
from communications.models.limits import SERVER, LimitOf, SendingGrant, SendingLimit, SendingPause
from communications.models.link_checks import LinkCheck
from communications.models.objectives import Objective
from communications.models.pixels import PixelConsent, PixelPolicy, PixelRule
from communications.models.preferences import TopicPreference
from communications.models.questions import Answer, Question
from communications.models.reminders import Reminder
from communications.models.suppressions import MailboxTrouble, ReturnedMail, Suppression
from communications.models.templates import ContentTemplate
from communications.models.themes import Theme
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
    "Approval",
    "AnswerPolicy",
    "ApprovalPolicy",
    "AudienceCount",
    "Attachment",
    "Attention",
    "AttentionPolicy",
    "AttentionPreference",
    "CalendarFeed",
    "Channel",
    "ContentTemplate",
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
    "JargonWord",
    "Holiday",
    "Kind",
    "LinkCheck",
    "MailboxTrouble",
    "Measure",
    "Objective",
    "PixelConsent",
    "PixelPolicy",
    "PixelRule",
    "Priority",
    "Question",
    "Reason",
    "State",
    "StreamPosition",
    "Reminder",
    "ReviewComment",
    "ReturnedMail",
    "Rule",
    "Suppression",
    "Theme",
    "Topic",
    "TopicPreference",
    "Touch",
    "Variant",
    "VariantTest",
    "TouchCount",
]
