"""What people decide about facts and typed rows: verified, disputed, withdrawn. Verdicts are added; the latest one counts."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from context.actions.facts import amend_profile
from context.actions.waiting import keep_dispute, keep_waiting
from context.models import DataPoint, Fact, Verdict, row_kind_of
from context.queries.data_points import OF_A_PARTNER
from context.queries.facts import standing_values
from partners.actions.checks import check_line
from partners.actions.evidence import add_evidence
from partners.actions.partners import let_column_follow
from partners.actions.profiles import refresh_profiles
from partners.actions.typed_rows import judge_typed_row, withdraw_typed_row
from partners.models import Evidence, Partner, Provenance

_NOT_ASKED = object()


@transaction.atomic
def give_verdict(
    thing: Fact | Provenance,
    kind: str,
    *,
    by,
    comment: str = "",
    seen=_NOT_ASKED,
    evidence_file: Evidence | UploadedFile | None = None,
) -> Verdict:
    """Append what someone decided about a fact or a typed row. With `seen` (the verdict the reader had before them, or None)
    it is refused where somebody decided otherwise meanwhile."""
    if kind not in Verdict.Kind.values:
        known = ", ".join(Verdict.Kind.values)
        raise Invalid(_("There is no verdict “%(kind)s”. Known are: %(known)s.") % {"kind": kind, "known": known}, field="kind")
    check_line(comment, "comment", longest=500)
    found = type(thing).objects.select_for_update(of=("self",)).filter(pk=thing.pk).first()
    if isinstance(thing, Provenance) and (thing.withdrawn_at or found is None):
        raise Refused(_("“%(row)s” has gone from the record; there is nothing to decide.") % {"row": thing}, code="decided")
    about = _named(thing)
    if seen is not _NOT_ASKED:
        _check_nothing_happened(Verdict.objects.filter(**about).first(), seen)
    proof = add_evidence(thing.partner, evidence_file, by=by) if isinstance(evidence_file, UploadedFile) else evidence_file
    verdict = Verdict.objects.create(**about, kind=kind, by=by, comment=comment.strip(), evidence_file=proof)
    _apply(thing, verdict, by=by)
    _tell(thing, verdict, by=by)
    return verdict


def _named(thing: Fact | Provenance) -> dict:
    if isinstance(thing, Fact):
        return {"fact": thing}
    return {"row_kind": row_kind_of(thing), "row_id": thing.pk}


def _check_nothing_happened(latest: Verdict | None, seen: Verdict | None) -> None:
    if latest == seen:
        return
    if latest is None:
        raise Refused(_("Nobody has decided about this yet; the verdict that you name is none on it."), code="decided")
    words = {"who": latest.by or _("Somebody"), "verdict": latest.get_kind_display()}
    raise Refused(_("%(who)s decided “%(verdict)s” meanwhile. Load the page again and look once more.") % words, code="decided")


def _apply(thing: Fact | Provenance, verdict: Verdict, *, by) -> None:
    """What stands now follows from the verdict: the profile for a fact, its own columns for a row."""
    if isinstance(thing, Fact):
        amend_profile(thing)
        _let_column_follow(thing, by=by)
        keep_dispute(thing, is_disputed=verdict.kind == Verdict.Kind.DISPUTED)
    elif verdict.kind == Verdict.Kind.WITHDRAWN:
        withdraw_typed_row(thing, by=by)
    else:
        judge_typed_row(
            thing, verified=verdict.kind == Verdict.Kind.VERIFIED, disputed=verdict.kind == Verdict.Kind.DISPUTED, by=by
        )
        refresh_profiles([thing.partner_id])


def _let_column_follow(fact: Fact, *, by) -> None:
    """A column of the partner says what is verified of it; what is only claimed moves none."""
    point = fact.data_point
    if not (point.is_builtin and point.key in OF_A_PARTNER) or fact.programme_id or fact.contact_id:
        return
    [standing] = standing_values(fact.partner, [point]) or [None]
    if standing and standing.standing == Verdict.Kind.VERIFIED and standing.value is not None:
        let_column_follow(Partner.objects.get(pk=fact.partner_id), point.key, standing.value, by=by)
        keep_waiting([fact.partner_id], [point.pk])  # what others say is held against the column


def _tell(thing: Fact | Provenance, verdict: Verdict, *, by) -> None:
    point = thing.data_point if isinstance(thing, Fact) else DataPoint.objects.filter(key=row_kind_of(thing)).first()
    label, value = (point.label, thing.value) if isinstance(thing, Fact) else (thing._meta.verbose_name, thing)
    words = {"label": label, "value": str(value)[:120], "verdict": verdict.get_kind_display()}
    # Both sides may read what happened; a value that only one of them may see is not told there.
    is_for_both = point is None or point.is_for_both
    record_activity(
        f"fact.{verdict.kind}",
        (_("%(label)s “%(value)s”: %(verdict)s") if is_for_both else _("%(label)s: %(verdict)s")) % words,
        by=by,
        partner_id=thing.partner_id,
        subject=thing,
        data={"comment": verdict.comment} if verdict.comment and is_for_both else None,
    )
