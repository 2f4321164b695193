"""Promising a cadence, and looking how each promise stands: with every partner at once, by one statement for each promise."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime, time, timedelta
from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from activity.actions import record_activity
from activity.actions.tasks import create_task, finish_task
from activity.models import Task
from activity.refusals import Invalid, NotAllowed, Refused
from activity.uniqueness import unless_taken
from communications.contact_kinds import ContactKind, contact_kind_named, contact_kinds
from communications.models import Cadence, CadenceStanding, Release
from communications.queries.attention import zone_of
from communications.rendering import check_merge_fields, compile_text
from context.models import Segment
from context.rules import compile_rules
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_choice, check_line, check_text
from partners.actions.programmes import default_programme
from partners.models import Programme

PERIODS_KEPT = 9  # the current one and eight before it
DAYS_TO_MEND = timedelta(days=3)
NAMED = 20
_NUMBERS = {"weeks": (1, 52), "grace_days": (0, 60), "items_at_most": (1, 20), "draft_days": (0, 30), "send_hour": (0, 23),
            "least_items": (1, 50)}  # fmt: skip


@transaction.atomic
def create_cadence(
    *, by: User, name: str, segment: Segment, kind: str, weeks: int, starts_on: date, programme: Programme | None = None,
    owner: User | None = None, **fields,
) -> Cadence:  # fmt: skip
    """Promise it. See `CHECKS` for the other fields."""
    values = check_fields(
        CHECKS,
        {"name": name, "segment": segment, "kind": kind, "weeks": weeks, "starts_on": starts_on, "owner": owner or by, **fields},
    )
    cadence = Cadence(programme=programme or default_programme(), writers=[by.pk], **values)
    _check_whole(cadence)
    with _name_is_free(cadence):
        cadence.save()
    record_activity("cadence.promised", f"Cadence “{cadence}” was promised to “{segment}”", by=by, subject=cadence)
    look_at_cadence(cadence)
    return cadence


@transaction.atomic
def change_cadence(cadence: Cadence, *, by: User, **fields) -> Cadence:
    """A rule that releases newsletters has to be approved anew once anything of the promise was changed."""
    values = check_fields(CHECKS, fields)
    current = Cadence.objects.select_for_update(of=["self"]).select_related("programme", "segment").get(pk=cadence.pk)
    with _name_is_free(current):
        changed = write_changes(current, values, check=_check_whole)
    if changed:
        current.writers = sorted({*current.writers, by.pk})
        if set(changed) - {"owner", "is_active"}:
            current.rule_approved_by = current.rule_approved_at = None
        current.save(update_fields=["writers", "rule_approved_by", "rule_approved_at"])
        sentence = f"Cadence “{current}”: {in_words(current, changed)} changed"
        record_activity("cadence.changed", sentence, by=by, subject=current, data={"changes": changed})
        look_at_cadence(current)
    cadence.refresh_from_db()
    return cadence


@transaction.atomic
def approve_release_rule(cadence: Cadence, *, by: User) -> None:
    """From now on its newsletters go out by themselves, in the name of who approves this. Nobody approves what they wrote."""
    current = Cadence.objects.select_for_update(of=["self"]).get(pk=cadence.pk)
    if not current.is_newsletter or current.release != Release.RULE:
        raise Refused(_("Somebody checks each newsletter of “%(name)s”: there is no rule to approve.") % {"name": current})
    if current.rule_approved_at:
        raise Refused(_("%(who)s approved this rule already.") % {"who": current.rule_approved_by or _("Somebody")})
    if by.pk in (*current.writers, current.owner_id):
        raise NotAllowed(_("You wrote this rule or answer for it. Another person has to approve it."), code="needs_another_person")
    current.rule_approved_by, current.rule_approved_at = by, timezone.now()
    current.save(update_fields=["rule_approved_by", "rule_approved_at"])
    sentence = f"{by} approved that newsletters of “{current}” go out by their rule"
    record_activity("cadence.rule_approved", sentence, by=by, subject=current)
    cadence.refresh_from_db()


def _check_owner(value: User) -> User:
    if value is not None and not (value.is_staff and value.is_active):
        raise Invalid(_("A promise belongs to a manager; %(name)s is none.") % {"name": value}, field="owner")
    return value


def _check_kind(value) -> str:
    if contact_kind_named(value) is None:
        known = ", ".join(kind.key for kind in contact_kinds())
        words = {"value": str(value)[:60], "known": known}
        raise Invalid(_("“%(value)s” is nothing that can be promised. Known are: %(known)s.") % words, field="kind")
    return value


def _check_number(value, field: str) -> int:
    least, most = _NUMBERS[field]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Invalid(_("Choose a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=field)
    return value


def _check_introduction(value) -> str:
    text = check_text(value, "introduction")
    try:
        check_merge_fields(text, field="introduction")
        compile_text(text)
    except Invalid as refusal:
        refusal.field = "introduction"
        raise
    return text


def _check_day(value) -> date:
    if value is None or not 2000 <= value.year <= 2100:
        raise Invalid(_("Say from which day the weeks are counted, between 2000 and 2100."), field="starts_on")
    return value


CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "segment": lambda value: value,
    "kind": _check_kind,
    "starts_on": _check_day,
    "owner": _check_owner,
    "is_active": bool,
    "introduction": _check_introduction,
    "topic": lambda value: value,
    "also_without_items": bool,
    "release": lambda value: check_choice(value, Release, "release"),
    **{name: partial(_check_number, field=name) for name in _NUMBERS},
}


def _check_whole(cadence: Cadence) -> None:
    """What only holds together: a newsletter that goes out without items says something itself."""
    if cadence.is_newsletter and cadence.also_without_items and not cadence.introduction.strip():
        sentence = _("Write an introduction: it is all that those get for whom there is nothing new.")
        raise Invalid(sentence, field="introduction")


def _name_is_free(cadence: Cadence) -> AbstractContextManager:
    sentence = _("%(programme)s already has a cadence of this name.") % {"programme": cadence.programme}
    return unless_taken(Invalid(sentence, code="duplicate", field="name"), "cadence_once_per_programme")


# --- How it stands -------------------------------------------------------------------------------------------------------

# Of each partner of the segment: the periods in which they heard from us, and from those the day by which they are to hear next.
# Who came into the programme later is expected from their first whole period on.
_LOOK = """
    WITH promise (cadence, programme, owner, starts, days, grace, zone, today, now) AS (
        VALUES (%s::bigint, %s::bigint, %s::bigint, %s::date, %s::int, %s::int, %s::text, %s::date, %s::timestamptz)
    ),
    partner (id) AS ({partners}),
    told AS ({told}),
    placed AS (
        SELECT by_partner, heard_at,
            floor(((heard_at AT TIME ZONE promise.zone)::date - promise.starts)::numeric / promise.days)::int AS period
        FROM told, promise
    ),
    heard AS (
        SELECT by_partner, max(heard_at) AS last_at, max(period) AS last_period,
            array_agg(DISTINCT period ORDER BY period) AS periods
        FROM placed GROUP BY by_partner
    ),
    expected AS (
        SELECT partner.id, coalesce(place.manager_id, promise.owner) AS responsible,
            greatest(ceil((coalesce(place.starts_on, promise.starts) - promise.starts)::numeric / promise.days)::int, 0) AS period
        FROM partner CROSS JOIN promise LEFT JOIN partners_enrolment AS place
            ON place.partner_id = partner.id AND place.programme_id = promise.programme AND place.ends_on IS NULL
    ),
    found AS (
        SELECT expected.*, heard.last_at, coalesce(heard.periods, '{{}}') AS periods,
            promise.starts + (greatest(coalesce(heard.last_period + 1, 0), expected.period) + 1) * promise.days - 1 AS due_on
        FROM expected CROSS JOIN promise LEFT JOIN heard ON heard.by_partner = expected.id
    )
    INSERT INTO communications_cadencestanding AS standing
        (cadence_id, partner_id, responsible_id, first_period, periods, last_at, due_on, broken_since)
    SELECT promise.cadence, found.id, found.responsible, found.period, found.periods, found.last_at, found.due_on,
        CASE WHEN found.due_on + promise.grace < promise.today THEN promise.now END
    FROM found, promise ORDER BY found.id
    ON CONFLICT (cadence_id, partner_id) DO UPDATE
    SET responsible_id = excluded.responsible_id, first_period = excluded.first_period, periods = excluded.periods,
        last_at = excluded.last_at, due_on = excluded.due_on,
        broken_since = CASE WHEN excluded.broken_since IS NOT NULL THEN coalesce(standing.broken_since, excluded.broken_since) END,
        told_at = CASE WHEN excluded.broken_since IS NOT NULL THEN standing.told_at END
