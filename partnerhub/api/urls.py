"""Every address under /api/. What is none of them is answered as a problem, too."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from collaboration.api.meetings import Meetings
from communications.api.alerts import AlertRules, Alerts
from communications.api.announcements import Announcements
from communications.api.cadences import Cadences
from communications.api.calendar import CalendarDays
from communications.api.conversations import Conversations
from communications.api.crises import Crises, CrisisProtocols
from communications.api.deliveries import Deliveries
from communications.api.discussions import Discussions
from communications.api.engagement import Engagement
from communications.api.forums import Forums
from communications.api.jargon import Jargon
from communications.api.journeys import Journeys
from communications.api.newsletters import Newsletters
from communications.api.objectives import Objectives
from communications.api.opinions import OpinionSurveys
from communications.api.questions import Questions
from communications.api.remarks import Remarks
from communications.api.search import Search
from communications.api.sending import Alarms, SendingLimits, SendingNow
from communications.api.statements import Statements
from communications.api.suppressions import Suppressions
from communications.api.templates import Templates
from communications.api.themes import Themes
from communications.api.webhooks import Webhooks
from context.api.facts import Facts
from context.api.history import PartnersThen
from context.api.performance import Figures
from context.api.profiles import PartnerProfiles
from context.api.segments import Segments
from context.api.standings import Standings
from context.api.verdicts import RowVerdicts
from enablement.api.courses import Certificates, Courses, Participations
from enablement.api.ideas import Ideas
from enablement.api.quiz_answers import Attempts
from enablement.api.resources import Resources
from partnerhub.api import schema
from partnerhub.api.docs import ApiDocs
from partnerhub.api.unknown import unknown_address
from partners.api.agreements import Agreements
from partners.api.certifications import PartnerCertifications
from partners.api.contacts import Contacts
from partners.api.enrolments import Enrolments
from partners.api.partner_words import PartnerRegions, PartnerSpecialties
from partners.api.partners import Partners
from partners.api.products import Products
from partners.api.programmes import Programmes
from partners.api.sites import Sites

router = SimpleRouter(use_regex_path=False)
for noun, resource in {
    "programmes": Programmes,
    "partners": Partners,
    "enrolments": Enrolments,
    "contacts": Contacts,
    "products": Products,
    "sites": Sites,
    "agreements": Agreements,
    "performance": Figures,
    "partner-certifications": PartnerCertifications,
    "partner-regions": PartnerRegions,
    "partner-specialties": PartnerSpecialties,
    "facts": Facts,
    "segments": Segments,
    "objectives": Objectives,
    "themes": Themes,
    "cadences": Cadences,
    "newsletters": Newsletters,
    "alert-rules": AlertRules,
    "alerts": Alerts,
    "journeys": Journeys,
    "statements": Statements,
    "announcements": Announcements,
    "remarks": Remarks,
    "templates": Templates,
    "jargon": Jargon,
    "resources": Resources,
    "deliveries": Deliveries,
    "suppressions": Suppressions,
    "sending-limits": SendingLimits,
    "alarms": Alarms,
    "engagement": Engagement,
    "questions": Questions,
    "conversations": Conversations,
    "crises": Crises,
    "crisis-protocols": CrisisProtocols,
    "forums": Forums,
    "discussions": Discussions,
    "opinions": OpinionSurveys,
    "webhooks": Webhooks,
    "meetings": Meetings,
    "courses": Courses,
    "participations": Participations,
    "quiz-attempts": Attempts,
    "certificates": Certificates,
    "ideas": Ideas,
}.items():
    router.register(noun, resource, basename=f"api-{noun}")

router.register("enrolments", Standings, basename="api-enrolments-standing")

ROWS = {
    "sites": "sites",
    "agreements": "agreements",
    "performance": "performance",
    "partner-certifications": "certifications",
    "partner-regions": "regions",
    "partner-specialties": "specialties",
}

urlpatterns = [
    path("v1/partners/then/", PartnersThen.as_view({"get": "list"}), name="api-partners-then"),
    path("v1/partners/<uuid:id>/profile/", PartnerProfiles.as_view({"get": "retrieve"}), name="api-partners-profile"),
    path(
        "v1/partners/<uuid:id>/profile/differences/",
        PartnerProfiles.as_view({"get": "differences"}),
        name="api-partners-profile-differences",
    ),
    *(
        path(
            f"v1/{noun}/<uuid:id>/verdicts/",
            RowVerdicts.as_view({"get": "verdicts", "post": "decide"}, kind=kind),
            name=f"api-{noun}-verdicts",
        )
        for noun, kind in ROWS.items()
    ),
    path("v1/sending/", SendingNow.as_view({"get": "status"}), name="api-sending"),
    path("v1/calendar/", CalendarDays.as_view({"get": "days"}), name="api-calendar"),
    path("v1/search/", Search.as_view({"get": "search"}), name="api-search"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(generator_class=schema.MadeOnce), name="api-schema"),
    path("docs/", ApiDocs.as_view(), name="api-docs"),
    re_path("", unknown_address),
]
