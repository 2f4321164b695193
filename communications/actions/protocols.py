"""The life of a protocol: written, submitted, approved by somebody else, and taken out of use."""

from contextlib import AbstractContextManager
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, NotAllowed, Refused
from activity.uniqueness import unless_taken
from communications.actions.crisis_words import check_as_announcement, clean_words
from communications.models import (
    WORDED,
    Channel,
    CrisisProtocol,
    CrisisProtocolApproval,
    CrisisProtocolVersion,
    CrisisRole,
    CrisisRung,
    CrisisText,
    Incident,
    Says,
    Whom,
)
from communications.models.protocols import FEWEST_CHANNELS, LONGEST_WAIT, Measure
from communications.queries.protocols import another_must_approve_protocol, approvals_wanted, may_approve_by_group
from context.models import Segment
from context.rules import compile_rules, frozen_rules
from partners.actions.changes import check_fields, in_words, write_changes
from partners.actions.checks import check_language, check_line
from partners.models import ContactFunction, Programme

LINES_OF_TEXT = ("title", "call_to_action", "what_happened", "next_update", "body")


@transaction.atomic
def create_protocol(*, by: User, programme: Programme, name: str, incident: str, segment: Segment, **fields) -> CrisisProtocol:
    values = check_fields(_CHECKS, {"name": name, "incident": incident, "segment": segment, **fields})
    protocol = CrisisProtocol(programme=programme, writers=[by.pk], **values)
    with _name_is_free(protocol):
        protocol.save()
    record_activity("crisis_protocol.created", f"Crisis protocol “{protocol}” was begun", by=by, subject=protocol)
    return protocol


@transaction.atomic
def change_protocol(protocol: CrisisProtocol, *, by: User, **fields) -> CrisisProtocol:
    """What was approved before stays what a crisis is started with, until the change is approved, too."""
    values = check_fields(_CHECKS, fields)
    current = _locked(protocol)
    with _name_is_free(current):
        changed = write_changes(current, values)
    if changed:
        touch_protocol(current, by=by)
        sentence = f"Crisis protocol “{current}”: {in_words(current, changed)} changed"
        record_activity("crisis_protocol.changed", sentence, by=by, subject=current)
    protocol.refresh_from_db()
    return protocol


def touch_protocol(protocol: CrisisProtocol, *, by: User) -> None:
    """Its roles, its ladder or its texts were changed by this person."""
    current = _locked(protocol)
    writers = sorted({*current.writers, by.pk})
    CrisisProtocol.objects.filter(pk=current.pk).update(updated_at=timezone.now(), writers=writers)


@transaction.atomic
def replace_parts(
    protocol: CrisisProtocol, *, by: User, roles: list[dict] | None = None, rungs: list[dict] | None = None,
    texts: dict[str, dict[str, dict]] | None = None,
) -> None:  # fmt: skip
    """Its roles, its ladder and its texts, as a whole each; what is left out stays as it is."""
    current = _locked(protocol)
    for rows, manager, model in ((roles, current.roles, CrisisRole), (rungs, current.rungs, CrisisRung)):
        if rows is not None:
            manager.all().delete()
            model.objects.bulk_create(model(protocol=current, **row) for row in rows)
    if texts is not None:
        current.texts.all().delete()
        CrisisText.objects.bulk_create(
            CrisisText(protocol=current, says=says, language=language, **text)
            for says, words in texts.items()
            for language, text in words.items()
        )
    touch_protocol(current, by=by)
    protocol.refresh_from_db()


@transaction.atomic
def submit_protocol(protocol: CrisisProtocol, *, by: User) -> CrisisProtocolVersion:
    """Freeze it as a version, and ask for approval of that."""
    current = _locked(protocol)
    if current.retired_at:
        raise Refused(_("“%(name)s” is out of use. Take it into use again first.") % {"name": current})
    texts = _texts_of(current)
    _check_whole(current, texts)
    rule, contact_rule = frozen_rules(current.segment.rule, current.segment.contact_rule)
    people = compile_rules(rule, contact_rule).contacts().count()
    if not people:
        raise Invalid(
            _("The segment “%(segment)s” reaches nobody just now. Widen its rules.") % {"segment": current.segment},
            code="empty_audience", field="segment",
        )  # fmt: skip
    version = CrisisProtocolVersion.objects.create(
        protocol=current, number=current.version + 1, name=current.name, incident=current.incident, channels=current.channels,
        is_at_site=current.is_at_site, late_after=current.late_after, partner_roles=current.partner_roles, people=people,
        language=current.language, roles=[_told_role(role) for role in current.roles.all()], texts=texts,
        rungs=[told_rung(rung) for rung in current.rungs.all()], segment_name=current.segment.name, rule=rule,
        contact_rule=contact_rule, writers=current.writers, submitted_by=by, asks_another=another_must_approve_protocol(people),
    )  # fmt: skip
    CrisisProtocol.objects.filter(pk=current.pk).update(version=version.number, waiting_version=version)
    sentence = f"Crisis protocol “{current}”, version {version.number}, waits for approval"
    record_activity("crisis_protocol.submitted", sentence, by=by, subject=current, data={"version": version.number})
    protocol.refresh_from_db()
    return version


