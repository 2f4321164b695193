"""The calendar, newsletters before they go out, and forums, by API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communications.actions.discussions import begin_discussion, report_post
from communications.models import Discussion, Forum, Post, PostReport
from tests import announcement_story, cadence_story, factories, talk_story
from tests.api import integrator
from tests.meeting_story import invited

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast):
    return integrator(cast.maria)


# --- Calendar ----------------------------------------------------------------------------------------------------------


def test_the_calendar_tells_what_stands_between_two_days_to_who_may_read_it(cast, api):
    meeting = invited(cast, days=3)
    draft = announcement_story.draft(cast, "Prices")
    day = timezone.localdate() + timedelta(days=5)
    type(draft).objects.filter(pk=draft.pk).update(planned_on=day)
    asked = {"from": timezone.localdate().isoformat(), "to": day.isoformat()}
    days = {row["day"]: row["items"] for row in api.get("calendar/", **asked).json()["days"]}
    [there] = days[meeting.starts_at.date().isoformat()]
    assert (there["kind"], there["title"], there["id"]) == ("meetings", "Supplier meeting", None)
    assert [(item["kind"], item["id"], item["state"]) for item in days[day.isoformat()]] == [
        ("announcement", str(draft.public_id), "draft")
    ]
    assert "Prices" not in api.get("calendar/", **{**asked, "to": asked["from"]}).content.decode()
    narrow = integrator(cast.maria, "announcements:read").get("calendar/", **asked).content.decode()
    assert "Prices" in narrow
    assert "Supplier meeting" not in narrow, "that takes the scope of meetings"
    assert integrator(cast.maria, "meetings:read").get("calendar/", **asked).status_code == 403


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "tomorrow"}, "from"),
        ({"to": "2031-02-30"}, "to"),
        ({"from": "2031-03-09", "to": "2031-03-08"}, "to"),
        ({"from": "2031-03-09", "to": "2031-12-31"}, "to"),
        ({"from": "9999-12-31"}, "from"),
        ({"programme": "none"}, "programme"),
    ],
)
def test_days_that_cannot_be_are_refused_with_their_name(cast, api, asked, field):
    answer = api.get("calendar/", **asked)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


# --- Newsletters -------------------------------------------------------------------------------------------------------


def test_a_newsletter_is_looked_at_and_an_item_left_out(cast, api, sink):
    newsletter = cadence_story.drafted(cast)
    [row] = api.get("newsletters/", cadence=str(newsletter.cadence.public_id)).json()["results"]
    address = f"newsletters/{row['id']}/"
    assert (row["state"], row["announcement"]) == ("draft", str(newsletter.announcement.public_id))
    items = api.get(f"{address}items/").json()
    prices = next(item for item in items if item["title"] == "New margins")
    assert prices["people"] > 0
    left = api.patch(f"{address}items/{prices['announcement']}/", {"is_left_out": True}).json()
    assert next(item for item in left if item["title"] == "New margins")["people"] == 0
    assert api.post(f"{address}draw-up/").status_code == 200
    assert api.patch(f"{address}items/{newsletter.announcement.public_id}/", {"is_left_out": True}).status_code == 404
    assert integrator(cast.maria, "strategy:read").post(f"{address}draw-up/").status_code == 403
    again = api.post(f"cadences/{newsletter.cadence.public_id}/draft/")
    assert again.status_code in (201, 409), again.content


# --- Forums ------------------------------------------------------------------------------------------------------------


def test_a_forum_is_opened_written_to_and_closed(cast, api):
    body = {"title": "From practice", "programme": str(cast.programme.public_id)}
    made = api.post("forums/", body)
    assert (made.status_code, made.json()["is_open"]) == (201, True)
    twice = api.post("forums/", body)
    assert (twice.status_code, list(twice.json()["errors"])) == (422, ["title"])
    begun = api.post("discussions/", {"forum": made.json()["id"], "title": "Storage", "text": "How much do you plan?"})
    assert begun.status_code == 201, begun.content
    assert [post["text"] for post in begun.json()["posts"]] == ["How much do you plan?"]
    address = f"forums/{made.json()['id']}/"
    segment = str(factories.make_segment().public_id)
    assert api.patch(address, {"is_open": False, "segment": segment}).json()["segment"] == segment
    refused = api.post("discussions/", {"forum": made.json()["id"], "title": "More", "text": "And now?"})
    assert (refused.status_code, "closed" in refused.json()["detail"]) == (409, True)
    assert [row["id"] for row in api.get("forums/", is_open="false").json()["results"]] == [made.json()["id"]]
    assert Discussion.objects.count() == 1


def test_discussions_are_moderated(cast, api):
    told = talk_story.tell(cast)
    address, answer = f"discussions/{told.discussion.public_id}/", told.answer
    post = f"{address}posts/{answer.public_id}/"
    assert api.post(f"{address}accept/", {"post": str(answer.public_id)}).json()["accepted"] == str(answer.public_id)
    assert api.post(f"{address}accept/", {"post": None}).json()["accepted"] is None
    first = told.discussion.posts.order_by("at", "pk").first()
    assert api.post(f"{address}accept/", {"post": str(first.public_id)}).status_code == 422, "a question is no answer"

    assert api.post(f"{post}hide/", {}).status_code == 400
    hidden = {row["id"]: row for row in api.post(f"{post}hide/", {"reason": "Not ours to tell"}).json()["posts"]}
    assert hidden[str(answer.public_id)]["hidden_reason"] == "Not ours to tell"
    assert api.post(f"{post}hide/", {"reason": "Once more"}).status_code == 409
    shown = {row["id"]: row for row in api.post(f"{post}show/").json()["posts"]}
    assert not shown[str(answer.public_id)]["is_hidden"]

    report_post(answer, contact=cast.nora, reason="Is that so?")
    assert api.post(f"{post}keep/").status_code == 200
    assert not PostReport.objects.filter(settled_at=None).exists()
    assert api.post(f"{address}lock/", {"is_locked": True}).json()["locked_at"]
    assert api.post(f"{address}answer/", {"text": "One more"}).status_code == 409
    assert api.post(f"{address}lock/", {"is_locked": False}).json()["locked_at"] is None


def test_a_post_is_moderated_where_it_stands_and_by_who_may(cast, api):
    told = talk_story.tell(cast)
    other = begin_discussion(told.forum, title="Other", text="Hello", contact=cast.sven)
    astray = f"discussions/{other.public_id}/posts/{told.answer.public_id}/hide/"
    assert api.post(astray, {"reason": "x"}).status_code == 404
    own = f"discussions/{told.discussion.public_id}/posts/{told.answer.public_id}/hide/"
    for asking in (integrator(cast.maria, "questions:read"), integrator(cast.arthur)):
        assert asking.post(own, {"reason": "x"}).status_code == 403
    assert not Post.objects.exclude(hidden_at=None).exists()


def test_who_may_only_read_opens_no_forum(cast, api):
    for asking in (integrator(cast.maria, "questions:read"), integrator(cast.arthur)):
        assert asking.post("forums/", {"title": "Mine"}).status_code == 403
    assert not Forum.objects.exists()
