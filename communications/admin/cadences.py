"""Promises of cadence: what was promised to which segment, and how it was kept."""

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from communications.actions.cadences import approve_release_rule, change_cadence, create_cadence, look_at_cadence
from communications.actions.newsletters import draft_next
from communications.admin.newsletters import newsletter_urls
from communications.admin.of_programme import OfAProgramme, WithFigures
from communications.admin.pages import needs, page, page_number, row_link
from communications.contact_kinds import contact_kind_named
from communications.forms.cadences import CadenceForm, StandingFilter
from communications.models import Cadence
from communications.queries.cadences import Summary, lines_of, summaries_of
from communications.queries.portfolio import portfolio_of


@admin.register(Cadence)
class CadenceAdmin(WithFigures, OfAProgramme):
    form = CadenceForm
    empty_says = gettext_lazy("A cadence promises a segment one thing in every so many weeks: a newsletter, a meeting, a message.")
    list_display = ["cadence", "programme", "segment", "promised", "owner", "is_active", "partners", "broken"]
    list_display_links = None
    list_select_related = ["programme", "segment", "owner"]
    list_filter = ["programme", "is_active"]
    search_fields = ["name", "segment__name"]
    fieldsets = [
        (None, {"fields": ["programme", "name", "segment", "kind", "weeks", "starts_on", "grace_days", "owner", "is_active"]}),
        (
            gettext_lazy("Newsletters"),
            {
                "fields": ["introduction", "topic", "items_at_most", "also_without_items", "draft_days", "send_hour", "release",
                           "least_items"],
                "description": gettext_lazy("Only where a newsletter is promised."),
            },
        ),
    ]  # fmt: skip

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            *newsletter_urls(view),
            path("<int:pk>/of-task/", view(of_task), name="communications_cadence_of_task"),
            path("<uuid:public_id>/", view(cadence_page), name="communications_cadence_page"),
            path("<uuid:public_id>/look/", view(look_again), name="communications_cadence_look"),
            path("<uuid:public_id>/approve/", view(approve_rule), name="communications_cadence_approve"),
            path("<uuid:public_id>/draft/", view(draft_now), name="communications_cadence_draft"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def figures_of(self, rows: list[Cadence], user) -> dict[int, Summary]:
        return {summary.cadence.pk: summary for summary in summaries_of(rows, portfolio_of(user))}

    def create(self, request, values: dict) -> Cadence:
        return create_cadence(by=request.user, **values)

    def change(self, request, row: Cadence, values: dict) -> None:
        change_cadence(row, by=request.user, **values)

    @admin.display(description=gettext_lazy("cadence"), ordering="name")
    def cadence(self, row: Cadence) -> str:
        return row_link(reverse("admin:communications_cadence_page", args=[row.public_id]), row)

    @admin.display(description=gettext_lazy("promised"))
    def promised(self, row: Cadence) -> str:
        return promise_in_words(row)

    @admin.display(description=gettext_lazy("partners"))
    def partners(self, row: Cadence) -> int:
        return row.figures[row.pk].partners

    @admin.display(description=gettext_lazy("broken with"))
    def broken(self, row: Cadence) -> int:
        return row.figures[row.pk].broken


def promise_in_words(cadence: Cadence) -> str:
    kind = contact_kind_named(cadence.kind)
    words = {"what": kind.label if kind else cadence.kind, "n": cadence.weeks}
    return ngettext("%(what)s every week", "%(what)s every %(n)d weeks", cadence.weeks) % words


@require_safe
@needs("view_cadence")
def cadence_page(request, public_id) -> HttpResponse:
    cadence = cadence_or_404(request, public_id)
    portfolio, number = portfolio_of(request.user), page_number(request)
    form = StandingFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"only": "", "q": ""}
    [summary] = summaries_of([cadence], portfolio)
    lines, has_more = lines_of(cadence, portfolio, only=asked["only"], search=asked["q"], page=number)
    user = request.user
    return page(
        request, "cadence/page.html", str(cadence), cadence=cadence, summary=summary, sentence=_sentence(summary), lines=lines,
        has_more=has_more, number=number, form=form, promise=promise_in_words(cadence), is_whole=portfolio.is_whole,
        newsletters=cadence.newsletters.select_related("announcement")[:12] if cadence.is_newsletter else (),
        may_change=user.has_perm("communications.change_cadence"), may_approve=_may_approve(cadence, user),
    )  # fmt: skip


def _sentence(summary: Summary) -> str:
    """Kept with 38 of 40 partners; with 2 it is broken."""
    cadence = summary.cadence
    if not cadence.is_active:
        return _("This is not promised any more.")
    if not summary.periods:
        return _("Promised from %(day)s on.") % {"day": date_format(cadence.starts_on, "j F Y")}
    if not summary.partners:
        return _("The segment has no partner just now.")
    kept = summary.partners - summary.broken
    words = {"kept": kept, "all": summary.partners, "broken": summary.broken}
    if summary.broken:
        return _("Kept with %(kept)d of %(all)d partners; with %(broken)d it is broken.") % words
    if not summary.finished:
        return _first_period(summary)
    return ngettext("Kept with the one partner.", "Kept with all %(all)d partners.", summary.partners) % words


def _first_period(summary: Summary) -> str:
    """While it runs nothing is broken, and nothing is kept but with those who heard from us."""
    [running] = summary.periods
    words = {"kept": running.kept, "all": running.expected, "day": date_format(running.last_day, "j F Y")}
    return _("The first period runs until %(day)s: so far it is kept with %(kept)d of %(all)d partners.") % words


def _may_approve(cadence: Cadence, user) -> bool:
    is_another = user.pk not in (*cadence.writers, cadence.owner_id)
    return cadence.waits_for_approval and is_another and user.has_perm("communications.approve_announcement")


@require_safe
@needs("view_cadence")
def of_task(request, pk: int) -> HttpResponse:
    """From the task to mend it."""
    cadence = get_object_or_404(Cadence.objects.visible_to(request.user), pk=pk)
    return redirect("admin:communications_cadence_page", cadence.public_id)


@require_POST
@needs("change_cadence")
def look_again(request, public_id) -> HttpResponse:
    cadence = cadence_or_404(request, public_id)
    return _done(request, cadence, lambda: look_at_cadence(cadence), _("Looked at now."))


@require_POST
@needs("approve_announcement")
def approve_rule(request, public_id) -> HttpResponse:
    cadence = cadence_or_404(request, public_id)
    said = _("Approved. From now on its newsletters go out by the rule.")
    return _done(request, cadence, lambda: approve_release_rule(cadence, by=request.user), said)


@require_POST
@needs("change_cadence")
def draft_now(request, public_id) -> HttpResponse:
    cadence = cadence_or_404(request, public_id)
    return _done(request, cadence, lambda: draft_next(cadence, by=request.user), _("Drafted."))


def _done(request, cadence: Cadence, do, said: str) -> HttpResponse:
    try:
        do()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:communications_cadence_page", cadence.public_id)


def cadence_or_404(request, public_id) -> Cadence:
    rows = Cadence.objects.visible_to(request.user).select_related("programme", "segment", "owner", "topic", "rule_approved_by")
    return get_object_or_404(rows, public_id=public_id)
