from enablement.models.attempts import Attempt
from enablement.models.branding import BrandedFile, PartnerLogo
from enablement.models.certificates import Certificate
from enablement.models.collections import Collection, CollectionItem
from enablement.models.courses import COURSE_MAY_BECOME, Course, CourseState, CourseVersion
from enablement.models.downloads import ResourceDownload
from enablement.models.ideas import (
    IDEA_MAY_BECOME,
    SETTLED,
    Idea,
    IdeaFollow,
    IdeaMove,
    IdeaPolicy,
    IdeaPost,
    IdeaReport,
    IdeaStatus,
)
from enablement.models.lesson_videos import LessonVideo, VideoWatched
from enablement.models.lessons import WRITTEN_HERE, Lesson, LessonKind, QuizQuestion, Scene, new_key
from enablement.models.news_mails import NewsMail, RenewalNotice
from enablement.models.package_runs import PackageRun, RunStatus
from enablement.models.packages import CoursePackage, PackageFile, PackageItem
from enablement.models.participations import LessonDone, Participation
from enablement.models.paths import LearningPath, PathCourse
from enablement.models.points import NamedOnBoards, PointsPolicy
from enablement.models.resources import RESOURCE_MAY_BECOME, Resource, ResourceKind, ResourceState
from enablement.models.rooms import Room, RoomComment, RoomFile, RoomMember, RoomVersion
from enablement.models.versions import PreviewPicture, PreviewState, ResourceVersion
from enablement.models.votes import Vote

__all__ = [
    "Attempt",
    "BrandedFile",
    "COURSE_MAY_BECOME",
    "Certificate",
    "Collection",
    "CollectionItem",
    "Course",
    "CoursePackage",
    "CourseState",
    "CourseVersion",
    "IDEA_MAY_BECOME",
    "Idea",
    "IdeaFollow",
    "IdeaMove",
    "IdeaPolicy",
    "IdeaPost",
    "IdeaReport",
    "IdeaStatus",
    "LearningPath",
    "Lesson",
    "LessonDone",
    "LessonKind",
    "LessonVideo",
    "NamedOnBoards",
    "NewsMail",
    "PackageFile",
    "PackageItem",
    "PackageRun",
    "Participation",
    "PartnerLogo",
    "PathCourse",
    "PointsPolicy",
    "PreviewPicture",
    "PreviewState",
    "QuizQuestion",
    "RESOURCE_MAY_BECOME",
    "RenewalNotice",
    "Resource",
    "ResourceDownload",
    "ResourceKind",
    "ResourceState",
    "ResourceVersion",
    "Room",
    "RoomComment",
    "RoomFile",
    "RoomMember",
    "RoomVersion",
    "RunStatus",
    "SETTLED",
    "Scene",
    "VideoWatched",
    "Vote",
    "WRITTEN_HERE",
    "new_key",
]
