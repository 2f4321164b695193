from enablement.admin import ideas, rooms
from enablement.admin.certificates import CertificateAdmin
from enablement.admin.collections import CollectionAdmin
from enablement.admin.courses import CourseAdmin
from enablement.admin.paths import LearningPathAdmin
from enablement.admin.points import PointsPolicyAdmin
from enablement.admin.resources import ResourceAdmin

__all__ = [
    "CertificateAdmin",
    "CollectionAdmin",
    "CourseAdmin",
    "LearningPathAdmin",
    "PointsPolicyAdmin",
    "ResourceAdmin",
    "ideas",
    "rooms",
]
