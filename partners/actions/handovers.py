"""A portfolio passes to another manager on a day: planned with a preview, done by the clock, cancelled before."""

import zoneinfo
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.actions import record_activity
from activity.models import Task
from activity.refusals import Invalid, NotAllowed, Refused
from partners.actions.enrolments import change_enrolment
from partners.models import Handover, LeaveCover, Partner, Programme
from partners.portfolio import Portfolio, parts, register_part
from partners.queries.handovers import enrolments_to_move, portfolio_of


def register() -> None:
    register_part("tasks", gettext_lazy("Open tasks"), _open_tasks, lambda rows, to: rows.update(owner=to))


@transaction.atomic
def plan_handover(
    from_manager, to_manager, *, by, on_day: date, programme: Programme | None = None, partners: list[Partner] | None = None
) -> Handover:
    """What moves is what is theirs on that day; `programme` or `partners` narrow it."""
    _check_managers(from_manager, to_manager)
    if on_day < timezone.localdate():
        raise Invalid(_("That day is over; choose today or a later one."), field="on_day")
    if not enrolments_to_move(from_manager, programme, partners).exists():
        raise Invalid(_("%(name)s is responsible for nothing of this; there is nothing to hand over.") % {"name": from_manager})
    handover = Handover.objects.create(
        from_manager=from_manager, to_manager=to_manager, on_day=on_day, programme=programme, created_by=by
    )
    handover.partners.set(partners or [])
    _tell("handover.planned", _("%(from)s hands over to %(to)s on %(day)s"), handover, by=by)
    return handover


@transaction.atomic
def cancel_handover(handover: Handover, *, by) -> Handover:
    handover = _planned(handover)
    handover.state, handover.ended_at = Handover.State.CANCELLED, timezone.now()
    handover.save(update_fields=["state", "ended_at"])
    _tell("handover.cancelled", _("The hand-over from %(from)s to %(to)s was cancelled"), handover, by=by)
    return handover


@transaction.atomic
def do_handover(handover: Handover) -> Handover:
    """Each enrolment on its own record; done twice it is refused."""
    handover = _planned(handover)
    _check_managers(handover.from_manager, handover.to_manager)
    enrolments = list(
        enrolments_to_move(handover.from_manager, handover.programme, list(handover.partners.all())).select_related(
            "partner", "programme"
        )
    )
    partner_ids = sorted({enrolment.partner_id for enrolment in enrolments})
    portfolio = portfolio_of(handover.from_manager, partner_ids, handover.programme, list(handover.partners.all()))
    moved = {part.key: part.move(part.find(portfolio), handover.to_manager) for part in parts()}
    for enrolment in enrolments:
        change_enrolment(enrolment, by=handover.created_by, manager=handover.to_manager)
    handover.state, handover.ended_at = Handover.State.DONE, timezone.now()
    handover.moved = {"enrolments": len(enrolments), "partners": len(partner_ids), **moved}
    handover.save(update_fields=["state", "ended_at", "moved"])
    _tell("handover.done", _("%(from)s handed over to %(to)s"), handover, by=handover.created_by)
    return handover


def do_due_handovers() -> int:
    """Those whose day has come where the manager who gives is. One that is refused stays planned and holds up no other."""
    done = 0
    for handover in Handover.objects.filter(state=Handover.State.PLANNED).select_related("from_manager").order_by("on_day", "pk"):
        if handover.on_day > local_day_of(handover.from_manager):
            continue
        try:
            do_handover(handover)
            done += 1
        except Refused:
            continue
    return done


@transaction.atomic
def cover_leave(manager, cover, *, by, starts_on: date, ends_on: date) -> LeaveCover:
    """From the first day to the last the cover sees the absent manager's portfolio and is fed what waits for them."""
    _check_managers(manager, cover)
    if by != manager and not by.has_perm("partners.change_leavecover"):
        raise NotAllowed(_("You may say who covers you; for others a programme admin does."))
    if ends_on < starts_on:
        raise Invalid(_("The last day lies before the first."), field="ends_on")
    if ends_on < timezone.localdate():
        raise Invalid(_("These days are over."), field="ends_on")
    row = LeaveCover.objects.create(manager=manager, cover=cover, starts_on=starts_on, ends_on=ends_on, created_by=by)
    words = {"cover": cover, "manager": manager, "from": starts_on, "to": ends_on}
    record_activity("leave.covered", _("%(cover)s covers %(manager)s from %(from)s to %(to)s") % words, by=by, subject=row)
    return row


@transaction.atomic
def cancel_cover(row: LeaveCover, *, by) -> LeaveCover:
    if by != row.manager and not by.has_perm("partners.change_leavecover"):
        raise NotAllowed(_("You may end your own cover; for others a programme admin does."))
    if not LeaveCover.objects.filter(pk=row.pk, cancelled_at=None).update(cancelled_at=timezone.now()):
        raise Refused(_("This cover was ended already."))
    row.refresh_from_db()
    words = {"cover": row.cover, "manager": row.manager}
    record_activity("leave.ended", _("%(cover)s no longer covers %(manager)s") % words, by=by, subject=row)
    return row


def local_day_of(user) -> date:
    try:
        zone = zoneinfo.ZoneInfo(user.time_zone or "UTC")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        zone = zoneinfo.ZoneInfo("UTC")
    return timezone.now().astimezone(zone).date()


def _open_tasks(portfolio: Portfolio):
    return Task.objects.open().filter(portfolio.about_its_partners("partner_id"), owner=portfolio.manager)


def _planned(handover: Handover) -> Handover:
    handover = Handover.objects.select_for_update(of=["self"]).select_related("from_manager", "to_manager").get(pk=handover.pk)
    if handover.state != Handover.State.PLANNED:
        raise Refused(_("This hand-over is %(state)s already.") % {"state": handover.get_state_display()}, code="ended")
    return handover


def _check_managers(one, other) -> None:
    if one == other:
        raise Invalid(_("Choose somebody else to take it over."), field="to_manager")
    if not (other.is_active and other.is_staff):
        raise Invalid(_("%(name)s is no manager who can sign in.") % {"name": other}, field="to_manager")


def _tell(verb: str, sentence: str, handover: Handover, *, by) -> None:
    words = {"from": handover.from_manager, "to": handover.to_manager, "day": handover.on_day}
    record_activity(verb, sentence % words, by=by, subject=handover, data=handover.moved)