@transaction.atomic
def approve_protocol(protocol: CrisisProtocol, *, by: User, version: int) -> None:
    """Approve the version that was seen. From then on a crisis may be started with it, without asking anybody again."""
    current = _locked(protocol)
    waiting = current.waiting_version
    if waiting is None or waiting.number != version:
        raise Refused(_("This version does not wait for approval any more. Reload the page."), code="version_not_current")
    if waiting.asks_another and by.pk in (*waiting.writers, waiting.submitted_by_id):
        raise NotAllowed(
            _("You wrote or submitted this. Another person has to approve it: who starts a crisis later asks nobody."),
            code="needs_another_person",
        )
    if not may_approve_by_group(by, waiting.people):
        raise NotAllowed(_("The approval policy names a group for crises, where you are not."), code="needs_another_person")
    if waiting.approvals.filter(by=by).exists():
        raise Refused(_("You have approved this version already; it waits for another person."))
    CrisisProtocolApproval.objects.create(version=waiting, by=by)
    missing = approvals_wanted(waiting.people) - waiting.approvals.count()
    told = {"version": version}
    if missing > 0:
        sentence = f"{by} approved crisis protocol “{current}”, version {version}; {missing} more needed"
        record_activity("crisis_protocol.partly_approved", sentence, by=by, subject=current, data=told)
        return
    CrisisProtocolVersion.objects.filter(pk=waiting.pk).update(approved_at=timezone.now())
    CrisisProtocol.objects.filter(pk=current.pk).update(waiting_version=None, approved_version=waiting)
    sentence = f"Crisis protocol “{current}”, version {version}, is approved"
    record_activity("crisis_protocol.approved", sentence, by=by, subject=current, data=told)
    protocol.refresh_from_db()


@transaction.atomic
def return_protocol(protocol: CrisisProtocol, *, by: User, reason: str) -> None:
    """Not as it is; what was approved before stays."""
    current, reason = _locked(protocol), reason.strip()[:300]
    if current.waiting_version is None:
        raise Refused(_("Nothing of “%(name)s” waits for approval.") % {"name": current})
    if not reason:
        raise Invalid(_("Say why, so that its writer knows what to change."), field="reason")
    CrisisProtocolVersion.objects.filter(pk=current.waiting_version_id).update(
        returned_at=timezone.now(), returned_by=by, reason=reason
    )
    CrisisProtocol.objects.filter(pk=current.pk).update(waiting_version=None)
    sentence = f"Crisis protocol “{current}” went back to its writer: {reason}"
    record_activity("crisis_protocol.returned", sentence, by=by, subject=current)
    protocol.refresh_from_db()


@transaction.atomic
def retire_protocol(protocol: CrisisProtocol, *, by: User, is_back: bool = False) -> None:
    """No crisis is started with it any more; what was started stays on record."""
    current = _locked(protocol)
    if (current.retired_at is None) == is_back:
        return
    CrisisProtocol.objects.filter(pk=current.pk).update(retired_at=None if is_back else timezone.now())
    verb, words = ("restored", "in use again") if is_back else ("retired", "out of use")
    record_activity(f"crisis_protocol.{verb}", f"Crisis protocol “{current}” is {words}", by=by, subject=current)
    protocol.refresh_from_db()


def _locked(protocol: CrisisProtocol) -> CrisisProtocol:
    rows = CrisisProtocol.objects.select_for_update(of=("self",))
    return rows.select_related("programme", "segment", "approved_version", "waiting_version").get(pk=protocol.pk)


def _name_is_free(protocol: CrisisProtocol) -> AbstractContextManager:
    sentence = _("%(programme)s already has a protocol of this name.") % {"programme": protocol.programme}
    return unless_taken(Invalid(sentence, code="duplicate", field="name"), "crisis_protocol_once")


# --- What it must be ---------------------------------------------------------------------------------------------------


