from communications.attention.priorities import Priority
from communications.models.alarms import Alarm, AlarmLook, Rule
from communications.models.alerts import Alert, AlertRule, Ending, Verdict
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
from communications.models.archives import ArchivedReport, DeliveryArchive
from communications.models.attention import Attention, AttentionPolicy, AttentionPreference
from communications.models.cadences import Cadence, CadenceStanding, Release
from communications.models.calendar_feeds import CalendarFeed
from communications.models.comments import ReviewComment
from communications.models.conversations import AnswerPolicy, Conversation, ConversationFile, ConversationMessage
from communications.models.counters import AudienceCount, CounterCheck, DeliveryCount, HitCount, LinkCount, TouchCount
from communications.models.crises import (
    AcknowledgedHow,
    Around,
    Crisis,
    CrisisAlarm,
    CrisisCall,
    CrisisMessage,
    CrisisPerson,
    CrisisState,
    Standing,
)
from communications.models.deliveries import PENDING, Delivery, DeliveryChunk, DeliveryState, Reason
from communications.models.digests import Digest, DigestItem
from communications.models.discussions import Discussion, DiscussionMail, Follow, Post, PostReport
from communications.models.engagement import Acknowledgement, Action, Actor, EngagementEvent, StreamPosition, Touch
from communications.models.forums import DiscussionPolicy, Forum, Names
from communications.models.holidays import Holiday
from communications.models.jargon import JargonWord
from communications.models.journeys import (
    Journey,
    JourneyNotice,
    JourneyPass,
    JourneyPurpose,
    JourneyRun,
    JourneyState,
    JourneyStep,
    JourneyVersion,
    RunState,
    StepKind,
    StepOutcome,
)
from communications.models.known_answers import KnownAnswer
from communications.models.limits import SERVER, LimitOf, SendingGrant, SendingLimit, SendingPause
from communications.models.link_checks import LinkCheck
from communications.models.newsletters import Newsletter, NewsletterItem, NewsletterPick
from communications.models.objectives import Objective
from communications.models.opinions import (
    Cut,
    OpinionAsk,
    OpinionOutcome,
    OpinionPolicy,
    OpinionQuestion,
    OpinionResponse,
    OpinionState,
    OpinionSurvey,
    OpinionVersion,
)
from communications.models.pixels import PixelConsent, PixelPolicy, PixelRule
from communications.models.preferences import TopicPreference
from communications.models.protocols import (
    WORDED,
    CrisisProtocol,
    CrisisProtocolApproval,
    CrisisProtocolVersion,
    CrisisRole,
    CrisisRung,
    CrisisText,
    Incident,
    Says,
    Whom,
)
from communications.models.questions import Answer, Question
from communications.models.reading_reminders import ReadingReminder
from communications.models.reminders import Reminder
from communications.models.scanners import ScannerNetwork
from communications.models.statements import Mention, Statement, StatementRevision
from communications.models.suppressions import MailboxTrouble, ReturnedMail, Suppression
from communications.models.templates import ContentTemplate
from communications.models.themes import Theme
from communications.models.topics import Topic
from communications.models.variants import VariantTest

__all__ = [
    "ArchivedReport",
    "DeliveryArchive",
    "URGENT",
    "SERVER",
    "LimitOf",
    "ScannerNetwork",
    "SendingGrant",
    "SendingLimit",
    "SendingPause",
    "MAY_BECOME",
    "PENDING",
    "Acknowledgement",
    "Action",
    "Actor",
    "Alarm",
    "Alert",
    "AlertRule",
    "Ending",
    "Verdict",
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
    "Cadence",
    "CadenceStanding",
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
    "AcknowledgedHow",
    "Around",
    "Crisis",
    "CrisisAlarm",
    "CrisisCall",
    "CrisisMessage",
    "CrisisPerson",
    "CrisisProtocol",
    "CrisisProtocolApproval",
    "CrisisProtocolVersion",
    "CrisisRole",
    "CrisisRung",
    "CrisisState",
    "CrisisText",
    "Incident",
    "Says",
    "Standing",
    "WORDED",
    "Whom",
    "Digest",
    "DigestItem",
    "EngagementEvent",
    "HitCount",
    "JargonWord",
    "Journey",
    "JourneyNotice",
    "JourneyPass",
    "JourneyPurpose",
    "JourneyRun",
    "JourneyState",
    "JourneyStep",
    "JourneyVersion",
    "StepOutcome",
    "RunState",
    "StepKind",
    "Holiday",
    "Kind",
    "LinkCheck",
    "LinkCount",
    "MailboxTrouble",
    "Measure",
    "Newsletter",
    "NewsletterItem",
    "NewsletterPick",
    "Mention",
    "Objective",
    "PixelConsent",
    "PixelPolicy",
    "PixelRule",
    "Priority",
    "Question",
    "Reason",
    "State",
    "Statement",
    "StatementRevision",
    "StreamPosition",
    "Release",
    "ReadingReminder",
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
    "ConversationFile",
    "Discussion",
    "DiscussionMail",
    "DiscussionPolicy",
    "Follow",
    "Forum",
    "KnownAnswer",
    "Names",
    "Cut",
    "OpinionAsk",
    "OpinionOutcome",
    "OpinionPolicy",
    "OpinionQuestion",
    "OpinionResponse",
    "OpinionState",
    "OpinionSurvey",
    "OpinionVersion",
    "Post",
    "PostReport",
]
