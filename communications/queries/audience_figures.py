"""Whom a draft would reach by each channel, before anything is frozen: the figures of the composer's checks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from communications.models import Announcement, AttentionPolicy, Channel, Suppression, TopicPreference
from communications.queries.attention import PERSON, attention_policy, full_people, passes_limits, quiet_groups
from partners.models import Contact

NAMES = 20


@dataclass(frozen=True)
class AudienceFigures:
    """People and partners; of the mails, how many addresses are reached and why the others are not."""

    people: int
    partners: int
    mailed: int = 0
    without_address: int = 0
    same_address: int = 0
    bounced: int = 0
    unsubscribed: int = 0
    over_budget: int = 0
    quiet: int = 0
    quiet_until: datetime | None = None
    is_critical: bool = False

    @property
    def rolled_up(self) -> int:
        return 0 if self.is_critical else self.over_budget

    @property
    def now(self) -> int:
        return self.mailed - self.rolled_up


def audience_figures(audience: QuerySet[Contact], draft: Announcement) -> AudienceFigures:
    """Four queries, whatever the size. `over_budget` are people who have had enough just now; they are not taken off `mailed`, nor
    are those who are in their quiet hours when it goes, and get it later."""
    counted = audience.aggregate(people=Count("pk", distinct=True), partners=Count("partner_id", distinct=True))
    if Channel.EMAIL not in draft.channels:
        return AudienceFigures(**counted)
    policy = attention_policy()
    is_critical, judged = passes_limits(draft, policy), _judged(audience, draft, policy)
    quiet = {} if is_critical else _quiet(judged.filter(is_bounced=False, is_unwanted=False, is_full=False), draft)
    mails = judged.aggregate(
        with_address=Count("pk"),
        addresses=Count("address", distinct=True),
        bounced=Count("address", distinct=True, filter=Q(is_bounced=True)),
        unsubscribed=Count("address", distinct=True, filter=Q(is_bounced=False, is_unwanted=True)),
        over_budget=Count("person", distinct=True, filter=Q(is_bounced=False, is_unwanted=False, is_full=True)),
    )
    with_address, addresses = mails.pop("with_address"), mails.pop("addresses")
    return AudienceFigures(
        **counted,
        **mails,
        **quiet,
        is_critical=is_critical,
        mailed=addresses - mails["bounced"] - mails["unsubscribed"],
        without_address=counted["people"] - with_address,
        same_address=with_address - addresses,
    )


def _quiet(mailed: QuerySet[Contact], draft: Announcement) -> dict:
    """How many are in their quiet hours when it goes, now or at its time, and when the last of them gets it."""
    if draft.programme_id is None:
        return {}
    now = timezone.now()
    groups = quiet_groups(mailed, draft.programme, max(draft.send_at or now, now))
    return {"quiet": sum(count for count, _end in groups), "quiet_until": max((end for _count, end in groups), default=None)}


def overloaded_names(audience: QuerySet[Contact], draft: Announcement, user) -> tuple[str, ...]:
    """The first of those who have had enough, as far as this manager sees them, and how many more there are."""
    full = _judged(audience.visible_to(user), draft, attention_policy()).filter(is_bounced=False, is_unwanted=False, is_full=True)
    rows = full.order_by("name", "pk").values_list("name", "partner__name", Window(Count("pk")))[:NAMES]
    found = [(f"{name}, {partner}", count) for name, partner, count in rows]
    more = found[0][1] - len(found) if found else 0
    names = tuple(name for name, _count in found)
    return (*names, _("and %(n)s more") % {"n": number_format(more, force_grouping=True)}) if more else names


def _judged(audience: QuerySet[Contact], draft: Announcement, policy: AttentionPolicy) -> QuerySet[Contact]:
    here = {"address": OuterRef("address")}
    full = full_people(policy).filter(person=OuterRef("person"))
    unwanted = TopicPreference.objects.filter(**here, topic=draft.topic, channel=Channel.EMAIL, is_wanted=False)
    return (
        audience.exclude(email="")
        .annotate(address=Lower("email"), person=PERSON)
        .annotate(is_bounced=Exists(Suppression.objects.filter(**here)), is_unwanted=Exists(unwanted), is_full=Exists(full))
    )
