"""The managers' roles, as permission groups; and what a person's API tokens may be allowed to do.

A role is a Django group with the permissions listed here; `sync_roles` writes them after each migration.
Permissions are named `app.codename`; what a manager adds to a group by hand is left alone.
"""

from django.contrib.auth.models import Group, Permission

from accounts.models import Scope, User


def _crud(*models: str) -> list[str]:
    return [
        f"{model.split('.')[0]}.{verb}_{model.split('.')[1]}" for model in models for verb in ("view", "add", "change", "delete")
    ]


def _view(*models: str) -> list[str]:
    return [f"{model.split('.')[0]}.view_{model.split('.')[1]}" for model in models]


PARTNER_DATA = (
    "partners.partner",
    "partners.enrolment",
    "partners.contact",
    "partners.product",
    "partners.partnerrelation",
    "partners.partnerkey",
    "partners.partnerregion",
    "partners.partnerspecialty",
    "partners.partnercertification",
    "partners.partneragreement",
    "partners.performancerecord",
    "partners.site",
)
PROGRAMME_DATA = (
    "partners.programme",
    "partners.tier",
    "partners.partnerkind",
    "partners.contactfunction",
    "partners.region",
    "partners.specialty",
    "partners.certification",
    "context.datapoint",
    "context.importmapping",
    "partners.purpose",
    "context.metric",
    "context.scorecard",
    "context.scorecardline",
    "context.tierpolicy",
    "context.tiercriterion",
    "context.stagecriterion",
    "context.stagemove",
    "communications.holiday",
)
STRATEGY = (
    "communications.objective",
    "communications.theme",
    "communications.cadence",
    "communications.journey",
    "communications.statement",
)
WRITING = (
    "communications.announcement",
    "communications.attachment",
    "context.segment",
    "communications.topic",
    "communications.contenttemplate",
    "communications.jargonword",
    *STRATEGY,
)
LISTENING = ("communications.question",)
TALKING = ("communications.discussion", "communications.forum", "communications.knownanswer", "communications.opinionsurvey")
IDEAS = ("enablement.view_idea", "enablement.add_idea", "enablement.change_idea")
ROOMS = ("enablement.view_room", "enablement.add_room", "enablement.change_room")
WORK = ("activity.view_task", "activity.add_task", "activity.change_task")
WEBHOOKS = ("activity.webhookendpoint", "activity.webhookmessage")
MEETINGS = ("collaboration.view_meeting", "collaboration.add_meeting", "collaboration.change_meeting")
LIBRARY = ("enablement.resource", "enablement.collection")
COURSES = ("enablement.course", "enablement.learningpath")
CERTIFICATES = ("enablement.view_certificate", "enablement.change_certificate", "enablement.change_participation")
ALERTS = ("communications.view_alert", "communications.change_alert")
PROTOCOLS = (
    "communications.crisisprotocol",
    "communications.crisisrole",
    "communications.crisisrung",
    "communications.crisistext",
)
RUNS_CRISES = ("communications.view_crisis", "communications.add_crisis", "communications.change_crisis")
COLLECTING = ("context.survey", "context.review")
EVERYTHING = "partners.view_all_partners"

