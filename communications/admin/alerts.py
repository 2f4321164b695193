"""Alerts about partners, and the rules that open them."""

from typing import NamedTuple

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from activity.admin.base import QuickAdmin, ReadOnly
from activity.refusals import Invalid, Refused
from communications.actions.alerts import (
    change_alert_rule,
    close_alert,
    create_alert_rule,
    judge_alert,
    look_by_rule,
    words_of,
)
from communications.admin.of_programme import OfAProgramme, WithFigures
from communications.admin.pages import needs, page, row_link
from communications.alert_causes import alert_cause_named, words_of_parameters
from communications.forms.alerts import AlertRuleForm, VerdictForm
from communications.models import Alert, AlertRule
from communications.queries.alerts import RuleSum, alerts_of, sums_of

SHOWN = 50


class Listed(NamedTuple):
    sum: RuleSum
    looks_for: str


class Standing(admin.SimpleListFilter):
    """Open ones, unless something else is asked for."""

    title, parameter_name = gettext_lazy("which"), "is"

    def lookups(self, request, model_admin):
        return [("mine", _("mine, open")), ("unjudged", _("closed and not judged")), ("closed", _("closed")), ("all", _("all"))]

    def choices(self, changelist):
        yield {"selected": self.value() is None, "query_string": changelist.get_query_string(remove=["is"]), "display": _("open")}
        for key, title in self.lookup_choices:
            yield {"selected": self.value() == key, "query_string": changelist.get_query_string({"is": key}), "display": title}

    def queryset(self, request, queryset):
        match self.value():
            case "mine":
                return queryset.open().filter(owner=request.user)
            case "unjudged":
                return queryset.filter(closed_at__isnull=False, verdict="", ending="done")
            case "closed":
                return queryset.exclude(closed_at=None)
            case "all":
                return queryset
        return queryset.open()


