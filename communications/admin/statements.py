"""Statements: the list, and the page of one with everything that says something else."""

from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from communications.actions.corrections import draft_correction
from communications.actions.statements import Changed, change_statement, change_value, create_statement
from communications.admin.of_programme import OfAProgramme
from communications.admin.pages import needs, page, row_link
from communications.forms.statements import StatementForm, ValueForm
from communications.models import Statement
from communications.queries.statements import drafts_naming, revisions_of, stating, told_alike, told_of

NAMING_SHOWN = 50


@admin.register(Statement)
class StatementAdmin(OfAProgramme):
    form = StatementForm
    empty_says = gettext_lazy(
        "A statement is what many texts say: a price, a date, a percentage, a version, a name. Kept once, it is the same in all."
    )
    list_display = ["statement", "programme", "kind", "now", "since", "is_current"]
    list_display_links = None
    list_select_related = ["programme"]
    list_filter = ["programme", "kind", "is_current"]
    search_fields = ["name", "key", "text"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:public_id>/", view(statement_page), name="communications_statement_page"),
            path("<uuid:public_id>/value/", view(restate), name="communications_statement_value"),
            path("<uuid:public_id>/correct/", view(correct), name="communications_statement_correct"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_fields(self, request, obj=None):
        return ["name", "phrases", "is_current"] if obj else list(StatementForm.Meta.fields)

    def create(self, request, values: dict) -> Statement:
        made = create_statement(by=request.user, **values)
        _warn_of_others(request, made)
        return made

    def change(self, request, row: Statement, values: dict) -> None:
        _warn_of_others(request, change_statement(row, by=request.user, **values))

    @admin.display(description=gettext_lazy("statement"), ordering="name")
    def statement(self, row: Statement) -> str:
        return row_link(reverse("admin:communications_statement_page", args=[row.public_id]), row)

    @admin.display(description=gettext_lazy("value"))
    def now(self, row: Statement) -> str:
        return row.value.said(get_language())

    @admin.display(description=gettext_lazy("since"), ordering="changed_at")
    def since(self, row: Statement):
        return row.changed_at


def _warn_of_others(request, statement: Statement) -> None:
    if others := told_alike(statement):
        sentence = _("Texts speak of %(others)s in the same words, so none can be told from the other. Give one another phrase.")
        messages.warning(request, sentence % {"others": ", ".join(f"“{other}”" for other in others)})


@require_safe
@needs("view_statement")
def statement_page(request, public_id: UUID) -> HttpResponse:
    return _show(request, _statement_or_404(request, public_id))


@require_POST
@needs("change_statement")
def restate(request, public_id: UUID) -> HttpResponse:
    """Another value from now on."""
    statement = _statement_or_404(request, public_id)
    form = ValueForm(request.POST, statement=statement)
    if not form.is_valid():
        return _show(request, statement, form=form, status=422)
    try:
        changed = change_value(statement, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields and refusal.field != "revision" else None, str(refusal))
        return _show(request, _statement_or_404(request, public_id), form=form, status=refusal.status)
    messages.success(request, _in_words(statement, changed))
    return redirect("admin:communications_statement_page", public_id)


def _in_words(statement: Statement, changed: Changed) -> str:
    said = [_("It is %(now)s from now on.") % {"now": statement.value.said(get_language())}]
    if n := len(changed.taken_back):
        said.append(
            ngettext(
                "%(n)d announcement that was not out yet is back with its writer.",
                "%(n)d announcements that were not out yet are back with their writers.", n,
            ) % {"n": n}
        )  # fmt: skip
    if n := len(changed.held):
        said.append(
            ngettext(
                "%(n)d that was being sent is paused: resume it with the old value, or cancel the rest of it.",
                "%(n)d that were being sent are paused: resume them with the old value, or cancel the rest of them.", n,
            ) % {"n": n}
        )  # fmt: skip
    if n := len(changed.closed):
        said.append(
            ngettext(
                "%(n)d that was open for those who join later is closed.",
                "%(n)d that were open for those who join later are closed.", n,
            ) % {"n": n}
        )  # fmt: skip
    return " ".join(said)


@require_POST
@needs("add_announcement")
def correct(request, public_id: UUID) -> HttpResponse:
    """A draft to exactly those who were told something else."""
    statement = _statement_or_404(request, public_id)
    asked = request.POST.getlist("revision")
    numbers = [int(one) for one in asked if one.isascii() and one.isdigit() and len(one) < 10]
    try:
        draft, is_new = draft_correction(statement, by=request.user, revisions=numbers or None)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:communications_statement_page", public_id)
    if not is_new:
        messages.info(request, _("This is the correction to these people that has not gone out yet; no other was drafted."))
        return redirect("admin:communications_announcement_page", draft.public_id)
    messages.success(request, _("A correction to exactly these people is drafted. Read it, then submit it."))
    return redirect("admin:communications_announcement_change", draft.public_id)


def _show(request, statement: Statement, *, form: ValueForm | None = None, status: int = 200) -> HttpResponse:
    language = get_language()
    revisions = [(row, row.value.said(language)) for row in revisions_of(statement)]
    old = {row.value: (row.number, said) for row, said in reversed(revisions) if row.value != statement.value}
    told = told_of(statement, old, request.user)
    naming = (stating(statement) | drafts_naming(statement)).visible_to(request.user).order_by("state", "-updated_at")
    return page(
        request, "statement/page.html", str(statement), status=status, statement=statement, value=statement.value.said(language),
        form=form or ValueForm(statement=statement), revisions=revisions, old=list(old.values()), told=told,
        alike=told_alike(statement), naming=naming[:NAMING_SHOWN],
        may_change=request.user.has_perm("communications.change_statement"),
    )  # fmt: skip


def _statement_or_404(request, public_id: UUID) -> Statement:
    return get_object_or_404(Statement.objects.visible_to(request.user).select_related("programme"), public_id=public_id)
