"""Out of attempts is not the end: a manager gives another one, and the pages say truthfully how one stands."""

import pytest

from activity.models import Activity
from activity.refusals import Refused
from enablement.actions.attempts import begin_attempt, give_another_attempt, hand_in
from enablement.actions.courses import publish_course
from enablement.models import Participation
from partners.models import Enrolment
from tests import factories, learning_story
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def stuck(cast) -> Participation:
    """Ben has read the text and failed the quiz twice, which is as often as he may; the simulation is ahead of him."""
    course = learning_story.written(cast)
    course.versions.get().lessons.filter(kind="quiz").update(attempts=2)
    publish_course(course, by=cast.maria)
    for _n in range(2):
        attempt = learning_story.trying(course, cast.ben)
        hand_in(attempt, {}, by=cast.ben.user)
    return attempt.participation


def failed(row: Participation):
    return row.attempts.order_by("-number").first()


def test_his_pages_say_that_none_is_left_and_whom_to_ask(cast, client, stuck):
    client.force_login(cast.ben.user)
    result = client.get(f"/learning/attempts/{failed(stuck).public_id}/").content.decode()
    assert "All attempts are used up. Ask your partner manager for another one." in result
    assert "then try again" not in result
    page = client.get(f"/learning/courses/{stuck.course.public_id}/").content.decode()
    assert "Go on with “Who buys it”" in page  # what he may do is offered
    assert "All attempts at “What you know” are used up" in page
    for lesson in stuck.version.lessons.exclude(kind="quiz"):
        stuck.done.create(lesson=lesson)
    page = client.get(f"/learning/courses/{stuck.course.public_id}/").content.decode()
    assert "Go on with" not in page
    assert 'href="/conversations/"' in page


def test_home_says_it_too_where_he_was_asked(cast, client, stuck):
    Participation.objects.filter(pk=stuck.pk).update(asked_at=stuck.began_at)
    client.force_login(cast.ben.user)
    (need,) = client.get("/").context["home"].needs
    assert "No attempt is left" in need.detail


def test_maria_gives_another_one_on_the_page_of_who_is_how_far(cast, client, stuck):
    client.force_login(cast.maria)
    page = client.get(f"/admin/enablement/course/{stuck.course.public_id}/progress/").content.decode()
    assert "no attempt left" in page
    address = f"/admin/enablement/course/people/{stuck.public_id}/another-attempt/"
    assert f'action="{address}"' in page
    given = client.post(address, follow=True)
    assert "Ben Ott may try “What you know” once more." in given.content.decode()
    assert f'action="{address}"' not in given.content.decode()
    told = Activity.objects.get(verb="attempt.given")
    assert (told.actor, told.partner_id) == (cast.maria, cast.alpenglow.pk)
    again = begin_attempt(stuck, failed(stuck).lesson, by=cast.ben.user)
    assert again.number == 3
    refused = client.post(address)
    assert (refused.status_code, "has attempts left" in refused.content.decode()) == (409, True)
    hand_in(again, learning_story.right_answers(again), by=cast.ben.user)
    assert stuck.done.filter(lesson=again.lesson).exists()


def test_by_api_once_and_refused_where_none_is_needed(cast, stuck):
    api = integrator(cast.maria)
    address = f"participations/{stuck.public_id}/another-attempt/"
    given = api.post(address)
    assert (given.status_code, given.json()["id"]) == (200, str(stuck.public_id))
    refused = api.post(address)
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "Ben Ott has attempts left in “Selling Aurora”. There is nothing to give.",
    )  # fmt: skip
    assert integrator(cast.maria, "learning:read").post(address).status_code == 403


def test_a_pass_is_not_tried_again_and_not_everybody_gives(cast, client, stuck):
    address = f"/admin/enablement/course/people/{stuck.public_id}/another-attempt/"
    otto = factories.make_user("otto@vendor.example", roles=("Partner manager",))
    for user, status in ((cast.arthur, 403), (otto, 404)):
        client.force_login(user)
        assert client.post(address).status_code == status
    Enrolment.objects.filter(partner=cast.alpenglow).update(manager=otto)
    assert client.post(address).status_code == 302
    passed = learning_story.passed(learning_story.published(cast, "Delivering Aurora", certified=False), cast.nora)
    with pytest.raises(Refused, match="has passed"):
        give_another_attempt(passed, by=cast.maria)
