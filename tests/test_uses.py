"""Maria changes what something uses: it is refused with a list of the users, or goes along with it."""

from datetime import time, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, Refused
from activity.uses import InUse
from collaboration.actions.series import plan_series
from communications.actions.announcements import submit_announcement
from communications.models import Forum, JourneyVersion, OpinionSurvey
from context.actions.data_points import change_data_point, create_data_point, delete_data_point, rename_choice
from context.actions.facts import record_fact
from context.actions.import_mappings import create_import_mapping
from context.actions.metrics import change_metric, delete_metric
from context.actions.scorecards import add_line, create_scorecard
from context.actions.segments import change_segment, create_segment, delete_segment
from context.actions.stages import add_stage_criterion
from context.actions.surveys import create_survey, open_survey, save_question
from context.models import DataPoint, Metric, Segment, SegmentVersion, Survey
from context.queries.segments import preview_segment
from context.rules import all_in_words
from context.segment_uses import segment_nouns, uses_of_segment
from context.uses import uses_of
from enablement.models import Course, Resource
from partners.actions.products import change_product, create_product
from partners.actions.tiers import delete_tier, edit_tier
from partners.actions.vocabulary import delete_word
from partners.models import ContactFunction, PartnerKind, Region, Tier
from tests import factories, meeting_story, tier_story

pytestmark = pytest.mark.django_db

EDGE = {"field": "fact.focus", "op": "eq", "value": "edge"}


@pytest.fixture
def focus(cast) -> DataPoint:
    return create_data_point(by=cast.maria, key="focus", label="Focus", type="choice", choices=["cloud", "edge"], unit="")


def users(refusal) -> set[str]:
    return {str(use) for use in refusal.value.uses}


def test_what_rules_ask_for_is_not_hidden_from_them(cast, focus):
    create_segment(by=cast.maria, name="Edge", rule=EDGE)
    policy = tier_story.draft(cast)
    policy.criteria.filter(label="Gate certificate").update(rule=EDGE)
    add_stage_criterion(cast.programme, "sell", "entry", by=cast.maria, label="Knows edge", rule=EDGE)
    with pytest.raises(InUse, match="could no longer be asked") as refusal:
        change_data_point(focus, by=cast.maria, seen_by="partner", edited_by="partner")
    assert users(refusal) == {"segment “Edge”", "tier “Vendor · Gold”", "stage “Vendor · Sell”"}
    assert all(use.url for use in refusal.value.uses)
    focus.refresh_from_db()
    with pytest.raises(InUse, match="has no value “edge”"):
        change_data_point(focus, by=cast.maria, choices=["cloud", "desk"])
    focus.refresh_from_db()
    assert (focus.seen_by, focus.choices) == ("both", ["cloud", "edge"])
    change_data_point(focus, by=cast.maria, label="Our focus", seen_by="managers", edited_by="managers")


def test_who_hides_it_is_told_why_not_and_by_what_a_few_of_many(cast, focus, client):
    for number in range(9):
        create_segment(by=cast.maria, name=f"Edge {number}", rule=EDGE)
    with pytest.raises(InUse) as refusal:
        change_data_point(focus, by=cast.maria, seen_by="partner", edited_by="partner")
    assert str(refusal.value) == (
        "With this change segment “Edge 0”, segment “Edge 1”, segment “Edge 2”, segment “Edge 3”, segment “Edge 4” and 4 more "
        "could no longer be asked: only the partner would see “Focus”, and rules are managers'. Change them first."
    )
    client.force_login(cast.maria)
    change = reverse("admin:context_datapoint_change", args=[focus.pk])
    text = client.post(change, {"label": "Focus", "seen_by": "partner", "edited_by": "partner", "choices": "cloud\nedge"}).text
    everything = reverse("admin:context_datapoint_page", args=[focus.public_id])
    assert f'<a class="underline" href="{everything}#uses">and 4 more</a>' in text
    assert (text.count('<a class="underline" href="/admin/context/segment/'), "Known fields" in text) == (5, False)
    listed = client.get(everything).text
    assert 'id="uses"' in listed
    assert all(f"Edge {number}" in listed for number in range(9))


def test_an_announcement_on_its_way_counts_until_it_has_its_audience(cast, focus):
    segment = create_segment(by=cast.maria, name="Edge", rule=EDGE)
    record_fact(cast.alpenglow, "focus", "edge", source="call", method="interview")
    announcement = factories.make_announcement(programme=cast.programme, segment=segment, author=cast.maria)
    submit_announcement(announcement, by=cast.maria)
    change_segment(segment, by=cast.maria, rule={"all": []})
    with pytest.raises(InUse) as refusal:
        change_data_point(focus, by=cast.maria, seen_by="partner", edited_by="partner")
    assert users(refusal) == {"announcement “Aurora 3 is here”"}


