"""Objectives, themes and what announcements are for, by the API."""

import pytest

from communications.models import Announcement, Objective, Theme
from tests import announcement_story, factories, planning_story
from tests.api import integrator
from tests.planning_story import certify, in_days

pytestmark = pytest.mark.django_db


def test_an_objective_is_set_read_and_changed(cast):
    api = integrator(cast.maria, "strategy:read", "strategy:write")
    segment = factories.make_segment("Sellers")
    sent = {"name": "Read it", "starts_on": str(in_days(-3)), "ends_on": str(in_days(30)), "outcome": "reads", "target": 10,
            "segments": [str(segment.public_id)]}  # fmt: skip
    made = api.post("objectives/", sent)
    assert made.status_code == 201, made.content
    assert (made.json()["owner"], made.json()["segments"]) == (cast.maria.email, [str(segment.public_id)])
    address = f"objectives/{made.json()['id']}/"
    assert api.patch(address, {"target": 12}).json()["target"] == 12
    refused = api.patch(address, {"outcome": "wishes"})
    assert (refused.status_code, Objective.objects.get().outcome) == (422, "reads")
    assert api.patch(address, {"owner": cast.nora.user.email}).status_code == 422
    assert api.get("objectives/", outcome="reads").json()["results"][0]["target"] == 12


def test_its_effect_is_the_pages(cast):
    objective = planning_story.objective(cast)
    certify(cast, cast.baltic, on=in_days(-1))
    answer = integrator(cast.maria, "strategy:read").get(f"objectives/{objective.public_id}/effect/").json()
    assert (answer["counted"], answer["target"]) == (1, 20)
    assert [(group["key"], group["partners"], group["during"]) for group in answer["groups"]] == [
        ("reached", 0, 0), ("others", 2, 1), ("all", 2, 1),
    ]  # fmt: skip


def test_a_theme_is_written_and_an_announcement_names_both(cast):
    api = integrator(cast.maria, "strategy:read", "strategy:write", "announcements:read", "announcements:write")
    made = api.post("themes/", {"name": "Safe", "key_messages": ["One.", "Two."]})
    assert made.status_code == 201, made.content
    objective, draft = planning_story.objective(cast), announcement_story.draft(cast)
    address = f"announcements/{draft.public_id}/"
    purpose = {"objective": str(objective.public_id), "theme": made.json()["id"], "stages": ["sell", "enable"],
               "wanted_action": "book", "planned_on": str(in_days(4))}  # fmt: skip
    answer = api.patch(address, purpose)
    assert answer.status_code == 200, answer.content
    assert {name: answer.json()[name] for name in purpose} == {**purpose, "stages": ["enable", "sell"]}
    assert api.patch(address, {"planned_on": str(in_days(-4))}).status_code == 422
    assert [row["id"] for row in api.get("announcements/", theme=made.json()["id"]).json()["results"]] == [str(draft.public_id)]
    assert Announcement.objects.get().planned_on == in_days(4)


def test_a_token_without_the_scope_reads_and_writes_nothing(cast):
    planning_story.theme(cast)
    api = integrator(cast.maria, "strategy:read")
    assert api.post("themes/", {"name": "Other"}).status_code == 403
    assert integrator(cast.maria, "partners:read").get("themes/").status_code == 403
    assert Theme.objects.count() == 1
