"""What a protocol would do if it were started now: whom it concerns, who of them can be reached, and in which language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf

from communications.languages import own_name
from communications.models import Around, Channel, Crisis, CrisisProtocol, CrisisProtocolVersion, Suppression, TopicPreference
from communications.models.translations import best_language
from communications.queries.approvals import needs_another_person, policy_for
from communications.queries.attention import attention_policy
from context.rules import compile_rules
from partners.models import Contact, Partner, Site
from partners.models.partners import stood_for_by

KIND = TOPIC = "crisis"


def sites_around(sites: Iterable[Site], around: str) -> QuerySet[Site]:
    """The chosen sites, or all in their cities or countries; as far as it is known where a site is."""
    condition = Q(pk__in=[site.pk for site in sites])
    for site in sites:
        if around == Around.COUNTRY and site.country:
            condition |= Q(country=site.country)
        elif around == Around.CITY and site.city:
            condition |= Q(city__iexact=site.city, country=site.country)
    return Site.objects.filter(condition, withdrawn_at=None)


def people_concerned(version: CrisisProtocolVersion, sites: Iterable[Site] = (), around: str = Around.SITE) -> QuerySet[Contact]:
    """Whom the rules, as they were approved, reach now; at organisations with such a site, where it happens at one."""
    people = compile_rules(version.rule, version.contact_rule).contacts()
    if not version.is_at_site:
        return people
    return people.filter(partner__in=sites_around(list(sites), around).values("partner_id"))


def running_alike(protocol: CrisisProtocol, *, is_drill: bool, sites: Iterable[Site] = ()) -> QuerySet[Crisis]:
    """What runs by the same protocol, as a drill or not, and at one of these sites where some are given; the newest first."""
    rows = Crisis.objects.running().filter(protocol=protocol, is_drill=is_drill).select_related("started_by")
    at = [site.pk for site in sites]
    return rows.filter(sites__in=at).distinct() if at else rows


def with_ways(people: QuerySet[Contact], channels: Iterable[str], *, is_drill: bool) -> QuerySet[Contact]:
    """Each with how they can be reached at this moment. Who does not want mails about crises gets none of a drill; and who has
    never signed in does not look into the portal now."""
    address = Lower(OuterRef("email"))
    suppressed = Suppression.objects.filter(address=address)
    unwanted = TopicPreference.objects.filter(address=address, topic__key=TOPIC, channel=Channel.EMAIL, is_wanted=False)
    has_mail = Q(Value(Channel.EMAIL in channels)) & ~Q(email="") & ~Exists(suppressed)
    if is_drill:
        has_mail &= ~Exists(unwanted)
    has_login = Q(Value(Channel.PORTAL in channels)) & Q(user__is_active=True, user__last_seen_at__isnull=False)
    return people.annotate(by_mail=_yes_no(has_mail), by_portal=_yes_no(has_login))


def _yes_no(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


@dataclass(frozen=True)
class Coverage:
    """People who read a language, and what they would read: `reads` is another one where there is no text in theirs."""

    language: str
    people: int
    reads: str

    @property
    def name(self) -> str:
        return own_name(self.language)

    @property
    def is_missing(self) -> bool:
        return best_language(self.language, self.reads, ()) is None


@dataclass(frozen=True)
class Reach:
    people: int
    organisations: int
    unreachable: int
    by_one: int
    languages: tuple[Coverage, ...]

    @property
    def falls_back(self) -> tuple[Coverage, ...]:
        return tuple(one for one in self.languages if one.is_missing)


def reach_of(
    people: QuerySet[Contact], channels: Iterable[str], own: str, written: Iterable[str], *, is_drill: bool = False
) -> Reach:
    """Two queries."""
    found = with_ways(people, channels, is_drill=is_drill)
    figures = found.order_by().aggregate(
        people=Count("pk"), organisations=Count("partner_id", distinct=True),
        unreachable=Count("pk", filter=Q(by_mail=0, by_portal=0)), by_one=Count("pk", filter=~Q(by_mail=F("by_portal"))),
    )  # fmt: skip
    language = Coalesce(NullIf("language", Value("")), NullIf("partner__language", Value("")), Value(own))
    spoken = people.order_by().annotate(reads=language).values_list("reads").annotate(n=Count("pk")).order_by("-n", "reads")
    others = set(written) - {own}
    languages = tuple(Coverage(code, n, best_language(code, own, others) or own) for code, n in spoken)
    return Reach(languages=languages, **figures)


def approvals_wanted(people: int) -> int:
    return policy_for(KIND, people).approvers


def another_must_approve_protocol(people: int) -> bool:
    """What passes people's budgets and quiet hours always needs four eyes; else as the approval policy says for a crisis."""
    return KIND in attention_policy().critical_kinds or needs_another_person(KIND, people)


def may_approve_by_group(user, people: int) -> bool:
    """Where the policy names a group for a crisis: whether the person is in it, or stands in for somebody who is."""
    group = policy_for(KIND, people).group
    return group is None or group.user_set.filter(pk__in=stood_for_by(user), is_active=True).exists()


def protocol_rows(user) -> QuerySet[CrisisProtocol]:
    rows = CrisisProtocol.objects.visible_to(user).select_related("programme", "segment", "approved_version", "waiting_version")
    return rows.order_by("retired_at", "name", "pk")


def partners_with_sites(user) -> QuerySet[Site]:
    """What may be chosen as the place of an incident."""
    rows = Site.objects.filter(withdrawn_at=None, partner__in=Partner.objects.visible_to(user))
    return rows.select_related("partner").order_by("partner__name", "name")
