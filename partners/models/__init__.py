from partners.models.certifications import Certification, PartnerCertification
from partners.models.contacts import Contact, ContactFunction
from partners.models.enrolments import Enrolment, PartnerKind, Stage
from partners.models.evidence import Evidence
from partners.models.former_names import FormerName
from partners.models.invitations import Invitation
from partners.models.lookups import Matches
from partners.models.partners import Partner, PartnerKey, PartnerRelation
from partners.models.performance import PerformanceRecord
from partners.models.products import Product
from partners.models.profiles import PartnerProfile
from partners.models.programmes import Programme, Tier
from partners.models.provenance import Method, Provenance
from partners.models.regions import PartnerRegion, Region
from partners.models.saved_views import SavedView
from partners.models.sites import Site
from partners.models.specialties import PartnerSpecialty, Specialty

__all__ = [
    "Certification",
    "Contact",
    "ContactFunction",
    "Enrolment",
    "Evidence",
    "FormerName",
    "Invitation",
    "Matches",
    "Method",
    "Partner",
    "PartnerCertification",
    "PartnerKey",
    "PartnerKind",
    "PartnerProfile",
    "PartnerRegion",
    "PartnerRelation",
    "PartnerSpecialty",
    "PerformanceRecord",
    "Product",
    "Programme",
    "Provenance",
    "Region",
    "SavedView",
    "Site",
    "Specialty",
    "Stage",
    "Tier",
]
