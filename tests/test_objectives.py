"""Objectives: what may be wanted, what is counted for it, and what has been neglected."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from activity.models import Activity
from activity.refusals import Invalid
from activity.uses import InUse
from communications import outcomes
from communications.actions.announcements import change_announcement
from communications.actions.objectives import change_objective, create_objective
from communications.actions.themes import change_theme
from communications.models import Announcement, Objective, Theme
from communications.outcomes import Holdout, register_holdout
from communications.queries.neglect import neglect_of
from communications.queries.objectives import effect_of, items_of, outcome_rows
from communications.queries.portfolio import EVERYONE, Portfolio
from communications.queries.version_diff import diff_of
from context.actions.metrics import change_metric, delete_metric
from context.models import Metric
from partners.models import Enrolment, Partner, PerformanceRecord
from tests import announcement_story, factories, planning_story
from tests.api import integrator
from tests.database import back_again
from tests.planning_story import certify, in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(cast):
    client = Client()
    client.force_login(cast.maria)
    return client


def groups_of(effect) -> dict:
    return {group.key: (group.partners, group.before, group.during, group.doers) for group in effect.groups}


def send_for(objective, cast, **fields) -> Announcement:
    return announcement_story.send(announcement_story.draft(cast, f"For {objective}", objective=objective, **fields), cast)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"ends_on": in_days(-20)}, "ends_on", "before it begins"),
        ({"outcome": "wishes"}, "outcome", "nothing that can be counted"),
        ({"parameter": "no-such-certificate"}, "parameter", "Choose one of the list"),
        ({"target": 0}, "target", "at least 1"),
        ({"target": True}, "target", "whole number"),
        ({"name": "two\nlines"}, "name", "line break"),
        ({"name": "Twenty engineers"}, "name", "already has an objective"),
    ],
)
def test_what_cannot_be_counted_or_never_ends_is_refused_in_a_sentence(cast, fields, field, says):
    planning_story.objective(cast)
    with pytest.raises(Invalid, match=says) as refusal:
        planning_story.objective(cast, **{"name": "Another", **fields})
    assert refusal.value.field == field
    assert Objective.objects.count() == 1


def test_nobody_owns_an_objective_who_is_no_manager(cast):
    with pytest.raises(Invalid, match="belongs to a manager"):
        planning_story.objective(cast, owner=cast.nora.user)


def test_a_change_is_checked_as_a_whole_and_told(cast):
    objective = planning_story.objective(cast)
    with pytest.raises(Invalid, match="before it begins"):
        change_objective(objective, by=cast.maria, starts_on=in_days(30))
    segment = factories.make_segment("Sellers")
    change_objective(objective, by=cast.maria, target=30, segments=[segment])
    objective.refresh_from_db()
    assert (objective.target, list(objective.segments.all()), objective.starts_on) == (30, [segment], in_days(-14))
    assert "how many, for whom changed" in Activity.objects.get(verb="objective.changed").sentence


def test_it_counts_before_and_in_its_period_at_partners_reached_and_at_others(cast):
    objective = planning_story.objective(cast)
    certify(cast, cast.alpenglow, on=in_days(-1), contact=cast.ben)
    certify(cast, cast.alpenglow, on=in_days(-2), contact=cast.nora)
    certify(cast, cast.baltic, on=in_days(-3))
    certify(cast, cast.baltic, on=in_days(-20))
    certify(cast, cast.baltic, on=in_days(-60))  # before even that
    certify(cast, cast.baltic, on=in_days(-1), key="beacon")  # another certificate
    only = factories.make_segment("Alpenglow", {"all": [{"field": "partner.country", "op": "eq", "value": "DE"}]})
    send_for(objective, cast, segment=only)

    effect = effect_of(objective)

    assert groups_of(effect) == {"reached": (1, 0, 2, 1), "others": (1, 1, 1, 1), "all": (2, 1, 3, 2)}
    assert effect.counted == 3 == sum(week.total for week in effect.weeks) == effect.weeks[-1].so_far
    assert effect.before_from <= in_days(-28)


def test_each_number_opens_the_rows_that_it_counts(cast):
    objective = planning_story.objective(cast)
    certify(cast, cast.alpenglow, on=in_days(-1), contact=cast.ben)
    certify(cast, cast.baltic, on=in_days(-20))
    send_for(objective, cast, segment=factories.make_segment("Everyone"))
    for group in effect_of(objective).groups:
        for when, count in (("before", group.before), ("during", group.during)):
            rows, more = outcome_rows(objective, EVERYONE, group=group.key, when=when)
            assert (len(rows), more) == (count, False)
    [row] = outcome_rows(objective, EVERYONE)[0]
    assert (row.partner, row.contact, row.what) == (cast.alpenglow, cast.ben, "Aurora")


def test_answers_to_what_was_sent_have_no_before(cast):
    told = announcement_story.tell(cast)
    objective = planning_story.objective(cast, outcome="acknowledgements", parameter="")
    Announcement.objects.filter(pk=told.pk).update(objective=objective)
    effect = effect_of(objective)
    assert (effect.before_from, effect.counted) == (None, 1)
    assert groups_of(effect)["reached"] == (2, 0, 1, 1)
    for outcome, count in (("reads", 1), ("links", 1)):
        assert effect_of(planning_story.objective(cast, outcome, outcome=outcome, parameter="")).counted == 0
        Announcement.objects.filter(pk=told.pk).update(objective=Objective.objects.get(name=outcome))
        assert effect_of(Objective.objects.get(name=outcome)).counted == count
    [line] = items_of(Objective.objects.get(name="links"))
    assert (line.people, line.read, line.clicked, line.acknowledged) == (3, 1, 1, 1)


def test_a_manager_of_some_partners_counts_only_these(cast):
    told = announcement_story.tell(cast)
    objective = planning_story.objective(cast)
    Announcement.objects.filter(pk=told.pk).update(objective=objective)
    certify(cast, cast.alpenglow, on=in_days(-1))
    certify(cast, cast.baltic, on=in_days(-1))
    mine = Portfolio((cast.baltic.pk,))
    assert groups_of(effect_of(objective, mine))["all"] == (1, 0, 1, 1)
    assert [row.partner for row in outcome_rows(objective, mine)[0]] == [cast.baltic]
    [line] = items_of(objective, mine)
    assert (line.people, line.acknowledged, line.clicked) == (1, 0, 0)


@pytest.mark.parametrize("examples", [5, pytest.param(50, marks=pytest.mark.slow)])
def test_reached_and_others_are_all(cast, examples):
    objective = planning_story.objective(cast)

    @settings(max_examples=examples)
    @given(st.lists(st.tuples(st.integers(0, 1), st.integers(-45, 20)), max_size=8), st.booleans())
    def add_up(certificates, is_sent):
        with back_again():
            for who, days in certificates:
                certify(cast, (cast.alpenglow, cast.baltic)[who], on=in_days(days))
            if is_sent:
                rule = {"all": [{"field": "partner.country", "op": "eq", "value": "EE"}]}
                to = factories.make_segment("Baltic", rule)
                announcement_story.send(announcement_story.draft(cast, segment=to, objective=objective), cast)
            effect = effect_of(objective)
        reached, others, both = effect.groups
        for name in ("partners", "before", "during", "doers"):
            assert getattr(reached, name) + getattr(others, name) == getattr(both, name)
        assert both.during == len([days for _who, days in certificates if -14 <= days <= 0])
        assert sum(week.total for week in effect.weeks) == len([days for _who, days in certificates if -14 <= days <= 0])

    add_up()


def test_against_who_was_held_out_only_where_they_are_enough(cast, monkeypatch):
    monkeypatch.setattr(outcomes, "_holdouts", [])
    objective = planning_story.objective(cast)
    partners = [factories.make_partner(f"P{n}", programme=cast.programme) for n in range(40)]
    for partner in partners[:18]:
        certify(cast, partner, on=in_days(-1))
    of = {"written_to": partners[:20], "held_out": partners[20:]}
    rows = {name: Partner.objects.filter(pk__in=[each.pk for each in some]) for name, some in of.items()}
    register_holdout(lambda asked: [Holdout("Drawn by lot", **rows)] if asked == objective else [])
    [enough] = effect_of(objective).comparisons
    assert (enough.written_to.count, enough.held_out.count) == (18, 0)
    assert enough.chance < 0.001

    few = {name: found.filter(pk__in=list(found.values_list("pk", flat=True)[:3])) for name, found in rows.items()}
    monkeypatch.setattr(outcomes, "_holdouts", [lambda asked: [Holdout("Drawn by lot", **few)]])
    [too_few] = effect_of(objective).comparisons
    assert too_few.chance is None


# --- Figures, added up -------------------------------------------------------------------------------------------------


def deals(cast, partner, first: int, last: int, value: str, **fields) -> PerformanceRecord:
    """So many deals from one day to another, counted from today; told on the evening of the last one."""
    told_at = timezone.now() + timedelta(days=min(last, 0), hours=-1)
    row = {"metric": "registered_deals", "programme": cast.programme, "observed_at": told_at, **fields}
    return PerformanceRecord.objects.create(
        partner=partner, period_start=in_days(first), period_end=in_days(last), value=value, **row
    )


def wants_deals(cast, **fields) -> Objective:
    return planning_story.objective(cast, "Thirty deals", outcome="figures", parameter="registered_deals", target=30, **fields)


def test_deals_registered_are_added_up_from_imported_figures(cast, signed_in):
    objective = wants_deals(cast)
    only = factories.make_segment("Alpenglow", {"all": [{"field": "partner.name", "op": "eq", "value": "Alpenglow GmbH"}]})
    deals(cast, cast.alpenglow, -10, -4, "7")
    deals(cast, cast.alpenglow, -3, 3, "2.5")  # told already, though its week is not over
    deals(cast, cast.alpenglow, -20, -15, "4")
    deals(cast, cast.baltic, -3, -1, "3", programme=None)
    for uncounted in (
        {"first": -30, "last": -5}, {"first": 10, "last": 40},
        {"first": 5, "last": 9, "observed_at": timezone.now() + timedelta(days=9)},
    ):  # fmt: skip
        deals(cast, cast.baltic, uncounted.pop("first"), uncounted.pop("last"), "100", **uncounted)
    deals(cast, cast.baltic, -3, -1, "0")
    deals(cast, cast.baltic, -3, -1, "100", metric="license_revenue")
    deals(cast, cast.baltic, -3, -1, "100", disputed_at=timezone.now())
    send_for(objective, cast, segment=only)

    effect = effect_of(objective)
    assert groups_of(effect) == {"reached": (1, 4, 10, 1), "others": (1, 0, 3, 1), "all": (2, 4, 13, 2)}
    assert effect.weeks[-1].so_far == effect.counted == 13
    rows = outcome_rows(objective, EVERYONE)[0]
    assert sorted((str(row.partner), row.what, row.amount) for row in rows) == [
        ("Alpenglow GmbH", "Deals registered", Decimal("2.5")), ("Alpenglow GmbH", "Deals registered", Decimal(7)),
        ("Baltic Cloud OÜ", "Deals registered", Decimal(3)),
    ]  # fmt: skip
    address = reverse("admin:communications_objective_page", args=[objective.public_id])
    assert "13 of 30. Figures of performance, added up: Deals registered" in signed_in.get(address).content.decode()
    listed = signed_in.get(reverse("admin:communications_objective_rows", args=[objective.public_id])).content.decode()
    assert "How much" in listed
    assert "2.5" in listed


def test_sums_are_held_against_those_who_were_held_out(cast, monkeypatch, signed_in):
    objective = wants_deals(cast)
    partners = [factories.make_partner(f"P{n:02}", programme=cast.programme) for n in range(80)]
    for nth, partner in enumerate(partners):
        deals(cast, partner, -5, -2, str(4 + nth % 3 if nth < 40 else 1 + nth % 2))
    written_to, held_out = (Partner.objects.filter(pk__in=[each.pk for each in some]) for some in (partners[:40], partners[40:]))
    monkeypatch.setattr(outcomes, "_holdouts", [lambda asked: [Holdout("Drawn by lot", held_out, written_to)]])
    [told] = effect_of(objective).comparisons
    assert [round(mean.value, 3) for mean in told.means] == [4.975, 1.5]
    low, high = told.interval
    assert 3.1 < low < 3.475 < high < 3.9
    page = signed_in.get(reverse("admin:communications_objective_page", args=[objective.public_id])).content.decode()
    assert "4.98 for each partner written to and 1.50 for each held out" in page
    by_api = integrator(cast.maria).get(f"objectives/{objective.public_id}/effect/").json()["comparisons"]
    assert [(row["words"], row["means"]) for row in by_api] == [("Drawn by lot", [4.975, 1.5])]
    monkeypatch.setattr(
        outcomes, "_holdouts", [lambda asked: [Holdout("Drawn by lot", held_out.filter(name__lt="P50"), written_to)]]
    )
    assert effect_of(objective).comparisons[0].interval is None, "too few"


def test_what_cannot_be_added_up_is_no_outcome_and_a_metric_that_is_wanted_stays(cast):
    for parameter in ("", "on_time_delivery", "wishes"):
        with pytest.raises(Invalid) as refusal:
            planning_story.objective(cast, "Wrong", outcome="figures", parameter=parameter)
        assert refusal.value.field == "parameter"
    wants_deals(cast)
    metric = Metric.objects.get(key="registered_deals")
    with pytest.raises(InUse, match="objective “Thirty deals”"):
        delete_metric(metric, by=cast.maria)
    with pytest.raises(InUse, match="objective “Thirty deals”"):
        change_metric(metric, by=cast.maria, summing="average")


def test_an_outcome_that_nobody_counts_any_more_is_told_as_such(cast, signed_in):
    objective = planning_story.objective(cast)
    Objective.objects.update(outcome="deals_of_an_app_that_is_gone")
    assert effect_of(Objective.objects.get()) is None
    answer = signed_in.get(reverse("admin:communications_objective_page", args=[objective.public_id]))
    assert "not known here any more" in answer.content.decode()


def test_what_had_nothing_for_weeks_is_named_and_what_had_something_is_not(cast):
    Enrolment.objects.filter(partner=cast.alpenglow).update(stage="enable")
    Enrolment.objects.filter(partner=cast.baltic).update(stage="sell")
    fed, hungry = (
        factories.make_segment("Fed"),
        factories.make_segment("Hungry", {"all": [{"field": "partner.country", "op": "eq", "value": "EE"}]}),
    )
    heard = planning_story.objective(cast, "Heard of", segments=[fed])
    planning_story.objective(cast, "Unheard of", segments=[hungry])
    spoken = planning_story.theme(cast, "Spoken of")
    planning_story.theme(cast, "Silent")
    only = {"all": [{"field": "contact.function", "op": "eq", "value": "technical"}]}
    fed.contact_rule = only  # reaches Ben, so that Baltic hears nothing
    fed.save()
    send_for(heard, cast, segment=fed, theme=spoken, stages=["enable"])

    found = neglect_of(cast.programme, 4, user=cast.maria, portfolio=EVERYONE)

    assert [line.name for line in found.objectives] == ["Unheard of"]
    assert [(line.name, line.partners, line.unheard) for line in found.segments] == [("Hungry", 1, 1)]
    assert [(line.name, line.partners, line.unheard) for line in found.stages] == [("Sell", 1, 1)]
    assert [line.name for line in found.themes] == ["Silent"]
    Announcement.objects.update(send_at=timezone.now() - timedelta(weeks=5))
    later = neglect_of(cast.programme, 4, user=cast.maria, portfolio=EVERYONE)
    assert {line.name for line in later.objectives} == {"Heard of", "Unheard of"}
    assert neglect_of(cast.programme, 6, user=cast.maria, portfolio=EVERYONE).count == found.count


def test_an_announcement_serves_what_is_of_its_own_programme(cast):
    elsewhere = factories.make_programme("suppliers")
    other = create_objective(
        by=cast.maria, name="Elsewhere", programme=elsewhere, starts_on=in_days(0), ends_on=in_days(9), outcome="reads", target=1
    )
    draft = announcement_story.draft(cast)
    for fields, says in (({"objective": other}, "another programme"), ({"stages": ["retire"]}, "no stage"),
                         ({"wanted_action": "a\nb"}, "line break")):  # fmt: skip
        with pytest.raises(Invalid, match=says):
            change_announcement(draft, by=cast.maria, **fields)
    draft.refresh_from_db()
    assert (draft.objective, draft.stages, draft.wanted_action) == (None, [], "")


def test_whoever_approves_sees_that_the_purpose_changed(cast):
    draft = announcement_story.draft(cast, objective=planning_story.objective(cast), stages=["sell", "enable"])
    announcement_story.approve(draft, cast)
    change_announcement(draft, by=cast.maria, theme=planning_story.theme(cast), wanted_action="book", objective=None)
    announcement_story.approve(draft, cast)
    newest, first = draft.versions.all()
    changes = {change.label: (change.before, change.after) for change in diff_of(first, newest).fields}
    assert changes == {
        "Objective": ("Twenty engineers", ""), "Theme": ("", "Run it safely"), "Wanted action": ("", "book"),
    }  # fmt: skip
    assert newest.stages == ["enable", "sell"]


def test_a_theme_keeps_sentences_and_no_empty_ones(cast):
    theme = planning_story.theme(cast, key_messages=["  One. ", "", "Two."])
    assert theme.key_messages == ["One.", "Two."]
    with pytest.raises(Invalid, match="more than anybody remembers"):
        change_theme(theme, by=cast.maria, key_messages=[f"{n}" for n in range(21)])
    with pytest.raises(Invalid, match="already has a theme"):
        planning_story.theme(cast)
    assert Theme.objects.get().key_messages == ["One.", "Two."]


def test_its_pages_say_it_in_few_queries(cast, signed_in, django_assert_max_num_queries):
    planned = planning_story.one_of_each(cast)
    announcement_story.send(planned.draft, cast)
    page = reverse("admin:communications_objective_page", args=[planned.objective.public_id])
    signed_in.get(page)
    with django_assert_max_num_queries(13):
        text = signed_in.get(page).content.decode()
    assert "1 of 20. Certificates taken: Aurora" in text
    assert "Book your exam" in text
    rows = signed_in.get(reverse("admin:communications_objective_rows", args=[planned.objective.public_id])).content.decode()
    assert "Alpenglow" in rows
    assert "Baltic" not in rows
    assert signed_in.get(reverse("admin:communications_objective_neglect") + "?weeks=0").status_code == 200
    assert "Ensure this value" in signed_in.get(reverse("admin:communications_objective_neglect") + "?weeks=0").content.decode()


def test_an_objective_is_set_and_changed_in_the_admin(cast, signed_in):
    segment = factories.make_segment("Sellers")
    sent = {"programme": cast.programme.pk, "name": "Read it", "reason": "", "owner": "", "starts_on": in_days(0),
            "ends_on": in_days(30), "segments": [segment.pk], "outcome": "reads", "parameter": "", "target": 10}  # fmt: skip
    answer = signed_in.post(reverse("admin:communications_objective_add"), {**sent, "ends_on": in_days(-30)})
    assert "before it begins" in answer.content.decode()
    assert not Objective.objects.exists()
    signed_in.post(reverse("admin:communications_objective_add"), sent)
    made = Objective.objects.get()
    assert (made.name, list(made.segments.all()), made.owner) == ("Read it", [segment], cast.maria)
    signed_in.post(
        reverse("admin:communications_objective_change", args=[made.pk]),
        {**sent, "target": 12, "owner": cast.maria.pk, "segments": []},
    )
    made.refresh_from_db()
    assert (made.target, list(made.segments.all())) == (12, [])
    signed_in.post(
        reverse("admin:communications_theme_add"),
        {"programme": cast.programme.pk, "name": "Safe", "description": "", "key_messages": "One.\n\nTwo.", "is_current": "on"},
    )
    assert Theme.objects.get().key_messages == ["One.", "Two."]


def test_what_is_neglected_is_said_in_words(cast, signed_in):
    planning_story.objective(cast, segments=[factories.make_segment("Engineers")])
    page = signed_in.get(reverse("admin:communications_objective_neglect"))
    words = " ".join(strip_tags(page.text).split())
    assert "nothing was ever sent for it · due every 4 weeks" in words
    assert "2 of its 2 partners got nothing else either" in words
    assert "Current themes Nothing is neglected here." in words


def test_a_list_is_called_what_is_in_it(signed_in):
    page = signed_in.get(reverse("admin:communications_objective_changelist"))
    assert re.search(r"<title>\s*Objectives \|", page.text)
