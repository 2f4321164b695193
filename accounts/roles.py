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
STRATEGY = ("communications.objective", "communications.theme")
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
WORK = ("activity.view_task", "activity.add_task", "activity.change_task")
WEBHOOKS = ("activity.webhookendpoint", "activity.webhookmessage")
MEETINGS = ("collaboration.view_meeting", "collaboration.add_meeting", "collaboration.change_meeting")
COLLECTING = ("context.survey", "context.review")
EVERYTHING = "partners.view_all_partners"

ROLES: dict[str, list[str]] = {
    "Programme admin": [
        *_crud(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *COLLECTING),
        *_crud("communications.conversation", "communications.answerpolicy"),
        *_crud("communications.approvalpolicy", "communications.sendinglimit", "communications.pixelpolicy", "accounts.apitoken"),
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
        *MEETINGS,
        *_crud(*WEBHOOKS),
        "partners.view_merge",
        "partners.add_merge",
        "partners.view_split",
        "partners.add_split",
        *_crud("context.note"),
        "communications.approve_announcement",
        "communications.send_announcement",
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
        *_view("communications.theme"),
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *LISTENING, "communications.topic", "context.fact", "activity.activity"),
        *_view("communications.contenttemplate", "communications.jargonword"),
        "communications.change_question",
        *_view("communications.conversation", "communications.answerpolicy"),
        "communications.add_conversation",
        "communications.change_conversation",
        "communications.send_announcement",
        *_view("partners.consent", "partners.handover", "partners.leavecover"),
        "partners.add_consent",
        "partners.add_leavecover",
        *WORK,
        *MEETINGS,
        *_crud(*WEBHOOKS),
        "partners.add_invitation",
        "partners.view_as_contact",
        "context.add_fact",
    ],
    "Author": [
        *_crud("communications.announcement", "communications.attachment", "context.segment", "communications.contenttemplate"),
        *_view("communications.jargonword"),
        *_crud(*STRATEGY),
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *LISTENING, *COLLECTING, "communications.topic"),
        "communications.change_question",
        *WORK,
        *MEETINGS,
        EVERYTHING,
    ],
    "Approver": [
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *COLLECTING),
        "communications.approve_announcement",
        "communications.send_announcement",
        *WORK,
        *_view("collaboration.meeting"),
        EVERYTHING,
    ],
    "Analyst": [
        *_view(*PARTNER_DATA, *PROGRAMME_DATA, *WRITING, *LISTENING, *COLLECTING, "context.fact", "activity.activity"),
        *_view("collaboration.meeting"),
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
    Scope.CONVERSATIONS_READ: "communications.view_conversation",
    Scope.CONVERSATIONS_WRITE: "communications.change_conversation",
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