def check_channels(channels) -> list[str]:
    unknown = [channel for channel in channels if channel not in Channel.values]
    if unknown or len(set(channels)) < FEWEST_CHANNELS or len(set(channels)) != len(channels):
        known = ", ".join(Channel.values)
        sentence = _("Choose at least two channels out of %(known)s: one may be what the incident has broken.")
        raise Invalid(sentence % {"known": known}, code="too_few_channels", field="channels")
    if Channel.PORTAL not in channels:
        raise Invalid(_("Choose the portal, too: that is where an acknowledgement is given."), field="channels")
    return list(channels)


def _check_incident(value) -> str:
    if value not in Incident.values:
        raise Invalid(_("Choose a kind of incident: %(known)s.") % {"known": ", ".join(Incident.values)}, field="incident")
    return value


def _check_minutes(value, field: str = "late_after") -> int:
    if not isinstance(value, int) or not 1 <= value <= LONGEST_WAIT:
        raise Invalid(_("Give minutes from 1 to %(most)d.") % {"most": LONGEST_WAIT}, field=field)
    return value


def _check_functions(value) -> list[str]:
    known = set(ContactFunction.objects.values_list("key", flat=True))
    for key in value:
        if key not in known:
            raise Invalid(_("There is no function “%(key)s”.") % {"key": str(key)[:60]}, field="partner_roles")
    return list(dict.fromkeys(value))


_CHECKS = {
    "name": partial(check_line, field="name", required=True, longest=120),
    "incident": _check_incident,
    "segment": lambda value: value,
    "is_at_site": bool,
    "channels": check_channels,
    "late_after": _check_minutes,
    "partner_roles": _check_functions,
    "language": lambda value: check_language(value) or "en",
}


def _texts_of(protocol: CrisisProtocol) -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = {}
    for text in protocol.texts.all():
        found.setdefault(text.says, {})[text.language] = {name: getattr(text, name) for name in LINES_OF_TEXT}
    return {says: clean_words(words) for says, words in found.items()}


def _check_whole(protocol: CrisisProtocol, texts: dict) -> None:
    check_channels(protocol.channels)
    for says in WORDED:
        if protocol.language not in texts.get(says, {}) and (says in texts or says != Says.UPDATE):
            words = {"says": Says(says).label, "language": protocol.language}
            raise Invalid(
                _("Write the text of the %(says)s in “%(language)s”, the language of the protocol.") % words, field="texts"
            )
    missing = set(texts[Says.ALARM]).symmetric_difference(texts[Says.ALL_CLEAR])
    if missing:
        sentence = _("The alarm and the all-clear are not in the same languages: %(missing)s is in one of them only.")
        raise Invalid(sentence % {"missing": sorted(missing)[0]}, field="texts")
    for words in texts.values():
        check_as_announcement(protocol, words, protocol.language)
    roles = {role.name for role in protocol.roles.all()}
    if not roles:
        raise Invalid(_("Name at least one role on our side: somebody has to lead."), field="roles")
    rungs = list(protocol.rungs.all())
    if not rungs:
        raise Invalid(_("Give the ladder a rung: who is alarmed when people do not acknowledge."), field="rungs")
    for rung in rungs:
        _check_rung(rung, roles)


def _check_rung(rung: CrisisRung, roles: set[str]) -> None:
    at = {"minutes": rung.after_minutes}
    if rung.measure == Measure.PERCENT and rung.missing > 100:
        raise Invalid(_("The rung after %(minutes)d minutes asks for more than 100 percent.") % at, field="rungs")
    if rung.whom == Whom.OUR_ROLE and rung.role not in roles:
        sentence = _("The rung after %(minutes)d minutes alarms “%(role)s”, which is no role on our side. Known are: %(known)s.")
        raise Invalid(sentence % {**at, "role": rung.role, "known": ", ".join(sorted(roles))}, field="rungs")
    named = [("of_function", rung.of_function)] + ([("function", rung.function)] if rung.whom == Whom.PARTNER_ROLE else [])
    for name, key in named:
        if name == "function" and not key or key and not ContactFunction.objects.filter(key=key).exists():
            sentence = _("The rung after %(minutes)d minutes names the function “%(key)s”, which is not there.")
            raise Invalid(sentence % {**at, "key": key}, field="rungs")


def _told_role(role: CrisisRole) -> dict:
    return {"name": role.name, "duty": role.duty, "holder": role.holder_id, "stand_in": role.stand_in_id}


def told_rung(rung: CrisisRung) -> dict:
    names = ("after_minutes", "missing", "measure", "of_function", "whom", "role", "function")
    return {name: getattr(rung, name) for name in names}
