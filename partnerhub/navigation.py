"""The sidebar of the admin: what a manager works with, by what it is for."""

from functools import cache
from typing import NamedTuple

from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _


class Page(NamedTuple):
    """A page that is no list: its address by name, and who may see it."""

    name: str
    icon: str
    title: str | Promise
    permission: str


class Group(NamedTuple):
    """What belongs together. Those that are used every day are open until somebody closes them; the browser remembers."""

    key: str
    title: str | Promise
    places: tuple[Page | tuple[str, str], ...]
    is_open: bool = False


# Above all groups, found in a hurry.
URGENT = (("communications.crisis", "crisis_alert"),)
# The groups, and the places in each, stand in the order of how often they are used. What there is to do is on the first page, too.
GROUPS = (
    Group(
        "work",
        _("Work"),
        (
            ("activity.task", "task_alt"),
            ("communications.alert", "notification_important"),
            ("partners.handover", "swap_horizontal_circle"),
            ("partners.leavecover", "beach_access"),
        ),
    ),
    Group(
        "partners",
        _("Partners"),
        (
            ("partners.partner", "handshake"),
            ("partners.contact", "group"),
            ("partners.enrolment", "assignment_ind"),
            ("partners.invitation", "outgoing_mail"),
            ("partners.colleaguerequest", "person_add"),
            Page("admin:partners_partner_duplicates", "content_copy", _("Possible duplicates"), "partners.add_merge"),
            ("partners.site", "factory"),
            ("partners.product", "inventory_2"),
        ),
        is_open=True,
    ),
    Group(
        "write",
        _("Write"),
        (
            ("communications.announcement", "campaign"),
            ("enablement.resource", "library_books"),
            ("enablement.room", "edit_document"),
            Page("admin:communications_announcement_freshness", "update", _("To review"), "communications.change_announcement"),
            ("communications.contenttemplate", "draft"),
            ("communications.statement", "fact_check"),
            ("enablement.collection", "collections_bookmark"),
        ),
        is_open=True,
    ),
    Group(
        "plan",
        _("Plan"),
        (
            Page("admin:communications_announcement_calendar", "calendar_month", _("Calendar"), "communications.view_announcement"),
            ("communications.objective", "flag"),
            ("communications.theme", "lightbulb"),
            ("communications.journey", "route"),
            ("communications.cadence", "event_repeat"),
            Page("admin:communications_objective_neglect", "hourglass_empty", _("Neglected"), "communications.view_objective"),
        ),
    ),
    Group(
        "talk",
        _("Talk"),
        (
            ("communications.conversation", "forum"),
            ("communications.question", "contact_support"),
            ("collaboration.meeting", "event"),
            ("communications.discussion", "question_answer"),
            ("communications.forum", "groups"),
            ("communications.knownanswer", "tips_and_updates"),
        ),
    ),
    Group(
        "listen",
        _("Listen"),
        (
            ("communications.opinionsurvey", "sentiment_satisfied"),
            ("enablement.idea", "emoji_objects"),
            Page("admin:enablement_idea_board", "view_kanban", _("Board of ideas"), "enablement.view_idea"),
            ("portal.knowledgegap", "unknown_document"),
            ("search.missedsearch", "search_off"),
        ),
    ),
    Group(
        "deliver",
        _("Deliver"),
        (
            Page("admin:communications_announcement_sending", "send", _("Sending"), "communications.view_announcement"),
            Page("admin:communications_sendinglimit_now", "speed", _("What limits sending"), "communications.view_announcement"),
            ("communications.suppression", "unsubscribe"),
            ("activity.webhookendpoint", "webhook"),
            ("activity.webhookmessage", "outbox"),
        ),
    ),
    Group(
        "context",
        _("Context"),
        (
            ("context.segment", "filter_alt"),
            ("context.fact", "fact_check"),
            Page("admin:context_review", "checklist", _("To decide"), "context.view_fact"),
            ("context.note", "sticky_note_2"),
            ("context.survey", "quiz"),
            ("context.review", "balance"),
            Page("admin:context_stagemove_board", "view_kanban", _("Lifecycle board"), "partners.view_enrolment"),
            ("context.scorecard", "scoreboard"),
            ("context.datapoint", "data_object"),
            ("context.importrun", "upload_file"),
            ("context.tierpolicy", "military_tech"),
            Page("admin:context_fact_then", "history", _("As it was"), "context.view_fact"),
        ),
        is_open=True,
    ),
    Group(
        "enablement",
        _("Enablement"),
        (
            ("enablement.course", "school"),
            ("enablement.learningpath", "conversion_path"),
            ("enablement.certificate", "workspace_premium"),
        ),
    ),
    Group(
        "privacy",
        _("Privacy"),
        (
            ("partners.erasure", "person_remove"),
            ("partners.consent", "how_to_reg"),
            ("partners.purpose", "policy"),
            ("partners.retentionrule", "auto_delete"),
            ("communications.pixelpolicy", "visibility"),
            ("communications.scannernetwork", "smart_toy"),
        ),
    ),
    Group(
        "communication-settings",
        _("Rules of communication"),
        (
            ("communications.topic", "label"),
            ("communications.alertrule", "rule_settings"),
            ("communications.crisisprotocol", "emergency"),
            ("communications.approvalpolicy", "rule"),
            ("communications.sendinglimit", "speed"),
            ("communications.attentionpolicy", "notifications_paused"),
            ("communications.answerpolicy", "schedule"),
            ("communications.digest", "view_agenda"),
            ("communications.holiday", "celebration"),
            ("communications.jargonword", "translate"),
            ("communications.discussionpolicy", "badge"),
            ("communications.opinionpolicy", "visibility_off"),
            ("enablement.ideapolicy", "how_to_vote"),
            ("enablement.pointspolicy", "trophy"),
        ),
    ),
    Group(
        "settings",
        _("Settings"),
        (
            ("accounts.user", "person"),
            ("auth.group", "shield_person"),
            ("partners.programme", "hub"),
            ("partners.partnerkind", "category"),
            ("partners.contactfunction", "badge"),
            ("partners.region", "public"),
            ("partners.specialty", "star"),
            ("partners.certification", "workspace_premium"),
            ("context.metric", "monitoring"),
            ("context.importmapping", "swap_horiz"),
            ("search.synonym", "sync_alt"),
            ("accounts.apitoken", "key"),
            ("activity.activity", "history"),
        ),
    ),
)


