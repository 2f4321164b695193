"""The ledger: observations and verdicts come in, none is ever changed, and the profile row follows in the same transaction."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.actions import record_activity
from activity.appending import append
from activity.refusals import Invalid, NotAllowed, in_row
from context.actions.waiting import keep_disputes_with_their_facts, keep_waiting
from context.models import DataPoint, Fact, Side, Verdict
from context.queries.data_points import OF_A_PARTNER, OF_A_PLACE, is_about_people
from context.queries.profiles import place_name, profile_facts
from context.typed_values import typed_value
from partners.actions.checks import check_line
from partners.actions.evidence import add_evidence
from partners.actions.partners import CHECKS as COLUMNS
from partners.actions.profiles import amend_profile_facts, refresh_profiles, set_profile_facts
from partners.copying import as_json, copy_rows, public_ids
from partners.models import Contact, Evidence, Method, Partner, Programme

_BATCH = 1_000
_COPIED = (
    "public_id",
    "partner_id",
    "contact_id",
    "programme_id",
    "data_point_id",
    "value",
    "observed_at",
)
_CLOCKS_DIFFER_BY = timedelta(minutes=5)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_BY_HAND = (Method.MANUAL, Method.API)


class Observation(NamedTuple):
    """A fact on its way into the ledger; its value has been through `typed_value`. `programme` is a key, or empty."""

    partner_id: int
    contact_id: int | None
    data_point: str
    programme: str
    value: Any
    observed_at: datetime


@transaction.atomic
def record_fact(
    partner: Partner,
    data_point: DataPoint | str,
    value: Any,
    *,
    source: str,
    method: str,
    by=None,
    observed_at: datetime | None = None,
    evidence: str = "",
    evidence_file: Evidence | UploadedFile | None = None,
    contact: Contact | None = None,
    programme: Programme | None = None,
) -> Fact:
    """Append one observation. `value` is checked against the type of the data point, which may be named by its key; an unknown one
    is `Invalid`. A file that is handed in with it is kept with the partner's evidence."""
    fact = _checked_fact(
        partner, data_point, value, source=source, method=method, by=by, observed_at=observed_at, evidence=evidence,
        contact=contact, programme=programme,
    )  # fmt: skip
    # The file comes last: it is the one thing that a rollback would leave behind.
    fact.evidence_file = add_evidence(partner, evidence_file, by=by) if isinstance(evidence_file, UploadedFile) else evidence_file
    if not append(fact, then="context_follow_fact(id)"):
        amend_profile(fact)
    data_point = fact.data_point
    # What only one side may see is not told where both read.
    sentence = _("%(label)s “%(value)s”, says %(source)s") if data_point.is_for_both else _("%(label)s: new from %(source)s")
    record_activity(
        "fact.recorded",
        sentence % {"label": data_point.label, "value": str(fact.value)[:120], "source": source},
        by=by,
        partner_id=partner.pk,
        subject=fact,
    )
    return fact


@transaction.atomic
def record_fact_rows(rows: Iterable[dict], *, method: str, by) -> list[Fact]:
    """Append many observations, each with the arguments of `record_fact`: all of them, or none where one is refused."""
    facts = []
    for number, row in enumerate(rows, 1):
        with in_row("facts", number):
            facts.append(_checked_fact(**row, method=method, by=by))
    record_facts(facts)
    for partner, count in Counter(fact.partner for fact in facts).items():
        sentence = ngettext("%(count)d fact came in", "%(count)d facts came in", count) % {"count": count}
        record_activity("fact.recorded_many", sentence, by=by, partner_id=partner.pk, subject=partner)
    return facts


@transaction.atomic
def record_facts(rows: Iterable[Fact]) -> int:
    """Append many unsaved facts, whose values have been through `typed_value`, and tell the profiles once."""
    facts = Fact.objects.bulk_create(rows, batch_size=_BATCH)
    rebuild_profile_facts({fact.partner_id for fact in facts}, {_place_of(fact): fact.data_point_id for fact in facts})
    return len(facts)


@transaction.atomic
def record_observations(
    observations: list[Observation], *, source: str, method: str, by=None, new_partners: Iterable[int] = ()
) -> None:
    """Append what one source says of many partners. `new_partners` have no profile row yet, and get it here."""
    data_points = dict(DataPoint.objects.values_list("key", "pk"))
    programmes = dict(Programme.objects.values_list("key", "pk")) | {"": None}
    said = {"source": source, "method": str(method), "asserted_by_id": by.pk if by else None}
    rows = (
        (public_id, partner, contact, programmes[programme], data_points[key], as_json(value), observed_at)
        for public_id, (partner, contact, key, programme, value, observed_at) in zip(public_ids(), observations, strict=False)
    )
    copy_rows(Fact, _COPIED, rows, **said, recorded_at=timezone.now(), evidence="")
    said_of = {(row.data_point, row.programme) for row in observations}
    places = {place_name(key, programme): data_points[key] for key, programme in said_of}
    rebuild_profile_facts({row.partner_id for row in observations}.union(new_partners), places)


