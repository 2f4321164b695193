"""The life of a crisis: started with an approved protocol, kept up to date, and cleared."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.actions.tasks import drop_task
from activity.form_keys import made_once
from activity.models import Task
from activity.refusals import Invalid, Refused
from communications.actions.announcements import cancel_announcement
from communications.actions.crisis_calls import call_roles, end_calls
from communications.actions.crisis_messages import (
    call_people,
    checked_words,
    place_of,
    say_alarm,
    say_to_all,
    says_the_same,
    was_just_said,
)
from communications.actions.crisis_words import Words
from communications.models import (
    Around,
    Crisis,
    CrisisAlarm,
    CrisisMessage,
    CrisisProtocol,
    CrisisProtocolVersion,
    CrisisState,
    Says,
    State,
)
from communications.queries.crisis_notices import say_that_one_runs
from communications.queries.protocols import people_concerned, running_alike
from partners.models import Site

REAL, DRILL = "real", "drill"
UNDER_WAY = (State.SCHEDULED, State.SENDING, State.PAUSED)


@transaction.atomic
def start_crisis(
    protocol: CrisisProtocol, *, by: User, key: UUID, is_drill: bool, confirmed: str, sites: Iterable[Site] = (),
    around: str = Around.SITE, lines: dict[str, dict[str, str]] | None = None, is_another: bool = False,
) -> Crisis:  # fmt: skip
    """Call everybody whom it concerns, at once. `confirmed` is the word that was typed: real or drill. `lines` are what is said
    otherwise than in the protocol, by language. A second start with the same `key` is the first one; two who start the same at
    once come one after the other, and the second is refused unless they say that it `is_another`."""
    _check_confirmed(confirmed, is_drill=is_drill)
    version = _locked_version(protocol)
    if started := Crisis.objects.filter(start_key=key).first():
        return started
    sites = list(sites)
    if version.is_at_site and not sites:
        raise Invalid(_("Choose the site where it happened."), field="sites")
    if around not in Around.values:
        raise Invalid(_("Choose how far around: %(known)s.") % {"known": ", ".join(Around.values)}, field="around")
    sites = sites if version.is_at_site else []
    if not is_another:
        _check_first(protocol, sites, is_drill=is_drill)
    say_that_one_runs()
    crisis = _begin(protocol, version, by, key, is_drill, sites, around)
    message = CrisisMessage.objects.create(crisis=crisis, says=Says.ALARM, by=by)
    people = call_people(message, people_concerned(version, sites, around))
    if not people:
        raise Refused(
            _("It would reach nobody. Choose other sites, or widen how far around."), code="empty_audience", field="sites"
        )
    say_alarm(message, by=by, words=_with_lines(crisis, version.words(Says.ALARM), lines or {}))
    _plan_ladder(crisis)
    call_roles(crisis)
    record_activity("crisis.started", _started(crisis, people), by=by, subject=crisis,
                    data={"drill": is_drill, "people": people, "protocol": str(protocol.public_id)})  # fmt: skip
    return crisis


@transaction.atomic
def update_crisis(crisis: Crisis, *, by: User, words: Words, key: UUID | None = None) -> CrisisMessage:
    """Say how it stands, to everybody who was called. A second time with the same `key` and words it is the first one, and the
    same words within a minute are refused."""
    current = locked_crisis(crisis)
    _check_running(current)
    checked = checked_words(current, _some(words))
    return made_once(
        current.messages.filter(says=Says.UPDATE), key, partial(_update, current, by, checked),
        is_same=lambda said: says_the_same(said, checked),
    )  # fmt: skip


def _update(current: Crisis, by: User, words: Words, **fields) -> CrisisMessage:
    if was_just_said(current, Says.UPDATE, words):
        raise Refused(_("These words went out less than a minute ago. Nothing more was sent."), code="said_already")
    message = say_to_all(current, Says.UPDATE, by=by, words=words, **fields)
    record_activity("crisis.updated", f"{_name(current)}: “{message.announcement}”", by=by, subject=current)
    return message


@transaction.atomic
def clear_crisis(crisis: Crisis, *, by: User, words: Words | None = None) -> CrisisMessage:
    """It is over: everybody who was called is told, no rung is climbed any more, and no alarm goes out late."""
    current = locked_crisis(crisis)
    _check_running(current)
    given = words if words is not None else current.version.words(Says.ALL_CLEAR)
    checked = checked_words(current, _some(given))
    for message in current.messages.select_related("announcement").filter(announcement__state__in=UNDER_WAY):
        cancel_announcement(message.announcement, by=by, reason=_("all clear"))
    Crisis.objects.filter(pk=current.pk).update(state=CrisisState.CLEARED, cleared_at=timezone.now(), cleared_by=by)
    said = say_to_all(current, Says.ALL_CLEAR, by=by, words=checked)
    end_calls(current)
    for task in Task.objects.open().filter(source_type=Crisis._meta.label_lower, source_id=current.pk):
        drop_task(task, by=by, reason="all clear")
    record_activity("crisis.cleared", f"{_name(current)} is over", by=by, subject=current, data={"drill": current.is_drill})
    crisis.refresh_from_db()
    return said


def locked_crisis(crisis: Crisis) -> Crisis:
    """One thing after the other: a rung is not climbed while the all-clear is given."""
    rows = Crisis.objects.select_for_update(of=("self",))
    return rows.select_related("version__submitted_by", "protocol__segment", "programme", "started_by").get(pk=crisis.pk)


def _begin(protocol, version: CrisisProtocolVersion, by: User, key: UUID, is_drill: bool, sites: list[Site], around) -> Crisis:
    now = timezone.now()
    crisis = Crisis.objects.create(
        protocol=protocol, version=version, programme=protocol.programme, title=version.name, is_drill=is_drill, around=around,
        late_at=now + timedelta(minutes=version.late_after), start_key=key, started_by=by, started_at=now,
    )  # fmt: skip
    if sites:
        crisis.sites.set(sites)
        crisis.title = f"{version.name}: {place_of(crisis)}"[:200]
        crisis.save(update_fields=["title"])
    return crisis


def _locked_version(protocol: CrisisProtocol) -> CrisisProtocolVersion:
    rows = CrisisProtocol.objects.select_for_update(of=("self",)).select_related("approved_version")
    current = rows.get(pk=protocol.pk)
    if current.retired_at:
        raise Refused(_("“%(name)s” is out of use. Choose another protocol.") % {"name": current}, code="not_ready")
    if current.approved_version is None:
        raise Refused(
            _("“%(name)s” is not approved yet, so no crisis can be started with it.") % {"name": current}, code="not_ready"
        )
    return current.approved_version


def _check_confirmed(confirmed: str, *, is_drill: bool) -> None:
    word = DRILL if is_drill else REAL
    if confirmed.strip().lower() != word:
        sentence = _("Type “%(word)s” to start it. Nothing was sent.")
        raise Invalid(sentence % {"word": word}, code="not_confirmed", field="confirm")


def _check_first(protocol: CrisisProtocol, sites: list[Site], *, is_drill: bool) -> None:
    running = running_alike(protocol, is_drill=is_drill, sites=sites).first()
    if running is None:
        return
    told = {
        "title": running, "when": date_format(timezone.localtime(running.started_at), "SHORT_DATETIME_FORMAT"),
        "who": running.started_by or _("somebody"),
        "link": settings.SITE_URL + reverse("admin:communications_crisis_board", args=[running.public_id]),
    }  # fmt: skip
    sentence = _(
        "“%(title)s” runs already, started on %(when)s by %(who)s: %(link)s. Nothing was sent. If something else has happened, "
        "say that this is another one."
    )
    raise Refused(sentence % told, code="runs_already", field="is_another")


def _check_running(crisis: Crisis) -> None:
    if not crisis.is_running:
        sentence = _("“%(title)s” is over: the all-clear was given by %(who)s. Nothing was sent.")
        raise Refused(sentence % {"title": crisis, "who": crisis.cleared_by or _("somebody")}, code="cleared")


def _with_lines(crisis: Crisis, words: Words, lines: dict[str, dict[str, str]]) -> Words:
    """The words of the protocol, with the few that are only known now."""
    changed = {
        language: {**text, **{name: line for name, line in lines.get(language, {}).items() if name in text and line.strip()}}
        for language, text in words.items()
    }
    return words if changed == words else checked_words(crisis, changed)


def _some(words: Words) -> Words:
    """Languages in which somebody wrote something."""
    written = {language: text for language, text in words.items() if any(str(value or "").strip() for value in text.values())}
    if not written:
        raise Invalid(_("Write what is to be said, in one language at least."), field="words")
    return written


def _plan_ladder(crisis: Crisis) -> None:
    CrisisAlarm.objects.bulk_create(
        CrisisAlarm(crisis=crisis, number=number, rung=rung, due_at=crisis.started_at + timedelta(minutes=rung["after_minutes"]))
        for number, rung in enumerate(crisis.version.rungs, 1)
    )


def _name(crisis: Crisis) -> str:
    return f"Drill “{crisis}”" if crisis.is_drill else f"Crisis “{crisis}”"


def _started(crisis: Crisis, people: int) -> str:
    return f"{_name(crisis)} was started: {people} people are called"
