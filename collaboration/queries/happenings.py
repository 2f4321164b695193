"""What rules may ask of people: which meetings they were invited to, attended, missed."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.api.inputs import as_uuid
from collaboration.models import STANDING, Invitee, InviteeAnswer, Meeting, Standing
from context.past import OF_THEIR_PEOPLE, PastTable, register_past
from context.rules.happenings import Happened, register_happened, register_happening
from context.rules.vocabulary import keyed, register_words
from partners.models import Partner

NOWHERE = UUID(int=0)  # an empty list would be no query at all
ATTENDED, MISSED, INVITED = "meeting.attended", "meeting.missed", "meeting.invited"
_TOLD_BY = {Standing.ATTENDED: ATTENDED, Standing.MISSED: MISSED}


def register() -> None:
    register_words("meeting", lambda: _t("meeting"), _words)
    register_happening(INVITED, _("meeting they were invited to"), "meeting", _invited)
    register_happening(ATTENDED, _("meeting they attended"), "meeting", _attended)
    register_happening(MISSED, _("meeting they missed"), "meeting", _missed)
    register_happened(_happened)
    ended = "SELECT id FROM {schema}.collaboration_meeting WHERE starts_at <= %(then)s"
    register_past(PastTable("collaboration_invitee", f"{OF_THEIR_PEOPLE} AND meeting_id IN ({ended})"))


def _words() -> QuerySet:
    """With the day, since the meetings of a series are called alike."""
    day = Func(F("starts_at"), Value("YYYY-MM-DD"), function="to_char", output_field=CharField())
    name = Concat(F("title"), Value(" · "), day, output_field=CharField())
    return keyed("meeting", Meeting.objects.exclude(invited_at=None), key=Cast("public_id", CharField()), name=name)


def _invited(words: tuple[str, ...] | None) -> QuerySet:
    rows = Invitee.objects.exclude(meeting__invited_at=None)
    if words is None:
        return rows
    return rows.filter(meeting__public_id__in=[found for word in words if (found := as_uuid(word))] or [NOWHERE])


def _attended(words: tuple[str, ...] | None) -> QuerySet:
    return _invited(words).filter(attended=True)


def _missed(words: tuple[str, ...] | None) -> QuerySet:
    return _invited(words).filter(attended=False, is_waiting=False).exclude(answer=InviteeAnswer.NO)


def _happened(partner: Partner) -> Iterator[Happened]:
    rows = _invited(None).filter(contact__partner=partner, contact__left_on=None).annotate(standing=STANDING)
    for contact_id, standing, title in rows.order_by("-meeting__starts_at").values_list("contact_id", "standing", "meeting__title"):
        yield INVITED, contact_id, title
        if standing in _TOLD_BY:
            yield _TOLD_BY[standing], contact_id, title
