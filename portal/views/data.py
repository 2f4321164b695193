"""What we hold about the organisation and the person, and who used it; dispute, consent, take along, be forgotten."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.refusals import Refused
from activity.tasks import soon
from context.actions.verdicts import give_verdict
from context.forms.days import DaysForm
from context.models import DataPoint, Verdict
from context.queries.ledger_items import FACT, verdicts_on
from partners.actions.consents import give_consent, withdraw_consent
from partners.actions.data_copies import KEPT_FOR, ask_for_copy
from partners.actions.erasures import ask_for_erasure
from partners.models import Contact, DataCopy, Erasure, Purpose
from partners.queries.consents import choices_of
from partners.readers import for_contacts
from portal.forms.data import DisputeForm
from portal.queries.changes import changes_between
from portal.queries.holdings import find_holding, holdings_of
from portal.queries.own_data import own_data_of
from portal.tasks import make_copy

SPANS = (timedelta(days=30), timedelta(days=90), timedelta(days=365))


@require_safe
@for_contacts
def organisation_data(request):
    return render(request, "portal/data/organisation.html", {"holdings": holdings_of(request.contact, reader=request.user)})


@require_safe
@for_contacts
def changes(request):
    """Two days are chosen first, or one of the usual spans: what differs is read row by row."""
    today = timezone.localdate()
    is_asked = bool({"since", "until"} & request.GET.keys())
    form = DaysForm(request.GET if is_asked else None, initial={"since": today - SPANS[0], "until": today})
    found = changes_between(request.contact, *form.moments, reader=request.user) if form.is_valid() else None
    shown = {"form": form, "changes": found, "spans": [(span.days, today - span) for span in SPANS], "today": today}
    return render(request, "portal/data/changes.html", shown, status=422 if form.errors else 200)


@require_safe
@for_contacts
def own_data(request):
    """The kinds that are further down come as they are scrolled to, or by a link."""
    begins = request.GET.get("from", "")
    part = own_data_of(request.contact, int(begins) if begins.isdecimal() and len(begins) < 5 else 0)
    if request.htmx:
        return render(request, "portal/data/kinds.html", {"part": part})
    about = {} if part.begins else {"choices": choices_of(request.contact), "erasure": _last_erasure(request.contact)}
    return render(request, "portal/data/person.html", {"part": part, **about})


def _last_erasure(contact: Contact) -> Erasure | None:
    return contact.erasures.order_by("-asked_at").first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def data_copy(request):
    """Everything to take along: asked for, waited for, fetched. For the person alone: who views as somebody else takes nothing."""
    if request.viewed_as:
        sentence = _("Only the person may take along what is held about them.")
        return render(request, "partners/refused.html", {"sentence": sentence}, status=403)
    if request.method == "POST":
        soon(make_copy, ask_for_copy(request.contact, by=request.user).pk)
        return redirect("portal:data_copy")
    template = "portal/data/copy_state.html" if request.htmx else "portal/data/copy.html"
    return render(request, template, {"copy": _copy_of(request), "kept_days": KEPT_FOR.days})


@never_cache
@require_safe
@for_contacts
def download_data(request):
    copy = None if request.viewed_as else _copy_of(request)
    if copy is None or not copy.may_be_fetched:
        raise Http404
    name = f"what-we-hold-{timezone.localdate(copy.ready_at):%Y-%m-%d}.zip"
    return FileResponse(copy.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def _copy_of(request) -> DataCopy | None:
    return DataCopy.objects.of(request.contact, request.user).first()


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def dispute(request, public_id):
    found = find_holding(request.contact, public_id, reader=request.user)
    if found is None:
        raise Http404
    thing, holding = found
    form = DisputeForm(request.POST or None, initial={"seen": _latest_verdict(thing, holding)})
    if request.method == "POST" and form.is_valid():
        try:
            _dispute(thing, holding, form.cleaned_data, by=request.user)
        except Refused as refusal:
            form.add_error("comment", str(refusal))
        else:
            messages.success(request, _("Thank you. Your partner manager sees what you say, and the value is marked as disputed."))
            return redirect("portal:organisation_data")
    status = 422 if form.errors else 200
    return render(request, "portal/data/dispute.html", {"form": form, "holding": holding}, status=status)


@require_POST
@for_contacts
def consent(request):
    purpose = get_object_or_404(Purpose, key=request.POST.get("purpose", "").replace("\0", ""))
    try:
        if "withdraw" in request.POST:
            withdraw_consent(request.contact, purpose, by=request.user)
            messages.success(request, _("Withdrawn. It holds from now on."))
        else:
            give_consent(request.contact, purpose, by=request.user, how="portal")
            messages.success(request, _("Noted. You can withdraw it here at any time."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:own_data")


@require_POST
@for_contacts
def ask_to_be_forgotten(request):
    try:
        ask_for_erasure(request.contact, by=request.user)
        messages.success(request, _("Your request is on its way to your partner manager."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:own_data")


def _latest_verdict(thing, holding) -> UUID | None:
    kind = holding.point.key if holding.point.type == DataPoint.Type.ROWS else FACT
    verdicts = verdicts_on(kind, [thing]).get(thing.pk)
    return verdicts[0].public_id if verdicts else None


def _dispute(thing, holding, given: dict, *, by) -> None:
    if holding.standing == Verdict.Kind.DISPUTED:
        raise Refused(_("This value is disputed already; your partner manager decides next."))
    seen = Verdict.objects.filter(public_id=given["seen"]).first() if given["seen"] else None
    give_verdict(thing, Verdict.Kind.DISPUTED, by=by, comment=given["comment"], seen=seen)