def sidebar(request) -> list[dict]:
    """Groups with the lists this person may see; a group without any is left out."""
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index"), "active": request.path == reverse("admin:index")}
    groups = [{"items": [home, *_items(request, URGENT)]}]
    for group in GROUPS:
        if items := _items(request, group.places):
            groups.append({"key": group.key, "title": group.title, "items": items, "collapsible": True, "is_open": group.is_open})
    return groups


def _items(request, places) -> list[dict]:
    return [item for place in places if (item := _item(request, place))]


def _item(request, place: Page | tuple[str, str]) -> dict | None:
    return _page(request, place) if isinstance(place, Page) else _list(request, *place)


@cache
def _address(name: str) -> str:
    """Each page has some eighty of them, and they never change."""
    return reverse(name)


def _page(request, page: Page) -> dict | None:
    if not request.user.has_perm(page.permission):
        return None
    link = _address(page.name)
    return {"title": page.title, "icon": page.icon, "link": link, "active": request.path == link}


def _list(request, label: str, icon: str) -> dict | None:
    model = apps.get_model(label)
    try:
        link = _address(f"admin:{label.replace('.', '_')}_changelist")
    except NoReverseMatch:
        return None
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return None
    return {
        "title": str(model._meta.verbose_name_plural).capitalize(),
        "icon": icon,
        "link": link,
        "active": request.path.startswith(link) and request.path not in {reverse(page.name) for page in _PAGES},
    }


_PAGES = [place for group in GROUPS for place in group.places if isinstance(place, Page)]


def when_read(app_list_of):
    """The theme gives each page all models with their addresses, which ours do not show; they are listed once one reads them."""
    return lambda request, app_label=None: SimpleLazyObject(lambda: app_list_of(request, app_label))