def test_who_answers_a_survey_or_a_review_goes_on_to_see_what_is_asked(cast, focus):
    everyone = factories.make_segment()
    survey = create_survey(by=cast.maria, title="Yearly check", programme=cast.programme, segment=everyone)
    question = save_question(survey, by=cast.maria, data_point=focus)
    why = create_data_point(by=cast.maria, key="why", label="Why")
    save_question(survey, by=cast.maria, data_point=why, show_if={"question": question.key, "op": "is", "value": "edge"})
    open_survey(survey, by=cast.maria)
    with pytest.raises(InUse, match="survey “Yearly check”"):
        change_data_point(focus, by=cast.maria, seen_by="managers", edited_by="managers")
    with pytest.raises(InUse, match="survey “Yearly check”"):
        change_data_point(focus, by=cast.maria, choices=["cloud"])
    assert [str(use) for use in uses_of_segment(everyone)] == ["survey “Yearly check”"]
    with pytest.raises(InUse, match="survey “Yearly check”"):
        delete_segment(everyone, by=cast.maria)
    assert Segment.objects.filter(pk=everyone.pk).exists()


def test_another_unit_would_be_another_question(cast):
    staff = create_data_point(by=cast.maria, key="revenue", label="Revenue", type="money", unit="EUR")
    create_segment(by=cast.maria, name="Large", rule={"field": "fact.revenue", "op": "gt", "value": 50})
    with pytest.raises(InUse, match="is asked in EUR by segment “Large”"):
        change_data_point(staff, by=cast.maria, unit="USD")
    assert DataPoint.objects.get(pk=staff.pk).unit == "EUR"


def test_a_mapping_that_fills_it_keeps_a_data_point(cast, focus):
    spec = {"fields": {"name": "company"}, "facts": {"focus": "what they do"}}
    create_import_mapping(by=cast.maria, key="ours", name="Ours", spec=spec)
    assert [str(use) for use in uses_of(focus)] == ["import mapping “Ours”"]
    with pytest.raises(InUse, match="import mapping “Ours”"):
        delete_data_point(focus, by=cast.maria)


def test_a_renamed_choice_reads_otherwise_everywhere_and_nothing_else_changes(cast, focus, client):
    fact = record_fact(cast.alpenglow, "focus", "edge", source="call", method="interview")
    segment = create_segment(by=cast.maria, name="Edge", rule=EDGE)
    client.force_login(cast.maria)
    address = reverse("admin:context_datapoint_rename", args=[focus.public_id])
    listed = client.post(address, {"choice": "edge", "label": "Edge computing"}).text
    assert "1 fact" in listed
    assert reverse("admin:context_segment_change", args=[segment.pk]) in listed
    assert DataPoint.objects.get(pk=focus.pk).choice_labels == {}
    client.post(address, {"choice": "edge", "label": "Edge computing", "apply": "1"})
    fact.refresh_from_db()
    segment.refresh_from_db()
    assert (fact.value, fact.shown, segment.rule, segment.version) == ("edge", "Edge computing", EDGE, 1)
    assert "Edge computing" in str(all_in_words([(segment.rule, segment.contact_rule)]))
    assert preview_segment(segment.rule, segment.contact_rule, visible_to=cast.maria).partners == 1
    assert record_fact(cast.baltic, "focus", "edge computing", source="file", method="import").value == "edge"
    assert Activity.objects.filter(verb="data_point.changed", data={"choices": ["edge", "Edge computing"]}).exists()


def test_two_choices_are_never_called_the_same(cast, focus, client):
    rename_choice(focus, "edge", "Edge computing", by=cast.maria)
    for label in ("cloud", "Cloud", " "):
        with pytest.raises(Invalid):
            rename_choice(focus, "edge", label, by=cast.maria)
    with pytest.raises(Invalid, match="another choice"):
        rename_choice(focus, "cloud", "Edge", by=cast.maria)
    with pytest.raises(Invalid, match="There is no choice"):
        rename_choice(focus, "desk", "Desk", by=cast.maria)
    assert DataPoint.objects.get(pk=focus.pk).choice_labels == {"edge": "Edge computing"}
    client.force_login(cast.arthur)
    address = reverse("admin:context_datapoint_rename", args=[focus.public_id])
    assert client.post(address, {"choice": "edge", "label": "Rim", "apply": "1"}).status_code == 403


