"""The sidebar of the admin: what a manager works with, by what it is for."""

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


GROUPS = (
    (
        _("Partners"),
        (
            ("partners.partner", "handshake"),
            ("partners.enrolment", "assignment_ind"),
            ("partners.contact", "group"),
            ("partners.invitation", "outgoing_mail"),
            ("partners.product", "inventory_2"),
            ("partners.site", "factory"),
            Page("admin:partners_partner_duplicates", "content_copy", _("Possible duplicates"), "partners.add_merge"),
        ),
    ),
    (
        _("Context"),
        (
            ("context.segment", "filter_alt"),
            ("context.fact", "fact_check"),
            ("context.note", "sticky_note_2"),
            Page("admin:context_review", "checklist", _("To decide"), "context.view_fact"),
            Page("admin:context_fact_then", "history", _("As it was"), "context.view_fact"),
            ("context.survey", "quiz"),
            ("context.review", "balance"),
            ("context.datapoint", "data_object"),
            Page("admin:context_stagemove_board", "view_kanban", _("Lifecycle board"), "partners.view_enrolment"),
            ("context.tierpolicy", "military_tech"),
            ("context.scorecard", "scoreboard"),
            ("context.importrun", "upload_file"),
        ),
    ),
    (
        _("Communication"),
        (
            ("communications.announcement", "campaign"),
            Page("admin:communications_announcement_calendar", "calendar_month", _("Calendar"), "communications.view_announcement"),
            ("communications.objective", "flag"),
            Page("admin:communications_objective_neglect", "hourglass_empty", _("Neglected"), "communications.view_objective"),
            Page("admin:communications_announcement_sending", "send", _("Sending"), "communications.view_announcement"),
            Page("admin:communications_announcement_freshness", "update", _("To review"), "communications.change_announcement"),
            ("collaboration.meeting", "event"),
            ("communications.question", "contact_support"),
            ("communications.contenttemplate", "draft"),
            ("communications.theme", "lightbulb"),
            ("communications.conversation", "forum"),
            ("communications.topic", "label"),
            ("communications.suppression", "unsubscribe"),
            ("activity.webhookendpoint", "webhook"),
            ("activity.webhookmessage", "outbox"),
            Page("admin:communications_sendinglimit_now", "speed", _("What limits sending"), "communications.view_sendinglimit"),
        ),
    ),
    (
        _("Work"),
        (
            ("activity.task", "task_alt"),
            ("partners.handover", "swap_horizontal_circle"),
            ("partners.leavecover", "beach_access"),
        ),
    ),
    (
        _("Privacy"),
        (
            ("partners.erasure", "person_remove"),
            ("partners.consent", "how_to_reg"),
            ("partners.purpose", "policy"),
            ("partners.retentionrule", "auto_delete"),
            ("communications.pixelpolicy", "visibility"),
        ),
    ),
    (
        _("Settings"),
        (
            ("partners.programme", "hub"),
            ("partners.partnerkind", "category"),
            ("partners.contactfunction", "badge"),
            ("partners.region", "public"),
            ("partners.specialty", "star"),
            ("partners.certification", "workspace_premium"),
            ("context.metric", "monitoring"),
            ("communications.jargonword", "translate"),
            ("communications.approvalpolicy", "rule"),
            ("communications.sendinglimit", "speed"),
            ("communications.answerpolicy", "schedule"),
            ("communications.attentionpolicy", "notifications_paused"),
            ("communications.holiday", "celebration"),
            ("communications.digest", "view_agenda"),
            ("context.importmapping", "swap_horiz"),
            ("accounts.user", "person"),
            ("auth.group", "shield_person"),
            ("accounts.apitoken", "key"),
            ("activity.activity", "history"),
        ),
    ),
)


def sidebar(request) -> list[dict]:
    """Groups with the lists this person may see; a group without any is left out."""
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index"), "active": request.path == reverse("admin:index")}
    groups = [{"items": [home]}]
    for title, places in GROUPS:
        items = [item for place in places if (item := _item(request, place))]
        if items:
            groups.append({"title": title, "items": items, "collapsible": title == GROUPS[-1][0]})
    return groups


def _item(request, place: Page | tuple[str, str]) -> dict | None:
    return _page(request, place) if isinstance(place, Page) else _list(request, *place)


def _page(request, page: Page) -> dict | None:
    if not request.user.has_perm(page.permission):
        return None
    link = reverse(page.name)
    return {"title": page.title, "icon": page.icon, "link": link, "active": request.path == link}


def _list(request, label: str, icon: str) -> dict | None:
    model = apps.get_model(label)
    try:
        link = reverse(f"admin:{label.replace('.', '_')}_changelist")
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


_PAGES = [place for _title, places in GROUPS for place in places if isinstance(place, Page)]


def when_read(app_list_of):
    """The theme gives each page all models with their addresses, which ours do not show; they are listed once one reads them."""
    return lambda request, app_label=None: SimpleLazyObject(lambda: app_list_of(request, app_label))