"""
_GONE = """
    WITH partner (id) AS ({partners})
    DELETE FROM communications_cadencestanding AS standing
    WHERE cadence_id = %s AND NOT EXISTS (SELECT FROM partner WHERE partner.id = standing.partner_id)
"""


def look_at_cadences() -> int:
    """All that are in force. Returns how many were looked at; one whose rules cannot be asked any more, since they speak of
    something deleted, keeps what is known of it."""
    looked = 0
    for cadence in Cadence.objects.active().select_related("programme", "segment", "owner"):
        with suppress(Refused):
            look_at_cadence(cadence)
            looked += 1
    return looked


@transaction.atomic
def look_at_cadence(cadence: Cadence) -> None:
    """Write down how it stands with each partner now, and tell whoever is responsible for those where it broke. A promise that was
    taken back has no standing."""
    kind = contact_kind_named(cadence.kind)
    if not cadence.is_active:
        CadenceStanding.objects.filter(cadence=cadence).delete()
        _close_tasks(cadence)
    elif kind is not None:
        _write_standings(cadence, kind)
        _tell_of_breaches(cadence, kind)


def _write_standings(cadence: Cadence, kind: ContactKind) -> None:
    now, zone = timezone.now(), zone_of(cadence.programme.time_zone)
    today = now.astimezone(zone).date()
    since = max(cadence.first_day_of(cadence.period_of(today) - PERIODS_KEPT + 1), cadence.starts_on)
    rows = kind.rows(cadence.programme, datetime.combine(since, time.min, tzinfo=zone))
    there = compile_rules(cadence.segment.rule, cadence.segment.contact_rule).partners().values("pk")
    partners, of_partners = _statement(there)
    told, of_told = rows.query.sql_with_params()
    promise = [cadence.pk, cadence.programme_id, cadence.owner_id, cadence.starts_on, cadence.days, cadence.grace_days, str(zone),
               today, now]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LOOK.format(partners=partners, told=told), [*promise, *of_partners, *of_told])
        cursor.execute(_GONE.format(partners=partners), [*of_partners, cadence.pk])
    Cadence.objects.filter(pk=cadence.pk).update(looked_at=now)


def _statement(partners: QuerySet) -> tuple[str, tuple]:
    try:
        return partners.query.sql_with_params()
    except EmptyResultSet:  # rules that nobody can meet
        return "SELECT NULL::bigint WHERE false", ()


def _tell_of_breaches(cadence: Cadence, kind: ContactKind) -> None:
    """One task for each person who is to do something about it, however many partners it is; ended once none of them is left. Who
    ended theirs by hand gets another only when it breaks with one more partner."""
    broken = CadenceStanding.objects.filter(cadence=cadence).broken()
    new = broken.filter(told_at=None)
    to_tell = {cadence.owner_id} if not kind.is_personal and new.exists() else set(new.values_list("responsible", flat=True))
    for owner in User.objects.filter(pk__in=to_tell - {None}, is_active=True):
        _tell(cadence, broken if not kind.is_personal else broken.filter(responsible=owner), owner)
    new.update(told_at=timezone.now())
    still = {cadence.owner_id} if not kind.is_personal and broken.exists() else set(broken.values_list("responsible", flat=True))
    _close_tasks(cadence, but_of=still)


def _open_tasks(cadence: Cadence):
    return Task.objects.open().filter(source_type=Cadence._meta.label_lower, source_id=cadence.pk)


def _tell(cadence: Cadence, broken, owner: User) -> None:
    if _open_tasks(cadence).filter(owner=owner).exists():
        return
    partners, due_on = broken.count(), broken.aggregate(Min("due_on"))["due_on__min"]
    words = {"name": cadence, "n": partners, "kind": contact_kind_named(cadence.kind).label, "day": date_format(due_on)}
    title = ngettext("“%(name)s” is broken with %(n)d partner", "“%(name)s” is broken with %(n)d partners", partners) % words
    detail = _("Promised was %(kind)s. The first of them should have heard by %(day)s.") % words
    names = broken.order_by("due_on", "partner__name").values_list("partner__name", flat=True)[:NAMED]
    create_task(title[:200], by=None, owner=owner, due_on=timezone.localdate() + DAYS_TO_MEND, source=cadence,
                detail=f"{detail}\n" + "\n".join(names))  # fmt: skip


def _close_tasks(cadence: Cadence, *, but_of: Iterable[int | None] = ()) -> None:
    """What they were for is mended, or not promised any more."""
    for task in _open_tasks(cadence).exclude(owner__in=[pk for pk in but_of if pk]):
        finish_task(task, by=None)
