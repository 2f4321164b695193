"""The managers' pages of journeys, the picture, the try on the past, and the API."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from communications.models import Journey, JourneyRun, JourneyVersion
from communications.queries.journey_dry_run import try_on_the_past
from communications.queries.journey_steps import Place
from communications.rendering.journey_picture import Box, Line, drawn
from context.actions.data_points import create_data_point
from context.actions.facts import record_fact
from context.models import Fact
from partners.models import Contact, Enrolment, Partner
from tests import factories, journey_story
from tests.api import integrator
from tests.journey_story import GOLD, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(cast):
    client = Client()
    client.force_login(cast.maria)
    return client


@pytest.fixture
def journey(cast, sink):
    return journey_story.one_of_each(cast)


def test_a_journey_is_begun_written_and_published_by_forms_alone(cast, sink, maria):
    segment = factories.make_segment("New ones")
    hello = journey_story.by_journey(cast)
    added = reverse("admin:communications_journey_add")
    answer = maria.post(added, {"programme": cast.programme.pk, "name": "Welcome", "purpose": "onboarding", "segment": segment.pk,
                                "holdout_percent": 0, "owner": cast.maria.pk})  # fmt: skip
    journey = Journey.objects.get()
    edit = reverse("admin:communications_journey_edit", args=[journey.public_id])
    assert answer.headers["Location"] == edit

    steps = reverse("admin:communications_journey_new_step", args=[journey.public_id])
    assert (
        maria.post(f"{steps}?kind=announcement", {"name": "Hello", "announcement": hello.pk, "place": ".then"}).status_code == 302
    )
    assert (
        maria.post(f"{steps}?kind=branch", {"name": "Gold?", "place": "1.then", "rule": "{}", "segment": segment.pk}).status_code
        == 302
    )
    refused = maria.post(f"{steps}?kind=wait", {"name": "Wait", "place": "2.else", "days": ""})
    assert refused.status_code == 422
    assert JourneyVersion.objects.get().steps.count() == 2

    circle = maria.post(reverse("admin:communications_journey_step", args=[journey.public_id, 2]),
                        {"name": "Gold?", "rule": "{}", "segment": segment.pk, "then": "1", "otherwise": ""})  # fmt: skip
    assert "“Hello” → “Gold?” → “Hello”" in circle.content.decode()
    assert "Publish version 1" in maria.get(edit).content.decode()
    maria.post(reverse("admin:communications_journey_publish", args=[journey.public_id]))
    journey.refresh_from_db()
    assert (journey.state, journey.published) == ("running", 1)


def test_the_pages_show_who_is_where_in_few_queries(cast, journey, maria, django_assert_max_num_queries):
    page = reverse("admin:communications_journey_page", args=[journey.public_id])
    maria.get(page)
    with django_assert_max_num_queries(12):
        body = maria.get(page).content.decode()
    assert "<svg" in body
    assert "Say hello" in body
    assert "2 went through" in body
    for name in ("edit", "partners", "try"):
        answer = maria.get(reverse(f"admin:communications_journey_{name}", args=[journey.public_id]))
        assert answer.status_code == 200
    why = maria.get(reverse("admin:communications_journey_why", args=[journey.public_id, cast.baltic.public_id]))
    assert "did not hold" in why.content.decode()
    overview = maria.get(reverse("admin:partners_partner_overview", args=[cast.baltic.public_id]), {"tab": "communication"})
    assert "Welcome to the programme" in overview.content.decode()


def test_a_manager_of_some_partners_counts_those_and_sees_no_others(cast, journey):
    paul = factories.make_user("paul@vendor.example", name="Paul", roles=("Partner manager",))
    Enrolment.objects.filter(partner=cast.baltic).update(manager=paul)
    client = Client()
    client.force_login(paul)
    listed = client.get(reverse("admin:communications_journey_partners", args=[journey.public_id])).content.decode()
    assert "Baltic" in listed
    assert "Alpenglow" not in listed
    why = reverse("admin:communications_journey_why", args=[journey.public_id, cast.alpenglow.public_id])
    assert client.get(why).status_code == 404
    client.post(reverse("admin:communications_journey_act", args=[journey.public_id, "begin"]))
    assert journey.versions.count() == 2  # may look, not change


def test_the_picture_puts_what_follows_below_and_a_branch_beside():
    boxes = [Box(key, f"Step {key}", "Wait", key, "#") for key in (1, 2, 3, 4)]
    lines = [Line(1, 2, "yes"), Line(1, 3, "no", is_else=True), Line(2, 4), Line(3, 4), Line(4, None)]
    picture = drawn(boxes, lines)
    at = {one.box.key: (one.x, one.y) for one in picture.boxes}
    assert at[2][1] == at[3][1] > at[1][1]
    assert at[3][0] > at[2][0]
    assert at[4][1] > at[2][1]
    assert len({*at.values()}) == 4
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in at.values())
    assert [line.words for line in picture.lines][:2] == ["yes", "no"]


def test_no_box_stands_on_the_words_of_a_line():
    """A branch, at one side of which a task is waited for; where it is not done, the way ends past what else stands there."""
    boxes = [Box(key, f"Step {key}", "Wait", key, "#") for key in (1, 2, 3, 4, 5)]
    lines = [Line(1, 2, "yes"), Line(1, 5, "no", is_else=True), Line(2, 3, "done"), Line(2, None, "not done", is_else=True),
             Line(3, 4), Line(4, None), Line(5, None)]  # fmt: skip
    picture = drawn(boxes, lines)
    for line in picture.lines:
        width = 7 * len(line.words)
        start = line.x - width if line.before else line.x
        hidden = [
            box.name for box in picture.boxes
            if start < box.x + box.width and box.x < start + width and line.y - 10 < box.y + box.height and box.y < line.y
        ]  # fmt: skip
        assert not hidden, line.words
        assert 0 <= start <= picture.width - width, line.words
    to_the_end = [line.path for line in picture.lines if line.path.endswith(f" H{picture.end_x + 14}")]
    assert len(to_the_end) == 2, "from the right, while its word stands at the left"


def test_the_try_on_the_past_asks_what_was_known_then(cast, sink):
    """Alpenglow had two engineers for a month, Baltic has had them since yesterday."""
    create_data_point(by=cast.maria, key="engineers", label="Engineers", type="number")
    past = timezone.now() - timedelta(days=200)
    Partner.objects.update(created_at=past)
    Contact.objects.update(created_at=past)
    apps.get_model("partners", "EnrolmentEvent").objects.update(pgh_created_at=past)
    for partner, days in ((cast.alpenglow, 30), (cast.baltic, 1)):
        fact = record_fact(partner, "engineers", 2, source="call", method="manual", by=cast.maria)
        at = timezone.now() - timedelta(days=days)
        Fact.objects.filter(pk=fact.pk).update(recorded_at=at, observed_at=at)
    two = factories.make_segment("Two engineers", rule={"all": [{"field": "fact.engineers", "op": "gte", "value": 2}]})
    version = journey_story.begin(cast, segment=two)
    wait = add(version, cast, "wait", "A fortnight", days=14)
    branch = add(version, cast, "branch", "Gold?", Place(wait.key), rule=GOLD)
    add(version, cast, "wait", "For ever", Place(branch.key, "else"), days=700)
    version.refresh_from_db()

    tried = try_on_the_past(version, timezone.localdate() - timedelta(days=60), user=cast.maria)
    here = {line.step.name: line.names for line in tried.lines if line.here}
    assert (tried.asked, tried.of, tried.entered) == (2, 2, 2)
    assert here["A fortnight"] == ("Baltic Cloud OÜ",)
    since = str(timezone.localdate() - timedelta(days=60))
    by_api = integrator(cast.maria).get(f"journeys/{version.journey.public_id}/preview/", since=since, version=1).json()
    assert (by_api["asked"], by_api["entered"], by_api["version"]) == (2, 2, 1)
    assert {step["name"]: step["names"] for step in by_api["steps"] if step["here"]} == {
        name: list(names) for name, names in here.items()
    }
    assert not JourneyRun.objects.exists()
    assert Fact.objects.count() == 2


def test_a_day_to_come_cannot_be_tried(cast, journey, maria):
    address = reverse("admin:communications_journey_try", args=[journey.public_id])
    answer = maria.get(address, {"since": str(timezone.localdate() + timedelta(days=1))})
    assert "Choose a day in the past" in answer.content.decode()
    api, own = integrator(cast.maria), f"journeys/{journey.public_id}/preview/"
    for asked in ({"since": str(timezone.localdate())}, {"since": "soon"}, {"version": "9"}, {"question": "x"}):
        refused = api.get(own, **asked)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, list(asked))
    assert api.get(own).json()["of"] == 2


def test_by_api_one_reads_who_is_where_and_why_and_pauses(cast, journey):
    api = integrator(cast.maria)
    [row] = api.get("journeys/", state="running").json()["results"]
    assert api.get(f"journeys/{row['id']}/partners/", state="zzz").status_code == 400
    address = f"journeys/{row['id']}/"
    steps = api.get(f"{address}steps/").json()
    assert (steps["totals"]["finished"], [step["name"] for step in steps["steps"]][:2]) == (2, ["Say hello", "Let them read"])
    assert {run["state"] for run in api.get(f"{address}partners/").json()} == {"finished"}
    [way] = api.get(f"{address}why/", partner=str(cast.baltic.public_id)).json()
    assert way["passes"][2]["outcome"] == "no"
    assert way["passes"][2]["decided_by"][0].startswith("not: ")
    assert api.get(f"{address}why/").status_code == 400
    assert api.post(f"{address}pause/").json()["state"] == "paused"
    assert api.post(f"{address}pause/").status_code == 409
