"""Points: counted from what was done, each thing once, a day capped, worth less as they age; off until they are turned on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from enablement.actions.courses import publish_course, write_version
from enablement.models import Certificate, LessonDone, Participation, PointsPolicy
from enablement.pointing import LEVELS, level_of, missing_for_next, worth_today
from enablement.queries.points import points_of, worth_of
from tests import learning_story

pytestmark = pytest.mark.django_db
TODAY = date(2030, 5, 1)


@pytest.fixture
def policy(cast) -> PointsPolicy:
    return PointsPolicy.objects.create(programme=cast.programme, is_on=True, half_life_days=30, most_a_day=1000)


def test_there_are_none_until_the_programme_turns_them_on(cast, client):
    learning_story.passed(learning_story.published(cast), cast.ben)
    client.force_login(cast.ben.user)
    assert client.get("/learning/points/").status_code == 404
    assert b"Your points" not in client.get("/learning/").content
    PointsPolicy.objects.create(programme=cast.programme, is_on=False)
    assert points_of(cast.ben) is None


def test_each_thing_counts_once_also_when_it_is_done_again_in_another_version(cast, policy):
    course = learning_story.published(cast)
    learning_story.passed(course, cast.ben)
    assert worth_of([cast.ben.pk], policy)[cast.ben.pk] == 5 + 2 * 20 + 50
    write_version(course, by=cast.maria)
    publish_course(course, by=cast.maria)
    learning_story.passed(course, cast.ben)
    assert Participation.objects.count() == 2
    assert worth_of([cast.ben.pk], policy)[cast.ben.pk] == 5 + 2 * 20 + 50


def test_a_day_gives_no_more_than_its_cap_and_age_halves_it(cast, policy):
    learning_story.passed(learning_story.published(cast), cast.ben)
    policy.most_a_day = 30
    assert worth_of([cast.ben.pk], policy)[cast.ben.pk] == 30
    then = timezone.now() - timedelta(days=30)
    LessonDone.objects.update(at=then)
    Certificate.objects.update(issued_on=then.date())
    assert worth_of([cast.ben.pk], policy)[cast.ben.pk] == pytest.approx(15)


def test_a_revoked_certificate_gives_nothing(cast, policy):
    learning_story.passed(learning_story.published(cast), cast.ben)
    Certificate.objects.update(revoked_at=timezone.now())
    assert worth_of([cast.ben.pk], policy)[cast.ben.pk] == 45


def test_others_than_colleagues_read_only_who_agreed(cast, policy, client):
    PointsPolicy.objects.update(board="named")
    course = learning_story.published(cast)
    for contact in (cast.ben, cast.sven):
        learning_story.passed(course, contact)
    client.force_login(cast.sven.user)
    page = client.get("/learning/points/").content.decode()
    assert "Sven Tamm" in page
    assert "Ben Ott" not in page
    client.force_login(cast.ben.user)
    client.post("/learning/points/", {"do": "name"})
    assert [line.contact for line in points_of(cast.sven).named] == [cast.ben]
    client.post("/learning/points/", {"do": "leave"})
    assert points_of(cast.sven).named == []


EARNED = st.lists(st.tuples(st.dates(date(2025, 1, 1), TODAY), st.integers(0, 500)), max_size=30)


@given(EARNED, st.integers(7, 400), st.integers(0, 2000))
def test_what_was_earned_only_ever_loses_worth(earned, half_life, days):
    now, later = (worth_today(earned, half_life, TODAY + timedelta(days=n)) for n in (0, days))
    assert 0 <= later <= now <= sum(points for _day, points in earned)
    assert worth_today(earned, half_life, TODAY + timedelta(days=half_life)) == pytest.approx(now / 2)


@given(st.floats(0, 5000))
def test_a_level_is_reached_by_what_is_said_to_be_missing(points):
    level, missing = level_of(points), missing_for_next(points)
    assert 1 <= level <= len(LEVELS)
    assert (missing is None) == (level == len(LEVELS))
    assert missing is None or level_of(points + missing) == level + 1
