"""“Confirm or correct”: a short page that asks a partner's admins only for what is stale, disputed, or required and missing."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activity.refusals import Refused
from context.actions.confirmations import abstain, add_rows, confirm_row, confirm_value, correct_row, correct_value, end_row
from context.forms.confirmations import ValueForm, first_rows_form, row_form
from context.models import DataPoint
from context.queries.confirmations import ROWS_ASKED, SHOWN, Asked, askable_points, asked_of, current_value, row_of, rows_of
from context.queries.words import Names, value_in_words
from partners.models import Provenance
from partners.readers import for_partner_admins


@dataclass
class Card:
    """One thing asked, with the boxes to correct it."""

    asked: Asked
    form: Form | ModelForm | None
    row: Provenance | None = None
    problem: str = ""
    is_open: bool = False


@require_safe
@for_partner_admins
def confirmations(request):
    asked = asked_of(request.contact.partner)
    shown = asked[:SHOWN]
    rows = rows_of(shown)
    cards = [_card(one, rows.get(at)) for at, one in enumerate(shown) if one.row_id is None or at in rows]
    return render(request, "context/confirmations.html", {"cards": cards, "total": len(asked)})


@require_POST
@for_partner_admins
def answer_value(request, public_id: UUID):
    partner = request.contact.partner
    point = get_object_or_404(askable_points().exclude(type=DataPoint.Type.ROWS), public_id=public_id)
    answer, seen = request.POST.get("answer", ""), request.POST.get("seen", "")
    form = ValueForm(point, request.POST if answer == "correct" else None)
    try:
        if answer == "confirm":
            fact = confirm_value(partner, point, by=request.user, seen=seen)
            said = _("Confirmed: %(value)s") % {"value": value_in_words(point, fact.value, Names())}
        elif answer == "correct":
            form.full_clean()
            if form.errors:
                return _asked_again(request, point, None, form, " ".join(form.errors["value"]), 422)
            fact = correct_value(partner, point, form.cleaned_data["value"], by=request.user, seen=seen)
            said = _("Thank you. It is now: %(value)s") % {"value": value_in_words(point, fact.value, Names())}
        else:
            abstain(partner, point, answer, by=request.user)
            said = _("Noted. We ask again later.")
    except Refused as refusal:
        return _asked_again(request, point, None, form, str(refusal), refusal.status)
    return _answered(request, point.label, said)


@require_POST
@for_partner_admins
def answer_row(request, kind: str, public_id: UUID):
    row = row_of(request.contact.partner, kind, public_id)
    if row is None:
        raise Http404
    point, answer = DataPoint.objects.get(key=kind), request.POST.get("answer", "")
    name, form = str(row), row_form(kind, row, request.POST if answer == "correct" else None)
    try:
        if answer == "confirm":
            confirm_row(row, point, by=request.user)
            said = _("Confirmed.")
        elif answer == "correct" and form:
            if not form.is_valid():
                return _asked_again(request, point, row, form, "", 422)
            correct_row(row, point, form.cleaned_data, by=request.user)
            said = _("Thank you, it is corrected.")
        elif answer == "ended":
            end_row(row, point, by=request.user)
            said = _("Thank you. It no longer counts.")
        else:
            abstain(request.contact.partner, point, answer, by=request.user, row=row)
            said = _("Noted. We ask again later.")
    except Refused as refusal:
        return _asked_again(request, point, row, form, str(refusal), refusal.status)
    return _answered(request, name, said)


@require_POST
@for_partner_admins
def answer_kind(request, kind: str):
    """Of a kind of rows that is required there is none yet."""
    point = get_object_or_404(askable_points().filter(key__in=ROWS_ASKED), key=kind)
    partner, answer = request.contact.partner, request.POST.get("answer", "")
    form = first_rows_form(kind, request.POST if answer == "correct" else None)
    try:
        if answer == "correct":
            if not form.is_valid():
                return _asked_again(request, point, None, form, "", 422)
            rows = add_rows(partner, point, form.rows(), by=request.user)
            said = _("Thank you. Added: %(rows)s") % {"rows": ", ".join(map(str, rows))}
        else:
            abstain(partner, point, answer, by=request.user)
            said = _("Noted. We ask again later.")
    except Refused as refusal:
        return _asked_again(request, point, None, form, str(refusal), refusal.status)
    return _answered(request, point.label, said)


def _card(asked: Asked, row: Provenance | None = None) -> Card:
    if row is None and asked.data_point.key in ROWS_ASKED:
        return Card(asked, first_rows_form(asked.data_point.key))
    if row is None:
        return Card(asked, ValueForm(asked.data_point, asked=asked))
    return Card(asked, row_form(asked.data_point.key, row), row)


def _answered(request, label: str, said: str):
    if request.htmx:
        left = len(asked_of(request.contact.partner))
        return render(request, "context/parts/answered.html", {"label": label, "said": said, "left": left})
    messages.success(request, f"{label}: {said}")
    return redirect("context:confirmations")


def _asked_again(request, point: DataPoint, row: Provenance | None, form, problem: str, status: int):
    """The same card with the sentence that says what is wrong; without scripts on the whole page."""
    partner = request.contact.partner
    asked = next((one for one in asked_of(partner) if one.data_point == point and one.row_id == (row.pk if row else None)), None)
    fact = None if row or point.key in ROWS_ASKED else current_value(partner, point)
    asked = asked or Asked(point, why="", fact=fact, row_id=row.pk if row else None)
    card = Card(asked, form, row, problem, is_open=True)
    template = "context/parts/asked.html" if request.htmx else "context/confirmations.html"
    return render(request, template, {"card": card, "cards": [card], "total": 1}, status=status)
