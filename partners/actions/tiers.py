"""The tiers of a programme. What a policy gives keeps its place among the others, and its key."""

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from activity.actions import record_activity
from activity.refusals import Invalid, Refused
from activity.uses import InUse, in_a_sentence
from partners.actions.changes import Checks, check_fields, write_changes
from partners.actions.checks import check_key, check_line
from partners.actions.vocabulary import refuse_where_used
from partners.models import Programme, Tier
from partners.word_uses import uses_of_word


@transaction.atomic
def create_tier(programme: Programme, *, by, key: str, name: str, rank: int = 0) -> Tier:
    tier = Tier(programme=programme, key=check_key(key), **check_fields(_CHANGEABLE, {"name": name, "rank": rank}))
    try:
        with transaction.atomic():
            tier.save()
    except IntegrityError:
        words = {"programme": programme, "key": key}
        raise Invalid(_("%(programme)s has a tier “%(key)s” already.") % words, code="duplicate", field="key") from None
    _tell(_("%(programme)s got the tier %(tier)s"), tier, by=by)
    return tier


@transaction.atomic
def edit_tier(tier: Tier, *, by, **fields) -> Tier:
    values = check_fields(_CHANGEABLE, fields)
    before = _order(tier.programme)
    changed = write_changes(tier, values)
    if _order(tier.programme) != before and (uses := uses_of_word(tier)):
        words = {"tier": tier, "users": in_a_sentence(uses)}
        raise InUse(_("“%(tier)s” is used by %(users)s, so it keeps its place among the tiers.") % words, uses, field="rank")
    if changed:
        _tell(_("%(programme)s: the tier %(tier)s was changed"), tier, by=by, data=changed)
    return tier


@transaction.atomic
def delete_tier(tier: Tier, *, by) -> None:
    refuse_where_used(tier)
    _tell(_("%(programme)s no longer has the tier %(tier)s"), tier, by=by)
    try:
        with transaction.atomic():
            tier.delete()
    except ProtectedError:
        raise Refused(_("Partners have or had the tier “%(tier)s”, so it stays.") % {"tier": tier}, code="in_use") from None


def _order(programme: Programme) -> list[int]:
    return list(Tier.objects.filter(programme=programme).order_by("rank", "pk").values_list("pk", flat=True))


def _tell(sentence: str, tier: Tier, *, by, data: dict | None = None) -> None:
    words = {"programme": tier.programme, "tier": tier}
    record_activity("tier.changed", sentence % words, by=by, subject=tier, data=data)


def _rank(value) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000:
        return value
    raise Invalid(_("A rank is a number from 0 to 1,000."), field="rank")


_CHANGEABLE: Checks = {"name": partial(check_line, field="name", required=True, longest=120), "rank": _rank}
