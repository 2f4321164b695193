"""Whose rules speak of a data point, a metric or a word such as a region, and which of them can no longer be asked."""

from collections.abc import Iterator

from django.db import models

from activity.refusals import Invalid
from activity.uses import Use
from context.models import DataPoint, Segment, StageCriterion, TierCriterion, TierPolicy
from context.queries.criteria_uses import use_of_stage, use_of_tier
from context.queries.segment_uses import use_of
from context.rule_users import RuleUser, all_rule_users
from context.rules import Lookups, read_rule
from context.rules.fields import AVERAGE, ENROLMENT_FACT, FACT, PERFORMANCE
from context.rules.mentions import fields_named, words_named
from context.uses import uses_of
from partners.models import Tier
from partners.word_uses import key_of, vocabulary_of


def rules_of_segments() -> Iterator[RuleUser]:
    for segment in Segment.objects.order_by("name"):
        yield RuleUser(use_of(segment), segment.rule, segment.contact_rule)


def rules_of_tiers() -> Iterator[RuleUser]:
    """Policies that are published or drafted; those before them ask nobody any more."""
    for criterion in _criteria_of_tiers():
        yield RuleUser(use_of_tier(criterion), criterion.rule)


def rules_of_stages() -> Iterator[RuleUser]:
    for criterion in StageCriterion.objects.select_related("programme"):
        yield RuleUser(use_of_stage(criterion), criterion.rule)


def rules_asking(point: DataPoint) -> list[RuleUser]:
    return _naming_a_field(FACT + point.key, ENROLMENT_FACT + point.key)


def whatever_uses(point: DataPoint) -> list[Use]:
    """Also announcements on their way."""
    return list(dict.fromkeys([*uses_of(point), *(user.use for user in rules_asking(point))]))


def rules_counting(metric: str) -> list[Use]:
    return [user.use for user in _naming_a_field(PERFORMANCE + metric, AVERAGE + metric)]


def rules_naming(word: models.Model) -> Iterator[Use]:
    """A word such as a region, by its key; where two programmes have a tier of one key, either stands for it."""
    vocabulary, key = vocabulary_of(word), key_of(word)
    facts = Lookups().facts
    for user in all_rule_users():
        if (vocabulary, key) in words_named(user.rule, user.contact_rule, facts=facts):
            yield user.use


def tiers_by_rule(word: models.Model) -> Iterator[Use]:
    """A tier that a policy gives."""
    if isinstance(word, Tier):
        for criterion in _criteria_of_tiers().filter(tier=word):
            yield use_of_tier(criterion)


def broken(users: list[RuleUser]) -> Iterator[tuple[Use, Invalid]]:
    """Those whose rules cannot be asked as things are."""
    lookups = Lookups()
    for user in users:
        try:
            read_rule(user.rule, lookups=lookups)
            read_rule(user.contact_rule, about="contact", lookups=lookups)
        except Invalid as refusal:
            yield user.use, refusal


def _naming_a_field(*names: str) -> list[RuleUser]:
    return [user for user in all_rule_users() if fields_named(user.rule, user.contact_rule) & {*names}]


def _criteria_of_tiers():
    rows = TierCriterion.objects.exclude(policy__status=TierPolicy.Status.RETIRED)
    return rows.select_related("policy__programme", "tier")