@transaction.atomic(savepoint=False)
def rebuild_profile_facts(partner_ids: Iterable[int], places: dict[str, int] | None = None) -> None:
    """Write the profiles' facts and what waits anew from the ledger, of the places `{name: data point's id}` alone where some are
    given: the same ledger gives the same profile."""
    partner_ids = sorted(partner_ids)
    points = [*DataPoint.objects.values_list("pk", flat=True)] if places is None else [*set(places.values())]
    for start in range(0, len(partner_ids), _BATCH):
        batch = partner_ids[start : start + _BATCH]
        if places is None:
            set_profile_facts(batch, *profile_facts(batch))
            keep_disputes_with_their_facts(batch)
        else:
            amend_profile_facts(batch, places, *profile_facts(batch, places))
        keep_waiting(batch, points)


@transaction.atomic(savepoint=False)
def amend_profile(fact: Fact) -> None:
    """What stands and what waits in the place of this fact, after it or a verdict on it came in. Of a partner without a profile
    row, it is made first."""
    if not _follow(fact):
        refresh_profiles([fact.partner_id])
        _follow(fact)


def _follow(fact: Fact) -> bool:
    """Whether there is a profile row that could follow (context/migrations/0006_follow_fact.py)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT context_follow_fact(%s)", [fact.pk])
        return cursor.fetchone()[0]


def _place_of(fact: Fact) -> str:
    return place_name(fact.data_point.key, fact.programme.key if fact.programme else "")


def let_newer_claims_take_over() -> int:
    """Time alone can change what is current: a verified value goes stale and a newer claim waits. Returns how many partners."""
    stale = Fact.objects.filter(
        verdicts__kind=Verdict.Kind.VERIFIED,
        data_point__stale_after_days__isnull=False,
        observed_at__lt=timezone.now() - F("data_point__stale_after_days") * timedelta(days=1),
    )
    partner_ids = list(stale.values_list("partner_id", flat=True).distinct())
    rebuild_profile_facts(partner_ids)
    return len(partner_ids)


def _checked_fact(
    partner: Partner, data_point: DataPoint | str, value: Any, *, source: str, method: str, by, observed_at: datetime | None = None,
    evidence: str = "", contact: Contact | None = None, programme: Programme | None = None,
) -> Fact:  # fmt: skip
    if isinstance(data_point, str):
        data_point = _data_point(data_point)
    _check_may_edit(data_point, method, by)
    _check_whose(data_point, contact, method)
    _check_provenance(partner, source, method, observed_at, contact)
    return Fact(
        partner=partner,
        data_point=data_point,
        value=_typed(data_point, value),
        source=source,
        method=method,
        asserted_by=by,
        observed_at=observed_at or timezone.now(),
        evidence=check_line(evidence, "evidence", longest=500),
        contact=contact,
        programme=programme,
    )


def _data_point(key: str) -> DataPoint:
    data_point = DataPoint.objects.filter(key=key).first()
    if data_point is None:
        known = ", ".join(DataPoint.objects.values_list("key", flat=True))
        raise Invalid(
            _("There is no data point “%(key)s”. Known are: %(known)s.") % {"key": key, "known": known}, field="data_point"
        )
    return data_point


def _check_may_edit(data_point: DataPoint, method: str, by) -> None:
    """Nobody writes what only the other side may; what a partner said in an interview, a manager may write down."""
    if data_point.retired_at and method in _BY_HAND:
        raise NotAllowed(_("“%(label)s” is retired: nothing new is recorded by hand.") % {"label": data_point}, field="data_point")
    theirs = Side.MANAGERS if by is not None and by.is_staff else Side.PARTNER
    is_checked = by is not None and (not by.is_staff or method in _BY_HAND)
    if is_checked and data_point.edited_by not in (Side.BOTH, theirs):
        words = {"label": data_point, "who": data_point.get_edited_by_display()}
        raise NotAllowed(_("“%(label)s” is edited by %(who)s alone.") % words, field="data_point")


def _check_whose(data_point: DataPoint, contact: Contact | None, method: str) -> None:
    """What is about a person, or a place in a programme, is no fact of the partner: it follows from their own columns."""
    if is_about_people(data_point) and contact is None:
        raise Invalid(_("“%(label)s” is about a person: change it on the contact.") % {"label": data_point}, field="data_point")
    if data_point.is_builtin and data_point.key in OF_A_PLACE and method in _BY_HAND:
        words = {"label": data_point}
        raise Invalid(
            _("“%(label)s” belongs to the partner's place in a programme: change it on the enrolment.") % words, field="data_point"
        )


def _typed(data_point: DataPoint, value: Any) -> Any:
    """Of what stands for a column of the partner it is a value that the column may have."""
    typed = typed_value(data_point, value)
    is_column = data_point.is_builtin and data_point.key in OF_A_PARTNER
    return COLUMNS[data_point.key](typed) if is_column else typed


def _check_provenance(partner: Partner, source: str, method: str, observed_at: datetime | None, contact: Contact | None) -> None:
    if not source.strip() or len(source) > 200:
        raise Invalid(_("Say in at most 200 characters where this comes from."), field="source")
    if method not in Method.values:
        raise Invalid(_("There is no method “%(method)s”.") % {"method": method}, field="method")
    if observed_at and observed_at > timezone.now() + _CLOCKS_DIFFER_BY:
        raise Invalid(_("An observation cannot lie in the future."), field="observed_at")
    if observed_at and observed_at < _EARLIEST:
        raise Invalid(_("An observation cannot be older than 1900."), field="observed_at")
    if contact and contact.partner_id != partner.pk:
        raise Invalid(_("%(contact)s is not at %(partner)s.") % {"contact": contact, "partner": partner}, field="contact")