@admin.register(Alert)
class AlertAdmin(ReadOnly, QuickAdmin):
    empty_says = gettext_lazy("Here will be what rules find about partners: each with who is to do what, by when.")
    list_display = ["alert", "partner", "rule", "owner", "due_on", "standing", "verdict"]
    list_display_links = None
    list_select_related = ["rule", "partner", "owner"]
    list_filter = [Standing, "rule"]
    search_fields = ["partner__name", "what"]
    ordering = ["due_on", "pk"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/of-task/", view(of_task), name="communications_alert_of_task"),
            path("<uuid:public_id>/", view(alert_page), name="communications_alert_page"),
            path("<uuid:public_id>/judge/", view(judge), name="communications_alert_judge"),
            path("<uuid:public_id>/close/", view(close), name="communications_alert_close"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_actions(self, request):
        return {}

    @admin.display(description=gettext_lazy("alert"))
    def alert(self, row: Alert) -> str:
        return row_link(reverse("admin:communications_alert_page", args=[row.public_id]), words_of(row))

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row: Alert) -> str:
        return _("open") if row.is_open else row.get_ending_display()


@admin.register(AlertRule)
class AlertRuleAdmin(WithFigures, OfAProgramme):
    form = AlertRuleForm
    empty_says = gettext_lazy("A rule looks for a cause, such as a certificate that expires, and gives somebody the task to act.")
    list_display = ["alert_rule", "programme", "looks_for", "owner", "is_active", "open", "useful"]
    list_display_links = None
    list_select_related = ["programme", "owner", "segment"]
    list_filter = ["programme", "is_active"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["programme", "name", "cause", "parameter", "days", "percent", "segment", "is_active"]}),
        (gettext_lazy("What is to be done"), {"fields": ["action", "within_days", "owner"]}),
        (gettext_lazy("Notice to the partners"), {"fields": ["drafts_notice", "notice_title", "notice_body"]}),
    ]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(rule_page), name="communications_alertrule_page"),
            path("<uuid:public_id>/look/", view(look), name="communications_alertrule_look"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def figures_of(self, rows: list[AlertRule], user) -> dict[int, Listed]:
        words = words_of_parameters(rows)
        return {one.rule.pk: Listed(one, looks_for(one.rule, words)) for one in sums_of(rows, user)}

    def create(self, request, values: dict) -> AlertRule:
        return create_alert_rule(by=request.user, **values)

    def change(self, request, row: AlertRule, values: dict) -> None:
        change_alert_rule(row, by=request.user, **values)

    @admin.display(description=gettext_lazy("alert rule"), ordering="name")
    def alert_rule(self, row: AlertRule) -> str:
        return row_link(reverse("admin:communications_alertrule_page", args=[row.public_id]), row)

    @admin.display(description=gettext_lazy("looks for"))
    def looks_for(self, row: AlertRule) -> str:
        return row.figures[row.pk].looks_for

    @admin.display(description=gettext_lazy("open"))
    def open(self, row: AlertRule) -> int:
        return row.figures[row.pk].sum.open

    @admin.display(description=gettext_lazy("useful"))
    def useful(self, row: AlertRule) -> str:
        rate = row.figures[row.pk].sum.useful
        return _("%(n)d of %(of)d judged") % {"n": rate.count, "of": rate.of} if rate.of else "–"


def looks_for(rule: AlertRule, words: dict[tuple[str, str], str] | None = None) -> str:
    """A certificate expires (Aurora), 30 days. `words` are those of its parameter, where they were looked up for many rules."""
    cause = alert_cause_named(rule.cause)
    if cause is None:
        return rule.cause
    words = words_of_parameters([rule]) if words is None else words
    what = words.get((rule.cause, rule.parameter), rule.parameter)
    said = f"{cause.label} ({what})" if what else str(cause.label)
    if "percent" in cause.uses:
        return _("%(said)s, by %(n)d %% or more") % {"said": said, "n": rule.percent}
    return said + ", " + ngettext("%(n)d day", "%(n)d days", rule.days) % {"n": rule.days}


@require_safe
@needs("view_alertrule")
def rule_page(request, public_id) -> HttpResponse:
    rule = _rule_or_404(request, public_id)
    user = request.user
    may_see = user.has_perm("communications.view_alert")
    [told] = sums_of([rule], user)
    return page(
        request, "alert/rule.html", str(rule), rule=rule, sum=told, looks_for=looks_for(rule), sentence=_sentence(told),
        open=_told(alerts_of(rule, user, is_open=True)[:SHOWN]) if may_see else (),
        closed=_told(alerts_of(rule, user, is_open=False).order_by("-closed_at")[:SHOWN]) if may_see else (),
        may_change=user.has_perm("communications.change_alertrule"),
    )  # fmt: skip


def _told(alerts) -> list[tuple[Alert, str]]:
    return [(alert, words_of(alert)) for alert in alerts]


def _sentence(told: RuleSum) -> str:
    """3 alerts are open. 9 of 12 judged were useful."""
    if not told.opened:
        return _("It has found nothing yet.")
    said = ngettext("%(n)d alert is open.", "%(n)d alerts are open.", told.open) % {"n": told.open}
    if not told.useful.of:
        return said + " " + _("Nobody has said yet whether they are useful.")
    return said + " " + _("%(n)d of %(of)d judged were useful.") % {"n": told.useful.count, "of": told.useful.of}


@require_POST
@needs("change_alertrule")
def look(request, public_id) -> HttpResponse:
    rule = _rule_or_404(request, public_id)
    n = look_by_rule(rule)
    if rule.trouble:
        messages.error(request, rule.trouble)
    else:
        messages.success(request, ngettext("%(n)d new alert.", "%(n)d new alerts.", n) % {"n": n})
    return redirect("admin:communications_alertrule_page", rule.public_id)


@require_safe
@needs("view_alert")
def of_task(request, pk: int) -> HttpResponse:
    """From the task to its alert."""
    alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=pk)
    return redirect("admin:communications_alert_page", alert.public_id)


@require_safe
@needs("view_alert")
def alert_page(request, public_id) -> HttpResponse:
    alert = _alert_or_404(request, public_id)
    words = words_of(alert)
    return page(
        request, "alert/page.html", words, alert=alert, words=words, looks_for=looks_for(alert.rule),
        may_change=request.user.has_perm("communications.change_alert"),
    )  # fmt: skip


@require_POST
@needs("change_alert")
def judge(request, public_id) -> HttpResponse:
    alert = _alert_or_404(request, public_id)
    form = VerdictForm(request.POST)

    def do() -> None:
        if not form.is_valid():
            raise Invalid(_("Say useful or not useful."), field="verdict")
        judge_alert(alert, by=request.user, is_useful=form.cleaned_data["verdict"] == "useful")

    return _done(request, alert, do, _("Thank you. It counts for its rule."))


@require_POST
@needs("change_alert")
def close(request, public_id) -> HttpResponse:
    alert = _alert_or_404(request, public_id)
    return _done(request, alert, lambda: close_alert(alert, by=request.user), _("Closed. Was it useful?"))


def _done(request, alert: Alert, do, said: str) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_alert_page", alert.public_id)


def _rule_or_404(request, public_id) -> AlertRule:
    rows = AlertRule.objects.visible_to(request.user).select_related("programme", "segment", "owner")
    return get_object_or_404(rows, public_id=public_id)


def _alert_or_404(request, public_id) -> Alert:
    rows = Alert.objects.visible_to(request.user).select_related(
        "rule__programme", "partner", "owner", "notice", "task", "judged_by"
    )
    return get_object_or_404(rows, public_id=public_id)
