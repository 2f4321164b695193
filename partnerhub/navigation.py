"""The sidebar of the admin: what a manager works with, by what it is for."""

from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

GROUPS = (
    (
        _("Partners"),
        (
            ("partners.partner", "handshake"),
            ("partners.enrolment", "assignment_ind"),
            ("partners.contact", "group"),
            ("partners.invitation", "outgoing_mail"),
            ("partners.product", "inventory_2"),
        ),
    ),
    (
        _("Context"),
        (
            ("context.segment", "filter_alt"),
            ("context.fact", "fact_check"),
            ("context.datapoint", "data_object"),
            ("context.importrun", "upload_file"),
        ),
    ),
    (
        _("Communication"),
        (
            ("communications.announcement", "campaign"),
            ("communications.question", "contact_support"),
            ("communications.topic", "label"),
            ("communications.suppression", "unsubscribe"),
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
            ("communications.approvalpolicy", "rule"),
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
        items = [item for label, icon in places if (item := _item(request, label, icon))]
        if items:
            groups.append({"title": title, "items": items, "collapsible": title == GROUPS[-1][0]})
    return groups


def _item(request, label: str, icon: str) -> dict | None:
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
        "active": request.path.startswith(link),
    }
