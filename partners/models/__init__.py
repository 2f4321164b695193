from partners.models.agreements import PartnerAgreement
from partners.models.certifications import Certification, PartnerCertification
from partners.models.colleague_requests import ColleagueRequest
from partners.models.contacts import Contact, ContactFunction
from partners.models.data_copies import DataCopy
from partners.models.enrolments import Enrolment, PartnerKind, Stage
from partners.models.erasures import Erasure
from partners.models.evidence import Evidence
from partners.models.former_names import FormerName
from partners.models.handovers import Handover, LeaveCover
from partners.models.headcounts import Headcount, PeopleKind
from partners.models.invitations import Invitation
from partners.models.lookups import Matches
from partners.models.merges import LikelyDuplicate, Merge, MergeMove, NotTheSame
from partners.models.partners import Partner, PartnerKey, PartnerRelation
from partners.models.performance import PerformanceRecord
from partners.models.products import Product
from partners.models.profiles import PartnerProfile
from partners.models.programmes import Programme, Tier
from partners.models.provenance import Decided, Method, Provenance
from partners.models.purposes import Consent, Purpose
from partners.models.regions import PartnerRegion, Region
from partners.models.retention import RetentionRule
from partners.models.saved_views import SavedView
from partners.models.sites import Site
from partners.models.specialties import PartnerSpecialty, Specialty
from partners.models.splits import Split, SplitMove
from partners.models.summaries import DailySummary, SummaryRefusal

__all__ = [
    "Certification",
    "ColleagueRequest",
    "Consent",
    "Contact",
    "ContactFunction",
    "DailySummary",
    "DataCopy",
    "Decided",
    "Enrolment",
    "Erasure",
    "Evidence",
    "FormerName",
    "Handover",
    "Headcount",
    "Invitation",
    "LeaveCover",
    "LikelyDuplicate",
    "Matches",
    "Merge",
    "MergeMove",
    "Method",
    "NotTheSame",
    "Partner",
    "PartnerAgreement",
    "PartnerCertification",
    "PartnerKey",
    "PartnerKind",
    "PartnerProfile",
    "PartnerRegion",
    "PartnerRelation",
    "PartnerSpecialty",
    "PeopleKind",
    "PerformanceRecord",
    "Product",
    "Programme",
    "Provenance",
    "Purpose",
    "Region",
    "RetentionRule",
    "SavedView",
    "Site",
    "Specialty",
    "Split",
    "SplitMove",
    "Stage",
    "SummaryRefusal",
    "Tier",
]
