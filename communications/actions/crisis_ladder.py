"""The ladder: who is alarmed when too many have not acknowledged.

Each rung is decided once, when its time has come. The row is taken by a conditional UPDATE in the transaction that also writes
whatever follows from it, so that a worker killed in between has done nothing, and the next turn does all of it."""

import structlog
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.actions.tasks import create_task
from communications.actions.crises import locked_crisis
from communications.actions.crisis_calls import call_users
from communications.actions.crisis_messages import call_people, say_again, say_alarm
from communications.models import Crisis, CrisisAlarm, CrisisMessage, CrisisPerson, CrisisState, Says, Whom
from communications.models.protocols import Measure
from communications.rendering.crises import drill_words
from partners.models import Contact, Enrolment

log = structlog.get_logger(__name__)

NAMED = 20


def climb_ladders() -> int:
    """Decide the rungs whose time has come. Returns how many alarmed somebody; one that fails does not keep the others. Where
    several of a crisis are due at once, after an outage, each turn alarms by one: whom it calls is not called again by the next."""
    due = CrisisAlarm.objects.select_related("crisis").filter(decided_at=None, due_at__lte=timezone.now())
    raised: set[int] = set()
    for alarm in due.filter(crisis__state=CrisisState.RUNNING).order_by("due_at", "pk"):
        if alarm.crisis_id in raised:
            continue
        try:
            if climb_rung(alarm):
                raised.add(alarm.crisis_id)
        except Exception:  # whatever it is, it is this rung's: it is tried again, and no other waits for it
            log.exception("crisis_rung_failed", rung=alarm.pk)
    return len(raised)


@transaction.atomic
def climb_rung(alarm: CrisisAlarm) -> bool:
    """Whether somebody was alarmed. False, too, where somebody else has decided it or the crisis is over."""
    crisis = locked_crisis(alarm.crisis)
    if not crisis.is_running or not CrisisAlarm.objects.filter(pk=alarm.pk, decided_at=None).update(decided_at=timezone.now()):
        return False
    asked, missing = _counted(crisis, alarm.rung)
    is_raised = _is_enough(alarm.rung, asked, missing)
    reached = _ALARM[alarm.whom](crisis, alarm) if is_raised else 0
    CrisisAlarm.objects.filter(pk=alarm.pk).update(asked=asked, missing=missing, is_raised=is_raised, reached=reached)
    if is_raised:
        sentence = (
            f"“{crisis}”: {missing} of {asked} have not acknowledged after {alarm.rung['after_minutes']} minutes; {reached} alarmed"
        )
        record_activity("crisis.escalated", sentence, subject=crisis, data={"rung": alarm.number, "drill": crisis.is_drill})
    return is_raised


def _counted(crisis: Crisis, rung: dict) -> tuple[int, int]:
    """How many were asked, and how many of them have not acknowledged: people, or organisations of which nobody has."""
    people = _of_function(crisis, rung)
    if rung["measure"] == Measure.ORGANISATIONS:
        done = Count("contact__partner", distinct=True, filter=Q(acknowledged_at__isnull=False))
        found = people.aggregate(asked=Count("contact__partner", distinct=True), done=done)
        return found["asked"], found["asked"] - found["done"]
    found = people.aggregate(asked=Count("pk"), missing=Count("pk", filter=Q(acknowledged_at=None)))
    return found["asked"], found["missing"]


def _is_enough(rung: dict, asked: int, missing: int) -> bool:
    if not asked or not missing:
        return False
    return missing * 100 >= rung["missing"] * asked if rung["measure"] == Measure.PERCENT else missing >= rung["missing"]


def _of_function(crisis: Crisis, rung: dict) -> QuerySet[CrisisPerson]:
    people = CrisisPerson.objects.filter(crisis=crisis).order_by()
    return people.filter(contact__functions__contains=[rung["of_function"]]) if rung["of_function"] else people


