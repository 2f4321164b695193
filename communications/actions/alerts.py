"""Alerts: setting a rule, looking for what it is to tell of, and ending what is over. Each occasion is told once."""

from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.models import Task
from activity.refusals import Invalid, Refused
from activity.uniqueness import unless_taken
from communications.actions.announcements import create_announcement
from communications.alert_causes import AlertCause, alert_cause_named, alert_causes
from communications.models import Alert, AlertRule, Announcement, Ending, Kind, State, Verdict
from communications.queries.alerts import HAPPENING
from communications.queries.attention import zone_of
from communications.rendering import check_merge_fields, compile_text
from context.actions.segments import create_segment
from context.models import Segment
from context.rules import compile_rules
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_line, check_text
from partners.actions.programmes import default_programme
from partners.models import Partner, Programme

AT_MOST_A_LOOK = 1000
_NUMBERS = {"days": (1, 730), "percent": (1, 100), "within_days": (1, 180)}


@transaction.atomic
def create_alert_rule(
    *, by: User, name: str, cause: str, action: str = "", programme: Programme | None = None, owner: User | None = None, **fields
) -> AlertRule:
    """See `CHECKS` for the other fields. Without an action it is what is usually done about such a cause."""
    known = alert_cause_named(cause)
    action = action or str(known.action if known else "")
    values = check_fields(CHECKS, {"name": name, "cause": cause, "action": action, "owner": owner or by, **fields})
    rule = AlertRule(programme=programme or default_programme(), **values)
    _check_whole(rule)
    with _name_is_free(rule):
        rule.save()
    record_activity("alert_rule.set", f"Alert rule “{rule}” was set", by=by, subject=rule)
    return rule


@transaction.atomic
def change_alert_rule(rule: AlertRule, *, by: User, **fields) -> AlertRule:
    """What it looks for anew counts from the next look on; what is open and no longer found is closed then."""
    values = check_fields(CHECKS, fields)
    current = AlertRule.objects.select_for_update(of=["self"]).get(pk=rule.pk)
    with _name_is_free(current):
        changed = write_changes(current, values, check=_check_whole)
    if changed:
        sentence = f"Alert rule “{current}”: {in_words(current, changed)} changed"
        record_activity("alert_rule.changed", sentence, by=by, subject=current, data={"changes": changed})
    rule.refresh_from_db()
    return rule


def _check_cause(value) -> str:
    if alert_cause_named(value) is None:
        known = ", ".join(cause.key for cause in alert_causes())
        words = {"value": str(value)[:60], "known": known}
        raise Invalid(_("“%(value)s” is nothing that can be looked for. Known are: %(known)s.") % words, field="cause")
    return value


def _check_owner(value: User) -> User:
    if value is not None and not (value.is_staff and value.is_active):
        raise Invalid(_("A rule belongs to a manager; %(name)s is none.") % {"name": value}, field="owner")
    return value