def test_a_metric_that_something_counts_by_keeps_its_meaning(cast):
    metric = Metric.objects.get(key="license_revenue")
    card = create_scorecard(by=cast.maria, programme=cast.programme, name="Seller")
    add_line(card, by=cast.maria, metric=metric)
    tier_story.draft(cast)
    with pytest.raises(InUse, match="so its unit stays") as refusal:
        change_metric(metric, by=cast.maria, label="Licences", unit="USD")
    assert users(refusal) == {"scorecard “Seller”", "tier “Vendor · Gold”"}
    with pytest.raises(InUse):
        delete_metric(metric, by=cast.maria)
    assert (Metric.objects.get(pk=metric.pk).label, Metric.objects.get(pk=metric.pk).unit) == ("Licence revenue", "EUR")
    change_metric(metric, by=cast.maria, label="Licences")


def test_a_word_that_a_rule_names_stays(cast, client):
    dach = Region.objects.create(key="dach", name="DACH")
    segment = create_segment(by=cast.maria, name="DACH", rule={"field": "partner.region", "op": "contains", "value": "dach"})
    with pytest.raises(InUse, match="“DACH” is used by segment “DACH”"):
        delete_word(dach, by=cast.maria)
    client.force_login(cast.maria)
    said = client.post(reverse("admin:partners_region_delete", args=[dach.pk]), {"post": "yes"}, follow=True).text
    assert f'href="{reverse("admin:context_segment_change", args=[segment.pk])}"' in said
    assert Region.objects.filter(pk=dach.pk).exists()
    delete_segment(segment, by=cast.maria)
    delete_word(dach, by=cast.maria)
    assert not Region.objects.filter(pk=dach.pk).exists()
    gold = {"field": "contact.function", "op": "contains", "value": "technical"}
    create_segment(by=cast.maria, name="Engineers", contact_rule=gold)
    with pytest.raises(InUse, match="segment “Engineers”"):
        delete_word(ContactFunction.objects.get(key="technical"), by=cast.maria)


def test_what_people_and_partners_have_and_what_is_asked_of_them_stays(cast, focus):
    with pytest.raises(Refused, match="have the function “Sales”"):
        delete_word(ContactFunction.objects.get(key="sales"), by=cast.maria)
    with pytest.raises(Refused, match="entries hold “Reseller”"):
        delete_word(PartnerKind.objects.get(key="reseller"), by=cast.maria)
    change_data_point(focus, by=cast.maria, required_kinds=["referral"])
    with pytest.raises(InUse, match="data point “Focus”"):
        delete_word(PartnerKind.objects.get(key="referral"), by=cast.maria)
    assert {"reseller", "referral"} <= set(PartnerKind.objects.values_list("key", flat=True))
    delete_word(PartnerKind.objects.get(key="logistics"), by=cast.maria)


def test_a_product_that_a_rule_names_keeps_its_name(cast):
    product = create_product(by=cast.maria, line="Cloud", name="Aurora", programme=cast.programme)
    create_segment(by=cast.maria, name="Sells Aurora", rule={"field": "partner.product", "op": "contains", "value": "Aurora"})
    with pytest.raises(InUse, match="segment “Sells Aurora”"):
        change_product(product, by=cast.maria, name="Borealis")
    change_product(product, by=cast.maria, version="2")
    product.refresh_from_db()
    assert str(product) == "Aurora 2"


def test_a_tier_that_a_policy_gives_keeps_its_place(cast, client):
    tier_story.draft(cast)
    gold, silver = (Tier.objects.get(programme=cast.programme, key=key) for key in ("gold", "silver"))
    with pytest.raises(InUse, match="keeps its place among the tiers"):
        edit_tier(gold, by=cast.maria, rank=0)
    with pytest.raises(InUse):
        delete_tier(gold, by=cast.maria)
    with pytest.raises(Refused, match="Partners have or had"):
        delete_tier(silver, by=cast.maria)
    client.force_login(cast.maria)
    rows = {"tiers-0-id": gold.pk, "tiers-0-name": "Gold star", "tiers-0-key": "else", "tiers-0-rank": 3,
            "tiers-1-id": silver.pk, "tiers-1-name": "Silver", "tiers-1-key": "silver", "tiers-1-rank": 1,
            "tiers-2-name": "Bronze", "tiers-2-key": "bronze", "tiers-2-rank": 0}  # fmt: skip
    kept = ("name", "brand", "sender_name", "sender_email", "time_zone")
    programme = {"colour": "#1a5fb4", **{name: getattr(cast.programme, name) for name in kept}}
    counts = {"tiers-TOTAL_FORMS": 3, "tiers-INITIAL_FORMS": 2, "is_default": "on"}
    address = reverse("admin:partners_programme_change", args=[cast.programme.pk])
    client.post(
        address, {**programme, **counts, **rows, "tiers-0-programme": cast.programme.pk, "tiers-1-programme": cast.programme.pk}
    )
    names = list(Tier.objects.order_by("-rank").values_list("key", "name"))
    assert names == [("gold", "Gold star"), ("silver", "Silver"), ("bronze", "Bronze")]
    assert Activity.objects.filter(verb="tier.changed", actor=cast.maria).count() == 2


