"""What an effect against a holdout is in words: told where they are enough, refused where too few, the same on both pages."""

import pytest
from django.urls import reverse

from communications.admin.effects import told_in_words
from communications.models import JourneyRun, RunState
from communications.rates import Rate, chance_of, difference_between
from tests import factories, journey_story, planning_story
from tests.api import integrator
from tests.test_journeys import add, go_on, let_in, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("went", "held_out", "words"),
    [
        (Rate(60, 180), Rate(8, 75), "It raises the share of partners who did it by "),
        (Rate(8, 75), Rate(60, 180), "It lowers the share of partners who did it by "),
        (Rate(30, 90), Rate(28, 90), "It cannot be told yet what it does: it may lower the share of partners who did it by up to "),
        (Rate(2, 6), Rate(0, 2), "They are too few to tell"),
    ],
)
def test_what_it_does_or_that_it_cannot_be_told(went, held_out, words):
    chance = chance_of(went, held_out)
    assert told_in_words(None if chance is None else difference_between(went, held_out), chance).startswith(words)


def test_the_points_and_the_chance_are_told_as_they_are():
    told = told_in_words((0.105, 0.307), 0.00001)
    assert "by 10.5 to 30.7 points" in told
    assert told.endswith("less often than with a probability of 0.001.")
    assert told_in_words((-0.307, -0.105), 0.0123).endswith("so far with a probability of 0.012.")
    assert "by 10.5 to 30.7 points" in told_in_words((-0.307, -0.105), 0.0123)


@pytest.mark.parametrize(("others", "words"), [(120, "It raises the share of partners"), (6, "They are too few to tell")])
def test_a_journey_and_its_objective_say_the_same(cast, client, others, words):
    for n in range(others):
        factories.make_partner(f"Partner {n:03}", programme=cast.programme)
    objective = planning_story.objective(cast)
    version = journey_story.begin(cast, holdout_percent=40, objective=objective)
    add(version, cast, "notify", "Tell", text="Call them")
    journey = publish(version, cast)
    let_in()
    go_on()
    went = JourneyRun.objects.filter(journey=journey).exclude(state=RunState.HELD_OUT).select_related("partner")
    for run in list(went)[::2]:
        planning_story.certify(cast, run.partner, on=planning_story.in_days(0))
    client.force_login(cast.maria)
    pages = {
        name: client.get(reverse(f"admin:communications_{name}_page", args=[row.public_id])).content.decode()
        for name, row in (("journey", journey), ("objective", objective))
    }
    said = {name: page.partition('<p class="rp-told">')[2].partition("</p>")[0] for name, page in pages.items()}
    assert said["journey"] == said["objective"]
    assert said["journey"].startswith(words)
    [row] = integrator(cast.maria).get(f"objectives/{objective.public_id}/effect/").json()["comparisons"]
    assert (row["share_95"] is None) == words.startswith("They are too few")