def _check_number(value, field: str) -> int:
    least, most = _NUMBERS[field]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(_("Choose a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=field)
    return value


CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "cause": _check_cause,
    "parameter": partial(check_line, field="parameter", longest=120),
    "segment": lambda value: value,
    "action": partial(check_line, field="action", required=True, longest=150),
    "owner": _check_owner,
    "is_active": bool,
    "drafts_notice": bool,
    "notice_title": partial(check_line, field="notice_title"),
    "notice_body": partial(check_text, field="notice_body"),
    **{name: partial(_check_number, field=name) for name in _NUMBERS},
}


def _check_whole(rule: AlertRule) -> None:
    """What only holds together: a cause with what it is of, a notice with its words."""
    cause = alert_cause_named(rule.cause)
    if cause.needs_parameter and not rule.parameter:
        raise Invalid(_("Say of what: “%(cause)s” needs it.") % {"cause": cause.label}, field="parameter")
    if rule.parameter and rule.parameter not in dict(cause.choices()):
        sentence = _("“%(value)s” is nothing that “%(cause)s” can be of. Choose one of the list, or leave it empty.")
        raise Invalid(sentence % {"value": rule.parameter[:60], "cause": cause.label}, field="parameter")
    if rule.drafts_notice and not (rule.notice_title and rule.notice_body.strip()):
        missing = "notice_body" if rule.notice_title else "notice_title"
        raise Invalid(_("Write what the notice says, title and text; somebody checks it before it goes out."), field=missing)
    for field in ("notice_title", "notice_body"):
        check_merge_fields(getattr(rule, field), field=field)
    try:
        compile_text(rule.notice_body)
    except Invalid as refusal:
        refusal.field = "notice_body"
        raise


def _name_is_free(rule: AlertRule) -> AbstractContextManager:
    sentence = _("%(programme)s already has an alert rule of this name.") % {"programme": rule.programme}
    return unless_taken(Invalid(sentence, code="duplicate", field="name"), "alert_rule_once_per_programme")


# --- Looking ----------------------------------------------------------------------------------------------------------------

_FOUND = """
    WITH found (partner_id, about, on_day, what) AS ({rows}), partner (id) AS ({partners})
    SELECT DISTINCT ON (found.partner_id, found.about) found.partner_id, left(found.about, 150), found.on_day,
        left(found.what, 200), coalesce(place.manager_id, %s)
    FROM found JOIN partner ON partner.id = found.partner_id
    LEFT JOIN partners_enrolment AS place
        ON place.partner_id = found.partner_id AND place.programme_id = %s AND place.ends_on IS NULL
    WHERE NOT EXISTS (SELECT FROM communications_alert AS alert
                      WHERE alert.rule_id = %s AND alert.partner_id = found.partner_id AND alert.about = left(found.about, 150))
    ORDER BY found.partner_id, found.about LIMIT %s
"""
_GONE = """
    WITH found (partner_id, about, on_day, what) AS ({rows}), partner (id) AS ({partners})
    UPDATE communications_alert AS alert SET closed_at = %s, ending = 'gone'
    WHERE alert.rule_id = %s AND alert.closed_at IS NULL AND NOT EXISTS (
        SELECT FROM found JOIN partner ON partner.id = found.partner_id
        WHERE found.partner_id = alert.partner_id AND left(found.about, 150) = alert.about)
    RETURNING alert.task_id
"""


def look_for_alerts() -> int:
    """What every rule in force finds now. Returns how many alerts were opened."""
    _end_of_rules_off()
    return sum(look_by_rule(rule) for rule in AlertRule.objects.filter(is_active=True))


def look_by_rule(rule: AlertRule) -> int:
    """One that cannot look, since it speaks of something deleted, says so on its page; what is open stays open."""
    try:
        opened, trouble = _look(rule), ""
    except (Refused, DatabaseError) as error:
        opened, trouble = 0, str(error) if isinstance(error, Refused) else _("The cause could not be looked for.")
    if trouble != rule.trouble:
        AlertRule.objects.filter(pk=rule.pk).update(trouble=trouble[:300])
        rule.trouble = trouble[:300]
    return opened


@transaction.atomic
def _look(rule: AlertRule) -> int:
    """Of two who look at once, one does nothing. At most so many are opened at once; the rest comes with the next look."""
    current = AlertRule.objects.select_for_update(skip_locked=True, of=["self"]).select_related("programme", "segment", "owner")
    current = current.filter(pk=rule.pk, is_active=True).first()
    cause = alert_cause_named(current.cause) if current else None
    if cause is None:
        return 0
    now = timezone.now()
    today = now.astimezone(zone_of(current.programme.time_zone)).date()
    rows, of_rows = cause.rows(current, today)
    partners, of_partners = _statement(_partners_of(current))
    _follow_tasks(current)
    with connection.cursor() as cursor:
        cursor.execute(_GONE.format(rows=rows, partners=partners), [*of_rows, *of_partners, now, current.pk])
        _finish_tasks([task_id for (task_id,) in cursor.fetchall() if task_id])
        asked = [*of_rows, *of_partners, current.owner_id, current.programme_id, current.pk, AT_MOST_A_LOOK]
        cursor.execute(_FOUND.format(rows=rows, partners=partners), asked)
        found = cursor.fetchall()
    AlertRule.objects.filter(pk=current.pk).update(looked_at=now)
    if found:
        _open(current, cause, found)
    return len(found)


def _partners_of(rule: AlertRule) -> QuerySet:
    here = Partner.objects.unmerged().filter(enrolments__programme=rule.programme_id, enrolments__ends_on=None)
    if rule.segment:
        here = here.filter(pk__in=compile_rules(rule.segment.rule, rule.segment.contact_rule).partners().values("pk"))
    return here.order_by().values("pk")


def _statement(partners: QuerySet) -> tuple[str, tuple]:
    try:
        return partners.query.sql_with_params()
    except EmptyResultSet:  # a segment that nobody can be in
        return "SELECT NULL::bigint WHERE false", ()


def _open(rule: AlertRule, cause: AlertCause, found: list[tuple]) -> None:
    """The alerts, and a task for each; a few statements for all of them."""
    due_on = timezone.localdate() + timedelta(days=rule.within_days)
    alerts = Alert.objects.bulk_create(
        [
            Alert(rule=rule, partner_id=partner_id, about=about, on_day=on_day, what=what or "", owner_id=owner_id, due_on=due_on)
            for partner_id, about, on_day, what, owner_id in found
        ]
    )
    for alert, task in zip(alerts, Task.objects.bulk_create([_task_of(alert, cause) for alert in alerts]), strict=True):
        alert.task = task
    Alert.objects.bulk_update(alerts, ["task"], batch_size=500)
    if rule.drafts_notice:
        _draft_notice(rule, alerts)
    n = len(alerts)
    sentence = ngettext("“%(rule)s” found %(n)d alert", "“%(rule)s” found %(n)d alerts", n) % {"rule": rule, "n": n}
    record_activity("alert.opened", sentence, subject=rule, data={"alerts": n})


def _task_of(alert: Alert, cause: AlertCause) -> Task:
    return Task(
        title=alert.rule.action[:200], detail=words_of(alert, cause), partner_id=alert.partner_id, owner_id=alert.owner_id,
        due_on=alert.due_on, source_type=Alert._meta.label_lower, source_id=alert.pk, source_label=str(alert.rule)[:200],
    )  # fmt: skip


def words_of(alert: Alert, cause: AlertCause | None = None) -> str:
    cause = cause or alert_cause_named(alert.rule.cause)
    if cause is None:
        return alert.what
    is_past = alert.on_day is not None and alert.on_day < timezone.localdate()
    words = cause.words_after if is_past and cause.words_after else cause.words
    return str(words) % {"what": alert.what, "day": date_format(alert.on_day, "DATE_FORMAT") if alert.on_day else "–"}


def _draft_notice(rule: AlertRule, alerts: list[Alert]) -> None:
    """One draft at a time: while it waits, whoever joins is in its audience anyway, since that is asked when it is sent."""
    waiting = Announcement.objects.filter(pk__in=rule.alerts.exclude(notice=None).values("notice"))
    due_on = max(alert.due_on for alert in alerts)
    notice = waiting.exclude(state__in=(State.SENDING, State.SENT, State.CANCELLED)).first()
    if notice is None and rule.owner and rule.owner.is_active:
        notice = create_announcement(
            by=rule.owner, title=rule.notice_title, body=rule.notice_body, segment=_segment_of(rule), programme=rule.programme,
            kind=Kind.POLICY, details={"act_by": due_on.isoformat()}, planned_on=due_on,
        )  # fmt: skip
    if notice is not None:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(notice=notice)


def _segment_of(rule: AlertRule) -> Segment:
    """The same one for each draft: partners about whom an alert of this rule is open."""
    asked = {"all": [{"field": HAPPENING, "op": "eq", "value": str(rule.public_id)}]}
    known = Segment.objects.filter(rule=asked, contact_rule={"all": []}).first()
    if known:
        return known
    name = (_("Open alert: %(rule)s") % {"rule": rule})[:180]
    if Segment.objects.filter(name=name).exists():
        name = f"{name} · {str(rule.public_id)[-8:]}"
    return create_segment(by=rule.owner, name=name, rule=asked, contact_rule={"all": []})


# --- Ending -----------------------------------------------------------------------------------------------------------------


def _follow_tasks(rule: AlertRule) -> None:
    """Whose task was ended by hand is done; the occasion is not told of again."""
    ended = Alert.objects.open().filter(rule=rule, task__isnull=False).exclude(task__state=Task.State.OPEN)
    ended.update(closed_at=timezone.now(), ending=Ending.DONE)


def _finish_tasks(ids: list[int], state: str = Task.State.DONE) -> None:
    Task.objects.open().filter(pk__in=ids).update(state=state, ended_at=timezone.now())


@transaction.atomic
def _end_of_rules_off() -> None:
    """Of rules that are not in force any more nothing stays open."""
    rows = Alert.objects.open().filter(rule__is_active=False)
    ids = list(rows.values_list("pk", "task"))
    if ids:
        Alert.objects.filter(pk__in=[pk for pk, _task in ids]).update(closed_at=timezone.now(), ending=Ending.RULE_OFF)
        _finish_tasks([task for _pk, task in ids if task], Task.State.DROPPED)


@transaction.atomic
def judge_alert(alert: Alert, *, by: User, is_useful: bool) -> None:
    """What was not useful is closed with it. The last word counts."""
    current = _locked(alert)
    current.verdict = Verdict.USEFUL if is_useful else Verdict.NOT_USEFUL
    current.judged_by, current.judged_at = by, timezone.now()
    current.save(update_fields=["verdict", "judged_by", "judged_at"])
    if not is_useful and current.is_open:
        _close(current, Ending.DISMISSED, by=by)
    sentence = f"{by} found the alert “{words_of(current)}” {current.get_verdict_display()}"
    told = {"verdict": current.verdict}
    record_activity("alert.judged", sentence, by=by, partner_id=current.partner_id, subject=current, data=told)
    alert.refresh_from_db()


@transaction.atomic
def close_alert(alert: Alert, *, by: User) -> None:
    """It is done."""
    current = _locked(alert)
    if not current.is_open:
        raise Refused(_("This alert is closed already: %(why)s.") % {"why": current.get_ending_display()}, code="closed")
    _close(current, Ending.DONE, by=by)
    sentence = f"{by} is done with the alert “{words_of(current)}”"
    record_activity("alert.closed", sentence, by=by, partner_id=current.partner_id, subject=current)
    alert.refresh_from_db()


def _close(alert: Alert, ending: Ending, *, by: User) -> None:
    alert.closed_at, alert.ending = timezone.now(), ending
    alert.save(update_fields=["closed_at", "ending"])
    if alert.task_id:
        state = Task.State.DONE if ending == Ending.DONE else Task.State.DROPPED
        Task.objects.open().filter(pk=alert.task_id).update(state=state, ended_at=alert.closed_at, ended_by=by)


def _locked(alert: Alert) -> Alert:
    return Alert.objects.select_for_update(of=["self"]).select_related("rule").get(pk=alert.pk)
