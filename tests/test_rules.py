"""The rule language: what is compiled finds exactly whom a plain reading of the rule finds, and nothing gets past the check."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activity.refusals import Invalid
from context.models import DataPoint, Metric
from context.queries.segments import preview_segment
from context.rules import FIELDS, check_rule, compile_rules, explain, in_words
from context.rules.checking import MAX_DEPTH, MAX_NODES
from context.rules.fields import OPERATORS, Type, fact_fields, field_named
from context.rules.moment import seen_from
from partners.models import Partner
from tests import factories, rule_world
from tests.rule_reading import partners_in, people_in
from tests.rule_world import POOLS, WORLD, write_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day_that_the_world_was_made():
    """A run that goes on after midnight asks of that day still, as the plain reading does."""
    with seen_from(rule_world.NOON):
        yield


def leaf(field, op="eq", value=None) -> dict:
    return {"field": field, "op": op, "value": value}


def _fields() -> dict:
    points = [DataPoint(key=key, label=key, type=kind) for key, kind in rule_world.FACT_TYPES.items()]
    facts = fact_fields(points)
    return {name: field_named(name, facts) for name in POOLS}


# Rows of which a partner has several are where a compiler goes wrong.
OFTEN = (
    "enrolment.programme",
    "enrolment.tier",
    "enrolment.fact.staff",
    "certification.key",
    "certification.expires",
    "site.kind",
    "site.activities",
    "contact.function",
) * 4


@st.composite
def leaves(draw):
    field = draw(st.sampled_from([*_fields().values(), *[_fields()[name] for name in OFTEN]]))
    op = draw(st.sampled_from(field.operators))
    pool = st.sampled_from(POOLS[field.name])
    if op == "is_empty":
        value = draw(st.booleans())
    elif op == "within_days":
        value = draw(st.sampled_from([0, 29, 30, 31, 90, -10, -30, -3000]))
    else:
        value = draw(st.lists(pool, min_size=1, max_size=3) if op in ("in", "not_in") else pool)
    return {**leaf(field.name, op, value), **draw(_options(field))}


def _options(field):
    """What may stand beside the value: a period, which figures, and how a value has to stand."""
    only = st.sampled_from([{}, {}, *({"only": [option]} for option in field.options)])
    if len(field.options) == 2:
        only = st.one_of(only, st.just({"only": ["fresh", "verified"]}))
    if not field.is_performance:
        return only
    periods = st.sampled_from([{"within_days": 365}, {"within_days": 1000}, {"quarters": 4}, {"quarters": 12}])
    narrowed = st.sampled_from([{}, {}, {"region": "dach"}, {"activity": "sells"}, {"industry": "STEEL"}, {"product": "Aurora"},
                              {"programme": "cars"}])  # fmt: skip
    return st.tuples(only, periods, narrowed).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


def _groups(inner):
    return st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=4)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    )


rules = st.recursive(leaves(), _groups, max_leaves=10)


def test_a_missing_tier_is_not_gold_beside_another_condition_on_it(db):
    write_world()
    either = [
        {"field": "enrolment.tier", "op": "is_empty", "value": False},
        {"field": "enrolment.tier", "op": "ne", "value": "gold"},
    ]

    assert "Delta" in [partner.name for partner in compile_rules({"all": [{"any": either}]}, {"all": []}).partners()]


@pytest.mark.parametrize("examples", [12, pytest.param(300, marks=pytest.mark.slow)])
def test_the_query_finds_whom_a_plain_reading_finds(db, examples):
    write_world()

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rules, rules)
    def compare(rule, contact_rule):
        segment = compile_rules(rule, contact_rule)
        assert sorted(partner.name for partner in segment.partners()) == sorted(partners_in(rule))
        assert sorted(person.name for person in segment.contacts()) == sorted(people_in(rule, contact_rule))
        assert in_words(rule, contact_rule)
        counted = preview_segment(rule, contact_rule)
        assert (counted.partners, counted.people) == (len(partners_in(rule)), len(people_in(rule, contact_rule)))

    compare()


@pytest.mark.parametrize("examples", [5, pytest.param(300, marks=pytest.mark.slow)])
def test_an_explanation_agrees_with_the_segment(db, examples):
    write_world()
    alpenglow = Partner.objects.get(name="Alpen_glow")

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rules, rules)
    def compare(rule, contact_rule):
        explanation = explain(rule, contact_rule, alpenglow)
        assert explanation.holds == ("Alpen_glow" in partners_in(rule))
        assert explanation.because.startswith("In" if explanation.holds else "Out")
        people = [person.contact.name for person in explanation.people if person.holds]
        assert people == sorted(name for name in people_in(rule, contact_rule) if name in ("Nora", "Ben"))

    compare()


def _some_value(field, op):
    if op in ("is_empty", "within_days"):
        return {"is_empty": True, "within_days": 5}[op]
    value = {Type.NUMBER: 1, Type.DATE: "2026-01-31", Type.YES_NO: True}.get(field.type, "DE")
    value = field.choices[0][0] if field.choices else value
    return [value] if op in ("in", "not_in") else value


@pytest.mark.slow
def test_every_operator_of_every_field_is_a_question_the_database_can_answer(db):
    for point_type in DataPoint.Type.values:
        DataPoint.objects.create(key=f"of-{point_type}", label=point_type, type=point_type)
    performance = [field_named(name, {}) for name in ("performance.revenue", "performance_average.on_time")]
    empty = str(factories.make_segment("Nobody", rule=leaf("partner.name", value="nobody")).public_id)
    for field in [*FIELDS.values(), *fact_fields().values(), *performance]:
        for op in field.operators:
            value = ([empty] if op in ("in", "not_in") else empty) if field.is_segment else _some_value(field, op)
            question = leaf(field.name, op, value) | ({"quarters": 4} if field.is_performance else {})
            question |= {"only": list(field.options)} if field.options else {}
            segment = compile_rules(question, question)
            assert (segment.partners().count(), segment.contacts().count()) == (0, 0), question


# --- What belongs together -------------------------------------------------------------------------------------------


def test_gold_in_one_programme_is_not_silver_in_another(db):
    write_world()
    gold, cars, silver = (
        leaf("enrolment.tier", value="gold"),
        leaf("enrolment.programme", value="cars"),
        leaf("enrolment.tier", value="silver"),
    )

    def names(rule):
        return sorted(partner.name for partner in compile_rules(rule).partners())

    assert names({"all": [gold, cars]}) == ["Baltic"]
    assert names({"all": [gold, {"any": [cars, leaf("enrolment.status", value="prospect")]}]}) == ["Baltic"]
    assert names({"all": [{"all": [gold, {**cars, "value": "vendor"}]}, {"all": [silver, cars]}]}) == ["Alpen_glow"]
    assert names({"all": [gold, {"not": cars}]}) == []


def test_a_value_of_the_place_in_a_programme_goes_with_that_enrolment(db):
    write_world()
    twelve, cars = leaf("enrolment.fact.staff", "gte", 12), leaf("enrolment.programme", value="cars")

    def names(*conditions):
        return sorted(partner.name for partner in compile_rules({"all": [*conditions]}).partners())

    assert names(twelve, cars) == ["Alpen_glow"]
    assert names(twelve, {**cars, "value": "vendor"}) == []
    assert names(leaf("fact.staff", "gte", 12), {**cars, "value": "vendor"}) == ["Alpen_glow"]
    assert in_words({"all": [twelve, cars]}).startswith("Partners of Cars where staff in the programme is at least 12")
    explanation = explain({"all": [twelve, cars]}, None, Partner.objects.get(name="Baltic"))
    assert "here it is 0" in explanation.because


def test_what_has_ended_counts_for_nothing(db):
    write_world()
    assert not compile_rules(leaf("enrolment.status", value="ended")).partners().exists()
    assert "Gone" not in [person.name for person in compile_rules(None, None).contacts()]
    ten_days = {"all": [leaf("certification.key", value="kubernetes"), leaf("certification.expires", "within_days", 20)]}
    assert not compile_rules(ten_days).partners().exists()


def test_no_rule_means_everyone(db):
    write_world()
    for rule in (None, {}, {"all": []}):
        assert compile_rules(rule, rule).partners().count() == len(WORLD)


# --- Words -----------------------------------------------------------------------------------------------------------


def test_a_usual_rule_reads_like_a_sentence(db):
    write_world()
    rule = {
        "all": [
            leaf("enrolment.tier", value="gold"),
            leaf("enrolment.kind", value="reseller"),
            leaf("partner.country", "in", ["DE", "AT"]),
            leaf("certification.key", value="iso"),
            leaf("certification.expires", "within_days", 90),
        ]
    }
    partners, people = in_words(rule, leaf("contact.function", "in", ["technical", "sales"])).split(" · ")
    assert partners == "Gold resellers in Germany or Austria whose ISO certificate expires within 90 days"
    assert people == "technical or sales contacts"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (None, "All partners"),
        ({"not": leaf("partner.country", value="DE")}, "Partners where country is not Germany"),
        ({"not": leaf("partner.country", "in", ["DE", "AT"])}, "Partners where country is not Germany or Austria"),
        ({"not": leaf("partner.name", "contains", "x")}, "Partners where name does not contain “x”"),
        ({"not": leaf("partner.region", value="dach")}, "Partners where region does not include dach"),
        ({"not": leaf("partner.language", "is_empty", True)}, "Partners where language is known"),
        (
            {"not": leaf("certification.expires", "within_days", 9)},
            "Partners where there is no certificate where certificate's expiry is within 9 days",
        ),
        ({"not": leaf("enrolment.tier", value="gold")}, "Partners where there is no enrolment where tier is gold"),
        ({"not": {**leaf("performance.revenue", "gte", 5), "within_days": 365}},
         "Partners where revenue over the last 365 days is not at least 5"),
        ({"not": {"not": leaf("partner.country", value="DE")}}, "Partners where country is Germany"),
        (
            {"not": {"any": [leaf("partner.country", value="DE"), leaf("partner.name", "contains", "x")]}},
            "Partners where country is not Germany and name does not contain “x”",
        ),
        (
            {"not": {"all": [leaf("partner.country", value="DE"), leaf("partner.name", "contains", "x")]}},
            "Partners where not all of: country is Germany; name contains “x”",
        ),
        (
            {"any": [leaf("partner.country", value="DE"), {"not": {"any": [leaf("partner.name", value="x")] * 2}}]},
            "Partners where country is Germany or (name is not “x” and name is not “x”)",
        ),
        (leaf("certification.expires", "within_days", -1), "Partners with a certificate that expired within the last 1 day"),
        (leaf("certification.key", "is_empty", True), "Partners where there is no certificate"),
        ({**leaf("performance.license_revenue", "gte", 100_000), "quarters": 4},
         "Partners where licence revenue over the last 4 quarters is at least 100,000"),
        (
            {"any": [leaf("partner.name", "contains", "x"), leaf("partner.region", "is_empty")]},
            "Partners where name contains “x” or no region is known",
        ),
    ],
)  # fmt: skip
def test_an_odd_rule_is_still_said_exactly(db, rule, words):
    assert in_words(rule) == f"{words} · everyone there"


def test_figures_are_called_what_managers_call_them(db):
    Metric.objects.create(key="seats", label="Licences sold")
    asked = {**leaf("performance_average.seats", "gte", 5), "quarters": 2}
    assert in_words(asked) == "Partners where average licences sold over the last 2 quarters is at least 5 · everyone there"


# --- Why -------------------------------------------------------------------------------------------------------------


def test_out_names_the_condition_that_fails_and_what_is_there_instead(cast):
    explanation = explain({"all": [leaf("partner.country", value="EE"), leaf("enrolment.tier", value="gold")]}, None, cast.baltic)
    assert not explanation.holds
    assert explanation.because == "Out: “tier is Gold” does not hold, here it is Silver."
    assert [(node.words, node.holds, node.actual) for node in explanation.tree.children] == [
        ("country is Estonia", True, "Estonia"),
        ("tier is Gold", False, "Silver"),
    ]


def test_people_are_explained_one_by_one(cast):
    explanation = explain(None, leaf("contact.function", value="technical"), cast.alpenglow)
    assert [(person.contact, person.holds) for person in explanation.people] == [(cast.ben, True), (cast.nora, False)]
    assert "Sales, Executive" in explanation.people[1].because


def test_nobody_is_in_where_the_partner_is_out(cast):
    explanation = explain(leaf("partner.country", value="FR"), None, cast.baltic)
    assert [(person.holds, person.because) for person in explanation.people] == [(False, "Fits, but the partner is out.")]


def test_a_large_rule_is_explained_in_few_queries(cast, django_assert_max_num_queries):
    """One for each kind of thing that can be asked; only what somebody was told costs one for each condition."""
    asked = [name for name in FIELDS if "is_empty" in FIELDS[name].operators and name != "statement.told"]
    many = [leaf(name, "is_empty", True) for name in asked] * 3
    with django_assert_max_num_queries(18):
        assert explain({"any": many}, {"any": many}, cast.alpenglow).because


# --- Refusals and attacks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ([], "Each part of a rule is an object"),
        ("all", "Each part of a rule is an object"),
        ({"all": {}}, "takes a list"),
        ({"any": []}, "at least one condition"),
        ({"not": []}, "one condition or one group"),
        ({"all": [], "any": []}, "nothing beside"),
        ({"all": [], "_connector": "OR"}, "nothing beside"),
        ({"_negated": True, "field": "partner.name", "op": "eq", "value": "x"}, "“_negated” is not known"),
        ({"field": 5}, "needs a “field”"),
        (leaf("partner.contry", value="DE"), "Did you mean “partner.country”?"),
        (leaf("partner.created_at", value="x"), "Known fields: partner.name"),
        (leaf("contact.user__password", "starts_with", "p"), "There is no field"),
        (leaf("enrolment.manager__password", "starts_with", "p"), "There is no field"),
        (leaf('partner.name"; DROP TABLE', value="x"), "There is no field"),
        (leaf("performance.rev'; --", "gte", 1), "There is no field"),
        (leaf("fact.nothing-like-it", value=1), "There is no field"),
        (leaf("partner.name", "regex", "(a+)+$"), "It knows: eq, ne"),
        (leaf("partner.name", "contain", "x"), "Did you mean “contains”?"),
        (leaf("partner.name", ["eq"], "x"), "cannot be asked"),
        (leaf("partner.country", "in", "DE"), "a list"),
        (leaf("partner.country", "in", []), "at least one value"),
        (leaf("partner.country", "eq", "Germany"), "two letters"),
        (leaf("partner.name", "eq", {"raw": "1=1"}), "a text"),
        (leaf("partner.name", "eq", ""), "is_empty"),
        (leaf("partner.name", "eq", "a\x00b"), "control characters"),
        (leaf("partner.name", "eq", "\ud800"), "control characters"),
        (leaf("partner.name", "eq", "x" * 201), "at most 200"),
        (leaf("partner.name", "in", ["x"] * 1001), "more than 1000"),
        (leaf("enrolment.status", "eq", "sleeping"), "Known values: prospect"),
        (leaf("certification.expires", "within_days", "90"), "whole number"),
        (leaf("certification.expires", "within_days", True), "whole number"),
        (leaf("certification.expires", "within_days", 10**9), "whole number"),
        (leaf("certification.expires", "lt", "31.03.2026"), "a date such as"),
        (leaf("certification.expires", "lt", "9999-12-31"), "between 1900 and 2200"),
        ({**leaf("performance.revenue", "gte", "100"), "quarters": 4}, "a number"),
        ({**leaf("performance.revenue", "gte", float("nan")), "quarters": 4}, "14 digits"),
        ({**leaf("performance.revenue", "gte", 10**400), "quarters": 4}, "14 digits"),
        (leaf("partner.region", "is_empty", "yes"), "true or false"),
        ({**leaf("partner.name", value="x"), "within_days": 3}, "Only performance"),
        ({**leaf("performance.revenue", "gte", 1), "within_days": 0}, "above 0"),
    ],
)  # fmt: skip
def test_a_bad_rule_is_refused_with_a_sentence(db, rule, says):
    with pytest.raises(Invalid, match=r"\.$") as refusal:
        check_rule(rule)
    assert says in str(refusal.value)
    assert refusal.value.field == "rule"


def test_a_refusal_names_the_part_of_the_segment(db):
    with pytest.raises(Invalid) as refusal:
        compile_rules(None, {"any": []})
    assert refusal.value.field == "contact_rule"


def test_enormous_rules_are_refused_before_they_cost_anything(db, django_assert_num_queries):
    wide = {"all": [leaf("partner.country", value="DE")] * 10_000}
    deep = leaf("partner.country", value="DE")
    for _level in range(50_000):
        deep = {"not": deep}
    with django_assert_num_queries(0):
        with pytest.raises(Invalid, match="more than 200 parts"):
            check_rule(wide)
        with pytest.raises(Invalid, match="nested more than 12"):
            check_rule(deep)


def test_the_largest_rule_that_is_allowed_still_works(cast):
    wide = {"all": [leaf("enrolment.tier", "ne", f"t{nth}") for nth in range(MAX_NODES - 1)]}
    deep = leaf("partner.country", value="DE")
    for _level in range(MAX_DEPTH - 1):
        deep = {"not": deep}
    assert compile_rules(wide).partners().count() == 2
    assert [partner.name for partner in compile_rules(deep).partners()] == ["Baltic Cloud OÜ"]
    assert in_words(wide, deep)


def test_what_users_write_is_only_ever_a_parameter(cast):
    spite = "x') OR 1=1; DROP TABLE partners_partner; -- %s %(a)s {0}"
    names = ("partner.name", "partner.external_id", "contact.function", "partner.distributed_by", "enrolment.manager")
    questions = [leaf(name, value=spite) for name in names] + [leaf("contact.email", "contains", spite)]
    for question in questions:
        query, parameters = compile_rules(question).partners().query.sql_with_params()
        assert "DROP TABLE" not in query
        assert "DROP TABLE" in str(parameters)
        assert compile_rules(question).partners().count() == 0
        assert in_words(question)


def test_a_segment_is_one_query(cast):
    rule = {"all": [leaf("enrolment.tier", value="gold"), {"not": leaf("partner.region", value="dach")}]}
    segment = compile_rules(rule, leaf("contact.function", value="sales"))
    with CaptureQueriesContext(connection) as queries:
        assert segment.contacts().get() == cast.nora
    assert len(queries) == 1


def test_a_rule_survives_its_way_through_json(db):
    rule = {"all": [leaf("partner.country", "in", ["DE"]), {"not": leaf("partner.name", "contains", "x")}]}
    assert in_words(json.loads(json.dumps(rule))) == in_words(rule)


def test_every_type_knows_which_questions_it_answers():
    assert set(OPERATORS) == set(Type)