def _silent_partners(crisis: Crisis, rung: dict) -> QuerySet:
    """Organisations of which nobody (with the function that is asked for) has acknowledged."""
    people = _of_function(crisis, rung)
    heard = people.filter(acknowledged_at__isnull=False).values("contact__partner")
    return people.exclude(contact__partner__in=heard).values("contact__partner")


# --- Whom ----------------------------------------------------------------------------------------------------------------


def _alarm_silent(crisis: Crisis, alarm: CrisisAlarm) -> int:
    say_again(crisis, alarm)
    return CrisisPerson.objects.filter(crisis=crisis).silent().count()


def _alarm_partner_role(crisis: Crisis, alarm: CrisisAlarm) -> int:
    """People of that function who were not called before. Where nobody is left to call, nothing is sent."""
    message = CrisisMessage.objects.create(crisis=crisis, says=Says.CALL, alarm=alarm)
    known = CrisisPerson.objects.filter(crisis=crisis).values("contact")
    people = Contact.objects.current().filter(
        partner__in=_silent_partners(crisis, alarm.rung), functions__contains=[alarm.rung["function"]]
    )
    called = call_people(message, people.exclude(pk__in=known))
    if not called:
        message.delete()
        return 0
    say_alarm(message, by=None, words=crisis.version.words(Says.ALARM))
    return called


def _alarm_managers(crisis: Crisis, alarm: CrisisAlarm) -> int:
    """Each hears of their own partners, and has a task until the all-clear."""
    places = Enrolment.objects.current().filter(partner__in=_silent_partners(crisis, alarm.rung), programme=crisis.programme)
    names: dict[int, list[str]] = {}
    managers = {}
    for place in (
        places.exclude(manager=None).filter(manager__is_active=True).select_related("partner", "manager").order_by("partner__name")
    ):
        managers[place.manager_id] = place.manager
        names.setdefault(place.manager_id, []).append(place.partner.name)
    words = {pk: _named(_("Nobody has acknowledged at: %(names)s. Call them."), silent) for pk, silent in names.items()}
    for pk, manager in managers.items():
        _give_task(crisis, manager, _("Call who has not acknowledged: %(crisis)s"), words[pk])
    return call_users(crisis, words, alarm=alarm, role=_("responsible manager"))


def _alarm_our_role(crisis: Crisis, alarm: CrisisAlarm) -> int:
    role = next((role for role in crisis.version.roles if role["name"] == alarm.rung["role"]), None)
    users = [pk for pk in (role["holder"], role["stand_in"]) if pk] if role else []
    asked, missing = _counted(crisis, alarm.rung)
    figures = {"missing": missing, "asked": asked, "minutes": alarm.rung["after_minutes"]}
    said = _("%(missing)d of %(asked)d have not acknowledged after %(minutes)d minutes. Decide what to do.") % figures
    called = call_users(crisis, dict.fromkeys(users, said), alarm=alarm, role=alarm.rung["role"])
    for call in crisis.calls.filter(alarm=alarm).select_related("user"):
        _give_task(crisis, call.user, _("Decide about who has not acknowledged: %(crisis)s"), said)
    return called


def _named(sentence: str, names: list[str]) -> str:
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        shown += _(" and %(n)d more") % {"n": len(names) - NAMED}
    return (sentence % {"names": shown})[:500]


def _give_task(crisis: Crisis, owner, title: str, detail: str) -> None:
    title %= {"crisis": crisis}
    if crisis.is_drill:
        title = f"[{drill_words('en').mark}] {title}"
    create_task(title[:200], by=None, owner=owner, detail=detail, due_on=timezone.localdate(), source=crisis)


_ALARM = {
    Whom.SILENT: _alarm_silent,
    Whom.PARTNER_ROLE: _alarm_partner_role,
    Whom.MANAGERS: _alarm_managers,
    Whom.OUR_ROLE: _alarm_our_role,
}
