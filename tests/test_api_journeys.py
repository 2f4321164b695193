"""A journey is begun, written, published, changed and ended by API, by the rules of the pages."""

import pytest

from communications.models import Journey, JourneyRun
from tests import factories, journey_story
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


def begun(cast, api, **changes) -> str:
    body = {"name": "Welcome", "purpose": "enablement", "segment": str(factories.make_segment().public_id),
            "programme": str(cast.programme.public_id), **changes}  # fmt: skip
    made = api.post("journeys/", body)
    assert made.status_code == 201, made.content
    return f"journeys/{made.json()['id']}/"


def written(cast, api, address: str) -> dict[str, int]:
    """Say hello, wait, then gold partners get a task and the others a notice. Keys by name."""
    hello = str(journey_story.by_journey(cast).public_id)
    keys: dict[str, int] = {}

    def add(name: str, **body) -> None:
        added = api.post(f"{address}draft/steps/", {"name": name, **body})
        assert added.status_code == 201, added.content
        keys[name] = added.json()["key"]

    add("Hello", kind="announcement", announcement=hello)
    add("Wait", kind="wait", days=3, after=keys["Hello"])
    add("Gold?", kind="branch", rule=journey_story.GOLD, after=keys["Wait"])
    add("Invite", kind="task", text="Invite them", days=7, after=keys["Gold?"])
    add("Tell", kind="notify", text="Talk to them", after=keys["Gold?"], way="otherwise")
    return keys


def test_a_journey_from_its_first_step_to_its_end(cast, api, sink):
    address = begun(cast, api, holdout_percent=0)
    assert api.get(f"{address}draft/").json()["problems"] == ["It has no steps yet. Add the first one."]
    keys = written(cast, api, address)
    draft = api.get(f"{address}draft/").json()
    assert (draft["version"], draft["first"], draft["problems"]) == (1, keys["Hello"], [])
    ways = {step["name"]: (step["then"], step["otherwise"]) for step in draft["steps"]}
    assert ways["Gold?"] == (keys["Invite"], keys["Tell"])
    assert api.post(f"{address}publish/").json() == {"moved": 0}
    assert api.get(address).json()["state"] == "running"
    journey_story.let_in()
    journey_story.go_on()
    assert api.get(f"{address}steps/").json()["totals"]["under_way"] == 2

    assert api.patch(f"{address}draft/", {"holdout_percent": 10}).status_code == 404, "what is published stays"
    assert api.post(f"{address}draft/").json()["version"] == 2
    assert api.post(f"{address}draft/").status_code == 409
    assert api.patch(f"{address}draft/steps/{keys['Wait']}/", {"days": 9}).json()["days"] == 9
    assert api.delete(f"{address}draft/steps/{keys['Tell']}/").status_code == 204
    assert api.patch(f"{address}draft/", {"again_after_days": 90, "first": keys["Wait"]}).json()["first"] == keys["Wait"]
    assert "Nothing leads to" in api.get(f"{address}draft/").json()["problems"][0]
    assert api.patch(f"{address}draft/", {"first": keys["Hello"]}).status_code == 200
    assert api.post(f"{address}publish/", {"under_way": "move"}).json() == {"moved": 2}
    assert api.get(address).json()["version"] == 2
    assert api.post(f"{address}move/").status_code == 409, "all are there"
    assert api.post(f"{address}end/", {"reason": "Another one follows"}).json() == {"left": 2}
    assert "Another one follows" in JourneyRun.objects.first().why
    assert api.post(f"{address}draft/").status_code == 409


def test_what_it_is_called_is_changed_and_a_draft_thrown_away(cast, api):
    address = begun(cast, api)
    assert api.patch(address, {"name": "Hello there", "owner": cast.arthur.email}).json()["name"] == "Hello there"
    assert api.delete(f"{address}draft/").status_code == 204
    assert not Journey.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "wait", "name": "Wait"}, 422, "days"),
        ({"kind": "wait", "name": "Wait", "days": 3, "text": "Hm"}, 422, "text"),
        ({"kind": "wait", "name": "Wait", "days": 3, "after": 99}, 422, "after"),
        ({"kind": "branch", "name": "All?", "rule": {"all": []}}, 422, "rule"),
        ({"kind": "leap", "name": "Leap"}, 400, "kind"),
        ({"kind": "announcement", "name": "Say", "announcement": "x"}, 422, "announcement"),
        ({"kind": "course", "name": "Learn", "course": "none"}, 422, "course"),
        ({"kind": "wait", "name": "Wait", "days": 3, "then": 1}, 400, "then"),
    ],
)
def test_a_step_that_cannot_be_names_the_field(cast, api, body, status, field):
    address = begun(cast, api)
    answer = api.post(f"{address}draft/steps/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    assert api.get(f"{address}draft/").json()["steps"] == []


def test_a_circle_and_an_unwritten_journey_are_refused(cast, api):
    address = begun(cast, api)
    assert api.post(f"{address}publish/").status_code == 422
    first = api.post(f"{address}draft/steps/", {"kind": "wait", "name": "Wait", "days": 3}).json()["key"]
    second = api.post(f"{address}draft/steps/", {"kind": "wait", "name": "More", "days": 3, "after": first}).json()["key"]
    assert api.patch(f"{address}draft/steps/{second}/", {"then": first}).status_code == 422
    assert api.patch(f"{address}draft/steps/99/", {"name": "Gone"}).status_code == 404


def test_who_writes_drafts_does_not_publish_and_who_reads_does_neither(cast, api, sink):
    """Publishing sends: it asks for the right to send, as its button does."""
    address = begun(cast, api)
    written(cast, api, address)
    reader = integrator(cast.maria, "strategy:read")
    assert reader.get(f"{address}draft/").status_code == 200
    assert reader.patch(f"{address}draft/", {"holdout_percent": 1}).status_code == 403
    author = integrator(factories.make_user("author@vendor.example", name="Ada", roles=("Author",)))
    assert author.post(f"{address}publish/").status_code == 403
    assert author.post(f"{address}end/").status_code == 403
    assert Journey.objects.get().state == "draft"
