"""Writing to exactly those who were told a value that holds no more: a segment that asks for just that, and a draft for it that
somebody finishes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from communications.actions.announcements import create_announcement
from communications.models import Announcement, Channel, Kind, State, Statement, StatementRevision
from communications.queries.statements import ItemSaying, old_revisions, told_of
from communications.queries.told_values import TOLD, word_of
from communications.rendering.correction_words import correction_text, tongue_of
from communications.rendering.statement_marks import mark_of
from context.actions.segments import create_segment
from context.models import Segment

TITLES_NAMED = 5


class Correction(NamedTuple):
    draft: Announcement
    is_new: bool


@transaction.atomic
def draft_correction(statement: Statement, *, by: User, revisions: Iterable[int] | None = None) -> Correction:
    """To those who were told the values of these revisions; without them, of all that hold no more. Who gets the old text only
    later, because it is still being sent, is among them, too: they are found when the correction goes out. Where one to the same
    people has not gone out yet, it is that one; two who ask at once come one after the other."""
    Statement.objects.select_for_update().get(pk=statement.pk)
    chosen = _chosen(statement, revisions)
    items = told_of(statement, [row.value for row in chosen], by).items
    if not items:
        raise Refused(
            _("Nothing that has gone out said another value of “%(name)s”, so there is nobody to correct.") % {"name": statement},
            code="nobody_was_told",
        )
    segment = _segment(statement, chosen, by=by)
    if open_one := Announcement.objects.filter(segment=segment, frozen_at=None).exclude(state=State.CANCELLED).first():
        return Correction(open_one, is_new=False)
    first, others = _languages(items)
    title, body = _words(statement, chosen, items, first)
    draft = create_announcement(
        by=by, title=title, body=body, segment=segment, programme=statement.programme,
        kind=Kind.PRODUCT_UPDATE,
        details={"product": statement.name, "effective_on": timezone.localdate().isoformat()},
        topic=items[0].announcement.topic, channels=_channels(items), language=first,
        translations={language: _translated(statement, chosen, items, language) for language in others},
    )  # fmt: skip
    record_activity("statement.corrected", f"A correction of “{statement}” was drafted", by=by, subject=statement,
                    data={"announcement": str(draft.public_id), "revisions": [row.number for row in chosen]})  # fmt: skip
    return Correction(draft, is_new=True)


def _chosen(statement: Statement, revisions: Iterable[int] | None) -> list[StatementRevision]:
    old = old_revisions(statement)
    if revisions is None:
        return old
    wanted = set(revisions)
    chosen = [row for row in old if row.number in wanted]
    if not wanted or len(chosen) < len(wanted):
        raise Invalid(_("Choose among the values that hold no more."), field="revisions")
    return chosen


def _languages(items: Sequence[ItemSaying]) -> tuple[str, list[str]]:
    """Those in which the old value stands and for which there are words; the text itself is in that of the newest."""
    found = dict.fromkeys(tongue_of(row.language) for item in items for row in item.mentions)
    own = tongue_of(items[0].announcement.language)
    return own, [language for language in found if language != own]


def _channels(items: Sequence[ItemSaying]) -> list[str]:
    """Those on which it was said."""
    used = {channel for item in items for channel in item.announcement.channels}
    return [str(channel) for channel in Channel.values if channel in used]


def _words(statement: Statement, chosen: list[StatementRevision], items: Sequence[ItemSaying], language: str) -> tuple[str, str]:
    was = list(dict.fromkeys(row.value.said(language) for row in chosen))
    titles = [str(item.announcement) for item in items[:TITLES_NAMED]]
    return correction_text(statement.name, was, mark_of(statement.key), titles, language)


def _translated(statement: Statement, chosen: list[StatementRevision], items: Sequence[ItemSaying], language: str) -> dict:
    title, body = _words(statement, chosen, items, language)
    return {"title": title, "body": body, "call_to_action": "", "details": {"product": statement.name}}


def _segment(statement: Statement, chosen: list[StatementRevision], *, by: User) -> Segment:
    """The same one for each draft to the same people."""
    asked = {"field": TOLD, "op": "in", "value": sorted(word_of(statement, row) for row in chosen)}
    rule = {"all": [asked]}
    known = Segment.objects.filter(rule=rule, contact_rule=rule).first()
    if known:
        return known
    was = " / ".join(dict.fromkeys(row.value.said("en") for row in chosen))
    name = (_("Told that “%(name)s” is %(was)s") % {"name": statement.name[:90], "was": was[:80]})[:200]
    if Segment.objects.filter(name=name).exists():
        name = f"{name[:160]} · {str(statement.public_id)[-8:]} · {chosen[0].number}"[:200]
    return create_segment(by=by, name=name, rule=rule, contact_rule=rule)
