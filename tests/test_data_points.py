"""Maria says what she wants to know, and how her files are read; each change of that is on record."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from activity.models import Activity
from activity.refusals import Invalid, NotAllowed, Refused
from context.actions.data_points import (
    bring_back_data_point,
    change_data_point,
    create_data_point,
    delete_data_point,
    retire_data_point,
)
from context.actions.facts import record_fact
from context.actions.import_mappings import change_import_mapping, create_import_mapping, delete_import_mapping
from context.actions.segments import create_segment
from context.actions.verdicts import give_verdict
from context.imports.broken import BrokenMapping
from context.models import DataPoint, Fact, ImportMapping
from context.queries.profiles import profiles_that_differ
from context.queries.segments import preview_segment

pytestmark = pytest.mark.django_db

SPEC = {"fields": {"name": "company"}}


def verbs() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("verb", flat=True))


def test_a_data_point_is_made_changed_and_deleted_on_record(cast):
    point = create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    change_data_point(point, by=cast.maria, label="People", stale_after_days=180)
    change_data_point(point, by=cast.maria, label="People")
    changed = Activity.objects.get(verb="data_point.changed")
    assert (changed.actor, changed.data) == (cast.maria, {"label": ["Staff", "People"], "stale_after_days": [None, 180]})
    delete_data_point(point, by=cast.maria)
    assert verbs() == ["data_point.created", "data_point.changed", "data_point.deleted"]


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"key": "Staff!"}, "key"),
        ({"key": "website"}, "key"),
        ({"label": " "}, "label"),
        ({"type": "picture"}, "type"),
        ({"type": "choice"}, "choices"),
        ({"type": "choice", "choices": ["Edge", "cloud", "edge"]}, "choices"),
        ({"type": "rows"}, "type"),
        ({"type": "money"}, "unit"),
        ({"stale_after_days": -1}, "stale_after_days"),
    ],
)
def test_a_wrong_data_point_is_refused(cast, fields, at_fault):
    count = DataPoint.objects.count()
    with pytest.raises(Invalid) as refusal:
        create_data_point(by=cast.maria, **{"key": "staff", "label": "Staff", **fields})
    assert (refusal.value.field, DataPoint.objects.count(), verbs()) == (at_fault, count, [])


def test_a_data_point_with_values_stays_and_so_does_its_key(cast):
    point = create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    record_fact(cast.alpenglow, "staff", 12, source="call", method="interview")
    with pytest.raises(Refused, match="has values on record"):
        delete_data_point(point, by=cast.maria)
    with pytest.raises(Invalid, match="“key” cannot be changed"):
        change_data_point(point, by=cast.maria, key="people")
    assert DataPoint.objects.get(pk=point.pk).key == "staff"


def test_a_mapping_is_made_changed_and_deleted_on_record(cast):
    mapping = create_import_mapping(by=cast.maria, key="ours", name="Ours", spec=SPEC)
    change_import_mapping(mapping, by=cast.maria, spec={"fields": {"name": "firm"}})
    delete_import_mapping(mapping, by=cast.maria)
    assert verbs() == ["import_mapping.created", "import_mapping.changed", "import_mapping.deleted"]


def test_a_mapping_that_cannot_be_read_or_whose_key_is_taken_is_refused(cast):
    mapping = create_import_mapping(by=cast.maria, key="ours", name="Ours", spec=SPEC)
    with pytest.raises(BrokenMapping, match="where the partner's name is"):
        change_import_mapping(mapping, by=cast.maria, spec={})
    with pytest.raises(Invalid, match="already"):
        create_import_mapping(by=cast.maria, key="ours", name="Other", spec=SPEC)
    assert ImportMapping.objects.get().spec == SPEC
    assert verbs() == ["import_mapping.created"]


def test_the_admin_goes_through_the_actions(cast, client):
    client.force_login(cast.maria)
    values = {"label": "Staff", "key": "staff", "type": "number", "choices": "", "question": "", "unit": "", "purpose": "",
              "seen_by": "both", "edited_by": "both"}  # fmt: skip
    client.post(reverse("admin:context_datapoint_add"), {**values, "stale_after_days": ""})
    point = DataPoint.objects.get(key="staff")
    client.post(reverse("admin:context_datapoint_change", args=[point.pk]), {**values, "label": "People", "stale_after_days": "90"})
    client.post(reverse("admin:context_importmapping_add"), {"name": "Ours", "key": "ours", "spec": json.dumps(SPEC)})
    point.refresh_from_db()
    assert (point.label, point.stale_after_days, ImportMapping.objects.get(key="ours").spec) == ("People", 90, SPEC)
    assert verbs() == ["data_point.created", "data_point.changed", "import_mapping.created"]
    client.post(reverse("admin:context_datapoint_delete", args=[point.pk]), {"post": "yes"})
    assert verbs()[-1] == "data_point.deleted"


def test_who_may_edit_is_among_those_who_see(cast):
    with pytest.raises(Invalid, match="Only managers may see “Margin”, so only they can edit it"):
        create_data_point(by=cast.maria, key="margin", label="Margin", seen_by="managers", edited_by="both")
    assert not DataPoint.objects.filter(key="margin").exists()
    point = create_data_point(by=cast.maria, key="margin", label="Margin", seen_by="managers", edited_by="managers")
    with pytest.raises(Invalid):
        change_data_point(point, by=cast.maria, edited_by="partner")
    assert DataPoint.objects.get(pk=point.pk).edited_by == "managers"


def test_required_of_kinds_and_stages(cast):
    point = create_data_point(by=cast.maria, key="staff", label="Staff", required_kinds=["reseller"], required_stages=["sell"])
    assert [kind.key for kind in point.required_kinds.all()] == ["reseller"]
    change_data_point(point, by=cast.maria, required_kinds=[])
    assert Activity.objects.latest("pk").data == {"required_kinds": [["reseller"], []]}
    with pytest.raises(Invalid, match="There is no required stages “dance”"):
        change_data_point(point, by=cast.maria, required_stages=["dance"])


def test_a_choice_that_facts_hold_stays_and_so_does_their_unit(cast):
    focus = create_data_point(by=cast.maria, key="focus", label="Focus", type="choice", choices=["cloud", "edge"], unit="x")
    fact = record_fact(cast.alpenglow, "focus", "edge", source="call", method="interview")
    with pytest.raises(Refused, match="“edge” is the value of 1 fact"):
        change_data_point(focus, by=cast.maria, choices=["cloud"])
    focus.refresh_from_db()
    assert focus.choices == ["cloud", "edge"]
    with pytest.raises(Refused, match="1 value is on record in x"):
        change_data_point(focus, by=cast.maria, unit="y")
    give_verdict(fact, "withdrawn", by=cast.maria)
    change_data_point(focus, by=cast.maria, choices=["cloud"])
    several = create_data_point(by=cast.maria, key="fields", label="Fields", type="choices", choices=["a", "b"])
    record_fact(cast.alpenglow, "fields", ["a", "b"], source="call", method="interview")
    with pytest.raises(Refused, match="“b” is the value of 1 fact"):
        change_data_point(several, by=cast.maria, choices=["a"])


def test_values_age_by_a_changed_limit_at_once(cast):
    """Also those that belong to a place in a programme, and back again when nothing ages any more."""
    point = create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    before = timezone.now() - timedelta(days=90)
    record_fact(cast.alpenglow, "staff", 12, source="call", method="interview", observed_at=before)
    record_fact(cast.alpenglow, "staff", 3, source="call", method="interview", observed_at=before, programme=cast.programme)
    fresh = {"field": "fact.staff", "op": "gt", "value": 5, "only": ["fresh"]}
    assert preview_segment(fresh).partners == 1

    change_data_point(point, by=cast.maria, stale_after_days=30)
    assert preview_segment(fresh).partners == 0
    assert profiles_that_differ() == []

    change_data_point(point, by=cast.maria, stale_after_days=None)
    assert preview_segment(fresh).partners == 1
    assert profiles_that_differ() == []


def test_what_is_used_is_retired_instead_of_deleted(cast):
    point = create_data_point(by=cast.maria, key="staff", label="Staff", type="number")
    large = create_segment(by=cast.maria, name="Large", rule={"field": "fact.staff", "op": "gt", "value": 50}, contact_rule=None)
    large.data_points.set([point])
    with pytest.raises(Refused, match="used by segment “Large”"):
        delete_data_point(point, by=cast.maria)
    retire_data_point(point, by=cast.maria)
    with pytest.raises(NotAllowed, match="“Staff” is retired"):
        record_fact(cast.alpenglow, "staff", 12, source="call", method="manual", by=cast.maria)
    bring_back_data_point(point, by=cast.maria)
    assert record_fact(cast.alpenglow, "staff", 12, source="call", method="manual", by=cast.maria).value == 12
    with pytest.raises(Refused, match="stands for a part of every partner"):
        retire_data_point(DataPoint.objects.get(key="website"), by=cast.maria)


def test_a_partner_does_not_edit_what_only_managers_may(cast):
    create_data_point(by=cast.maria, key="rating", label="Rating", type="number", edited_by="managers")
    with pytest.raises(NotAllowed, match="“Rating” is edited by managers"):
        record_fact(cast.alpenglow, "rating", 9, source="portal", method="manual", by=cast.nora.user)
    create_data_point(by=cast.maria, key="mood", label="Mood", edited_by="partner")
    with pytest.raises(NotAllowed, match="“Mood” is edited by the partner"):
        record_fact(cast.alpenglow, "mood", "good", source="hearsay", method="manual", by=cast.maria)
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("value", "says"), [(True, "to be a text."), ("x" * 20_001, "at most 20,000 characters"), (["x"], "a text")]
)
def test_what_is_no_text_is_refused_with_what_it_has_to_be(cast, value, says):
    with pytest.raises(Invalid, match=says):
        record_fact(cast.alpenglow, "strengths", value, source="call", method="interview")
    assert not Fact.objects.exists()


@pytest.mark.parametrize(("value", "says"), [("12 USD", "in EUR"), ("USD 12", "in EUR"), ("12 dollars", "in EUR")])
def test_a_value_in_another_unit_is_refused(cast, value, says):
    create_data_point(by=cast.maria, key="revenue", label="Revenue", type="money", unit="EUR")
    with pytest.raises(Invalid, match=says):
        record_fact(cast.alpenglow, "revenue", value, source="call", method="interview")
    assert not Fact.objects.exists()
    assert record_fact(cast.alpenglow, "revenue", "12.5 EUR", source="call", method="interview").value == 12.5
