"""Maria says what she wants to know, and how her files are read; each change of that is on record."""

import json

import pytest
from django.urls import reverse

from activity.models import Activity
from activity.refusals import Invalid, Refused
from context.actions.data_points import change_data_point, create_data_point, delete_data_point
from context.actions.facts import record_fact
from context.actions.import_mappings import change_import_mapping, create_import_mapping, delete_import_mapping
from context.imports.broken import BrokenMapping
from context.models import DataPoint, ImportMapping

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
    values = {"label": "Staff", "key": "staff", "type": "number", "choices": "", "question": "", "unit": "", "purpose": ""}
    client.post(reverse("admin:context_datapoint_add"), {**values, "stale_after_days": ""})
    point = DataPoint.objects.get(key="staff")
    client.post(reverse("admin:context_datapoint_change", args=[point.pk]), {**values, "label": "People", "stale_after_days": "90"})
    client.post(reverse("admin:context_importmapping_add"), {"name": "Ours", "key": "ours", "spec": json.dumps(SPEC)})
    point.refresh_from_db()
    assert (point.label, point.stale_after_days, ImportMapping.objects.get(key="ours").spec) == ("People", 90, SPEC)
    assert verbs() == ["data_point.created", "data_point.changed", "import_mapping.created"]
    client.post(reverse("admin:context_datapoint_delete", args=[point.pk]), {"post": "yes"})
    assert verbs()[-1] == "data_point.deleted"