def test_of_many_that_are_deleted_at_once_one_that_is_used_keeps_all(cast, client):
    free = create_segment(by=cast.maria, name="A free one")
    used = create_segment(by=cast.maria, name="B that is used")
    create_segment(by=cast.maria, name="C", rule={"field": "segment", "op": "in", "value": [str(used.public_id)]})
    client.force_login(cast.maria)
    chosen = {"action": "delete_selected", "_selected_action": [free.pk, used.pk], "post": "yes"}
    said = client.post(reverse("admin:context_segment_changelist"), chosen, follow=True).text
    assert "“B that is used” is used by segment “C”" in said
    assert {free, used} <= set(Segment.objects.all())


def test_a_segment_names_what_is_for_it_in_every_app(cast):
    """What has a key to a segment keeps it from being deleted: so each such noun is among what uses it."""
    gold = create_segment(by=cast.maria, name="Gold")
    made = {
        "course": Course.objects.create(programme=cast.programme, title="Selling", segment=gold),
        "resource": Resource.objects.create(programme=cast.programme, title="Sizing guide", segment=gold),
        "opinion survey": OpinionSurvey.objects.create(programme=cast.programme, title="How is it?", segment=gold),
        "forum": Forum.objects.create(programme=cast.programme, title="Practice", segment=gold),
        "meeting": meeting_story.plan(cast, segment=gold),
    }
    said = {(use.kind, use.name) for use in uses_of_segment(gold, cast.maria)}
    assert said == {(kind, str(row)) for kind, row in made.items()}
    assert all(use.url for use in uses_of_segment(gold, cast.maria))
    with pytest.raises(InUse) as refusal:
        delete_segment(gold, by=cast.maria)
    assert {use.kind for use in refusal.value.uses} == set(made)
    assert Segment.objects.filter(pk=gold.pk).exists()


def test_a_series_is_one_use_and_what_a_manager_may_not_see_is_none_of_theirs(cast):
    gold = create_segment(by=cast.maria, name="Gold")
    first = timezone.localdate() + timedelta(days=3)
    plan_series(
        by=cast.maria, title="Roadmap", segment=gold, time_zone="Europe/Berlin", rhythm="quarterly", first_day=first,
        wall_time=time(10), programme=cast.programme,
    )  # fmt: skip
    use = uses_of_segment(gold, cast.maria)
    assert [(each.kind, each.name, bool(each.url)) for each in use] == [("series of meetings", "Roadmap", True)]
    petra = factories.make_user("petra@vendor.example", roles=("Partner manager",))
    assert uses_of_segment(gold, petra) == []
    with pytest.raises(InUse, match="series of meetings “Roadmap”"):
        delete_segment(gold, by=cast.maria)


def test_no_key_to_a_segment_is_forgotten():
    named = {noun.rows(Segment(pk=1)).model for noun in segment_nouns()}
    keys = {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Segment
    }
    by_a_reader_of_its_own = {Survey, SegmentVersion, JourneyVersion}
    assert keys - named == by_a_reader_of_its_own


def test_a_part_of_the_profile_and_scorecards_are_uses_but_a_page_stands_in_nobodys_way(cast):
    strengths, figures = DataPoint.objects.get(key="strengths"), DataPoint.objects.get(key="performance")
    assert "page “Page of a partner: Sales strengths”" in {str(use) for use in uses_of(strengths)}
    assert not any("scorecard" in str(use) for use in uses_of(figures))
    metric = Metric.objects.first()
    card = create_scorecard(by=cast.maria, programme=cast.programme, kind=PartnerKind.objects.get(key="reseller"), name="Sell more")
    assert not any("scorecard" in str(use) for use in uses_of(figures))
    add_line(card, by=cast.maria, metric=metric, label="Revenue", target=100)
    assert "scorecard “Sell more”" in {str(use) for use in uses_of(figures)}
    delete_data_point(strengths, by=cast.maria)
    assert not DataPoint.objects.filter(key="strengths").exists()