ROLES: dict[str, list[str]] = {
    "Programme admin": [
        *_crud(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *COLLECTING),
        *_crud("communications.conversation", "communications.answerpolicy"),
        *_crud("portal.knowledgegap"),
        *_crud(*TALKING, "communications.discussionpolicy", "communications.opinionpolicy"),
        *IDEAS,
        *ROOMS,
        *_crud("enablement.ideapolicy"),
        *_crud("search.synonym"),
        *_view("search.missedsearch"),
        "search.delete_missedsearch",
        *_crud(
            "communications.approvalpolicy",
            "communications.sendinglimit",
            "communications.pixelpolicy",
            "communications.scannernetwork",
            "accounts.apitoken",
        ),
        "context.add_surveyresponse",
        *_view("accounts.user", "activity.activity", "context.fact", "context.importrun", "partners.invitation"),
        *_view("communications.topicpreference", "communications.suppression"),
        *_view("communications.attentionpolicy", "communications.digest"),
        "communications.change_attentionpolicy",
        "communications.change_digest",
        "communications.add_suppression",
        "communications.delete_suppression",
        "context.add_importrun",
        "context.add_fact",
        "partners.add_invitation",
        "partners.view_as_contact",
        *_crud("partners.handover", "partners.leavecover", "partners.retentionrule"),
        *_view("partners.erasure", "partners.consent", "activity.access"),
        "partners.add_consent",
        "partners.erase_person",
        *WORK,
        *ALERTS,
        *_crud("communications.alertrule"),
        *MEETINGS,
        *_crud(*LIBRARY),
        "enablement.publish_resource",
        *_crud(*COURSES, "enablement.pointspolicy"),
        *CERTIFICATES,
        *_crud(*WEBHOOKS),
        "partners.view_merge",
        "partners.add_merge",
        "partners.view_split",
        "partners.add_split",
        *_crud("context.note"),
        "communications.approve_announcement",
        "communications.send_announcement",
        *_crud(*PROTOCOLS),
        "communications.approve_crisisprotocol",
        *RUNS_CRISES,
        EVERYTHING,
    ],
    "Partner manager": [
        *_view("context.note"),
        "context.add_note",
        "context.change_note",
        *_view("context.survey"),
        *_crud("context.review"),
        "context.add_surveyresponse",
        *_crud("partners.partner", "partners.enrolment", "partners.contact"),
        *_crud("context.segment", "communications.announcement", "communications.attachment", "communications.objective"),
        *_view("communications.theme", "communications.cadence", "communications.journey", "communications.statement"),
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *LISTENING, "communications.topic", "context.fact", "activity.activity"),
        *_view("communications.contenttemplate", "communications.jargonword"),
        "communications.change_question",
        *_view("communications.conversation", "communications.answerpolicy", "portal.knowledgegap"),
        *_view(*TALKING),
        "communications.add_discussion",
        *IDEAS,
        *ROOMS,
        "communications.add_conversation",
        "communications.change_conversation",
        "communications.send_announcement",
        *_view(*PROTOCOLS),
        "communications.view_crisis",
        "communications.change_crisis",
        *_view("partners.consent", "partners.handover", "partners.leavecover"),
        "partners.add_consent",
        "partners.add_leavecover",
        *WORK,
        *ALERTS,
        *_view("communications.alertrule"),
        *MEETINGS,
        *_view(*LIBRARY),
        *_view(*COURSES),
        *CERTIFICATES,
        *_crud(*WEBHOOKS),
        "partners.add_invitation",
        "partners.view_as_contact",
        "context.add_fact",
    ],
    "Author": [
        *_view("portal.knowledgegap"),
        "portal.change_knowledgegap",
        *_crud("communications.announcement", "communications.attachment", "context.segment", "communications.contenttemplate"),
        *_view("communications.jargonword", "search.missedsearch"),
        *_crud("search.synonym", *STRATEGY, *TALKING),
        *IDEAS,
        *ROOMS,
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *LISTENING, *COLLECTING, "communications.topic"),
        "communications.change_question",
        *WORK,
        *MEETINGS,
        *_crud(*LIBRARY),
        "enablement.publish_resource",
        *_crud(*COURSES),
        *_view("enablement.certificate"),
        EVERYTHING,
    ],
    "Approver": [
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *TALKING, *COLLECTING),
        "communications.approve_announcement",
        "communications.send_announcement",
        *_view("enablement.idea", "enablement.room"),
        *_view(*PROTOCOLS),
        "communications.approve_crisisprotocol",
        *RUNS_CRISES,
        *WORK,
        *_view("collaboration.meeting", *LIBRARY, *COURSES, "enablement.certificate"),
        EVERYTHING,
    ],
    "Analyst": [
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *TALKING, *COLLECTING, "context.fact", "activity.activity"),
        *_view(*COURSES, "enablement.certificate"),
        *_view("search.synonym", "search.missedsearch"),
        *_view("collaboration.meeting", "communications.alert", "communications.alertrule", "communications.crisis", *PROTOCOLS),
        *_view(*LIBRARY),
        *_view("enablement.idea"),
        EVERYTHING,
    ],
    "Vendor sales": _view("partners.partner", "partners.enrolment", "partners.contact", "partners.performancerecord"),
}

_SCOPE_NEEDS = {
    Scope.PARTNERS_READ: "partners.view_partner",
    Scope.PARTNERS_WRITE: "partners.change_partner",
    Scope.FACTS_READ: "context.view_fact",
    Scope.FACTS_WRITE: "context.add_fact",
    Scope.SEGMENTS_READ: "context.view_segment",
    Scope.SEGMENTS_WRITE: "context.change_segment",
    Scope.ANNOUNCEMENTS_READ: "communications.view_announcement",
    Scope.ANNOUNCEMENTS_WRITE: "communications.change_announcement",
    Scope.ANNOUNCEMENTS_APPROVE: "communications.approve_announcement",
    Scope.STRATEGY_READ: "communications.view_objective",
    Scope.STRATEGY_WRITE: "communications.change_objective",
    Scope.QUESTIONS_READ: "communications.view_question",
    Scope.QUESTIONS_WRITE: "communications.change_question",
    Scope.MEETINGS_READ: "collaboration.view_meeting",
    Scope.MEETINGS_WRITE: "collaboration.change_meeting",
    Scope.LEARNING_READ: "enablement.view_course",
    Scope.LEARNING_WRITE: "enablement.change_course",
    Scope.CONVERSATIONS_READ: "communications.view_conversation",
    Scope.CONVERSATIONS_WRITE: "communications.change_conversation",
    Scope.CRISES_READ: "communications.view_crisis",
    Scope.CRISES_WRITE: "communications.add_crisis",
    Scope.LIBRARY_READ: "enablement.view_resource",
    Scope.LIBRARY_WRITE: "enablement.change_resource",
    Scope.WEBHOOKS_READ: "activity.view_webhookendpoint",
    Scope.WEBHOOKS_WRITE: "activity.add_webhookendpoint",
}


def scopes_allowed_to(user: User) -> list[str]:
    """The scopes whose permission this person holds; none for someone who is not a manager."""
    if not user.is_staff or not user.is_active:
        return []
    return [scope.value for scope, permission in _SCOPE_NEEDS.items() if user.has_perm(permission)]


def permission_for(scope: str) -> str:
    return _SCOPE_NEEDS[Scope(scope)]


def sync_roles(**_kwargs) -> None:
    """Create the groups and add the permissions above. Runs after migrate; adds, never removes."""
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")}
    for name, permissions in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[key] for key in permissions if key in known))
