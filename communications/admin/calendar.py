"""The calendar: what is planned, scheduled and sent; moving it; and who gets how many in which week."""

from calendar import monthrange
from datetime import date, timedelta
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.refusals import NotAllowed, Refused
from communications.actions.planning import PLANNED, move_announcement
from communications.admin.pages import announcement_or_404, needs, page, page_number
from communications.forms.calendar import CalendarForm, MoveForm
from communications.models import Announcement
from communications.queries.calendar import calendar_of, same_day
from communications.queries.load import BANDS, HEAVY, WEEKS, load_map, mondays, partners_in
from communications.queries.portfolio import portfolio_of

SHOWN_A_DAY = 4
LISTED_DAYS = 60


@require_safe
@needs("view_announcement")
def calendar(request) -> HttpResponse:
    form = CalendarForm(request.GET, user=request.user)
    look, at = form.look, form.at
    first, last = _span(look, at)
    chosen = form.chosen()
    return page(
        request, f"calendar/{look}.html", _("Calendar"), form=form, look=look, at=at, today=timezone.localdate(),
        calendar=calendar_of(request.user, first, last, chosen), span=_span_in_words(look, at, last),
        before=_with(request, day=_earlier(look, at)), after=_with(request, day=_later(look, at)), now=_with(request, day=None),
        looks=[(key, label, _with(request, view=key)) for key, label in form.fields["view"].choices],
        shown_a_day=SHOWN_A_DAY, kept=_with(request, day=None, view=None), here=quote(_with(request, day=at, view=look)),
        is_narrowed=chosen.is_of_announcements or chosen.programme,
        may_move=request.user.has_perm("communications.change_announcement"), is_fullwidth="1",
        load=f"{reverse('admin:communications_announcement_load')}{_with(request, view=None, day=at)}",
    )  # fmt: skip


def _span(look: str, at: date) -> tuple[date, date]:
    """Whole weeks of a month, a week, or the next weeks as a list."""
    if look == "week":
        monday = at - timedelta(days=at.weekday())
        return monday, monday + timedelta(days=6)
    if look == "list":
        return at, at + timedelta(days=LISTED_DAYS - 1)
    first, last = at.replace(day=1), at.replace(day=monthrange(at.year, at.month)[1])
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _earlier(look: str, at: date) -> date:
    if look == "month":
        return (at.replace(day=1) - timedelta(days=1)).replace(day=1)
    return at - timedelta(days=7 if look == "week" else LISTED_DAYS)


def _later(look: str, at: date) -> date:
    if look == "month":
        return (at.replace(day=28) + timedelta(days=4)).replace(day=1)
    return at + timedelta(days=7 if look == "week" else LISTED_DAYS)


def _span_in_words(look: str, at: date, last: date) -> str:
    if look == "month":
        return date_format(at, "F Y")
    first = _span(look, at)[0]
    return _("%(first)s to %(last)s") % {"first": date_format(first, "j F"), "last": date_format(last, "j F Y")}


def _with(request, **changes) -> str:
    """This address with other parameters; one that is None is left out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    for name in [name for name, values in query.lists() if not any(values)]:
        del query[name]
    return f"?{query.urlencode()}" if query else "?"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("view_announcement")
def move(request, public_id: UUID) -> HttpResponse:
    """Choosing another day; what dragging does, too. `back` is the calendar as it was looked at."""
    announcement = announcement_or_404(request, public_id)
    back, asked_back = _back(request), request.POST.get("back") or request.GET.get("back", "")
    form = MoveForm(request.POST or None, initial={"day": announcement.planned_on or timezone.localdate()})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            if not request.user.has_perm("communications.change_announcement"):
                raise NotAllowed(_("Your role does not let you plan announcements. Ask their author."))
            moved = move_announcement(announcement, by=request.user, day=form.cleaned_data["day"])
        except Refused as problem:
            refusal = problem
        else:
            messages.success(request, _said(moved))
            return redirect(back)
    day = announcement.planned_on
    status = refusal.status if refusal else 422 if form.errors else 200
    return page(
        request, "calendar/move.html", _("Move “%(title)s”") % {"title": announcement}, status=status,
        form=form, back=back, asked_back=asked_back,
        announcement=announcement, refusal=refusal, may_move=announcement.state in PLANNED,
        others=same_day(announcement, day)[:10] if day else (),
        steps=[(_("A week earlier"), day - timedelta(days=7)), (_("A day earlier"), day - timedelta(days=1)),
               (_("A day later"), day + timedelta(days=1)), (_("A week later"), day + timedelta(days=7))] if day else [],
    )  # fmt: skip


def _said(moved: Announcement) -> str:
    if moved.planned_on is None:
        return _("“%(title)s” is off the calendar.") % {"title": moved}
    return _("“%(title)s” is planned for %(day)s.") % {"title": moved, "day": date_format(moved.planned_on, "l, j F")}


def _back(request) -> str:
    """Only ever to the calendar, whatever the form says."""
    query = (request.POST.get("back") or request.GET.get("back", "")).removeprefix("?")
    clean = "".join(character for character in query if character.isprintable())
    return f"{reverse('admin:communications_announcement_calendar')}{'?' + clean if clean else ''}"


@require_safe
@needs("view_announcement")
def load(request) -> HttpResponse:
    """Who gets how many in which week. With `announcement`, as if it were planned where it is planned: it is, so it is named."""
    form = CalendarForm(request.GET, user=request.user)
    chosen, portfolio = form.chosen(), portfolio_of(request.user)
    found = load_map(form.at, chosen=chosen, portfolio=portfolio)
    return page(
        request, "calendar/load.html", _("Load"), map=found, form=form, at=form.at, heavy=HEAVY, is_whole=portfolio.is_whole,
        before=_with(request, day=form.at - timedelta(weeks=WEEKS)), after=_with(request, day=form.at + timedelta(weeks=WEEKS)),
        narrowed=_with(request, day=None).removeprefix("?"),
        calendar=f"{reverse('admin:communications_announcement_calendar')}{_with(request)}",
        may_see_partners=request.user.has_perm("partners.view_partner"),
    )  # fmt: skip


@require_safe
@needs("view_announcement")
def load_partners(request) -> HttpResponse:
    """The partners behind a cell of the map."""
    form = CalendarForm(request.GET, user=request.user)
    week, asked = _day(request.GET.get("week", "")), request.GET.get("band", "")
    starts = mondays(form.at)
    if week not in starts or asked not in {str(at) for at in range(len(BANDS))}:
        raise Http404
    number, band = page_number(request), int(asked)
    rows, has_more = partners_in(form.at, week, band, chosen=form.chosen(), portfolio=portfolio_of(request.user), page=number)
    least, most = BANDS[band]
    return page(
        request, "calendar/load_partners.html", _("Load"), rows=rows, has_more=has_more, number=number, week=week, least=least,
        most=most, weeks=starts, next=_with(request, page=number + 1), previous=_with(request, page=number - 1),
        back=f"{reverse('admin:communications_announcement_load')}{_with(request, week=None, band=None, page=None)}",
        may_see_partners=request.user.has_perm("partners.view_partner"),
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
