"""What writers work with, by the API: templates, jargon, and remarks on a version that waits for approval."""

import pytest

from activity.models import Activity
from communications.actions.announcements import submit_announcement
from communications.models import ContentTemplate, JargonWord, ReviewComment
from tests import announcement_story
from tests.api import integrator

pytestmark = pytest.mark.django_db
WRITES = ("announcements:read", "announcements:write")


@pytest.fixture
def waiting(cast):
    draft = announcement_story.draft(cast)
    submit_announcement(draft, by=cast.maria)
    return draft


def test_a_template_is_written_changed_and_deleted(cast):
    api = integrator(cast.maria, *WRITES)
    made = api.post(
        "templates/", {"name": "Short", "kind": "product_update", "title": "… is here", "body": "Dear {{ contact.name }}, …"}
    )
    assert made.status_code == 201, made.content
    assert (made.json()["language"], made.json()["programme"]) == ("en", None)
    address = f"templates/{made.json()['id']}/"
    assert api.patch(address, {"programme": cast.programme.key}).json()["programme"] == str(cast.programme.public_id)
    assert [row["name"] for row in api.get("templates/", name="shor", kind="product_update").json()["results"]] == ["Short"]
    refused = api.patch(address, {"body": "Dear {{ contact.salary }}"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["body"])
    assert api.post("templates/", {**made.json(), "name": "Other"}).status_code == 400  # the id cannot be set
    assert api.delete(address).status_code == 204
    assert (api.get(address).status_code, ContentTemplate.objects.filter(name="Short").exists()) == (404, False)
    assert Activity.objects.filter(verb="template.deleted", actor=cast.maria).exists()


def test_two_templates_of_one_name_would_be_mixed_up(cast):
    api = integrator(cast.maria, *WRITES)
    given = {"name": "Short", "kind": "product_update", "title": "… is here", "body": "Dear all"}
    assert [api.post("templates/", given).status_code for _time in range(2)] == [201, 422]
    assert ContentTemplate.objects.filter(name="Short").count() == 1


def test_a_word_is_kept_and_taken_off_the_list(cast):
    api = integrator(cast.maria, *WRITES)
    made = api.post("jargon/", {"word": " MDF  money ", "instead": "marketing budget"})
    assert (made.status_code, made.json()["word"], made.json()["language"]) == (201, "MDF money", "en")
    address = f"jargon/{made.json()['id']}/"
    assert api.patch(address, {"instead": ""}).json() == {**made.json(), "instead": ""}
    assert api.post("jargon/", {"word": "mdf MONEY"}).status_code == 422
    assert api.get("jargon/", word="mdf money", language="en").json()["results"] == [{**made.json(), "instead": ""}]
    assert api.delete(address).status_code == 204
    assert not JargonWord.objects.filter(word="MDF money").exists()


def test_a_number_is_no_text_and_yes_is_not_one(cast):
    api = integrator(cast.maria, *WRITES, "crises:read")
    refused = api.post("jargon/", {"word": "MDF money", "instead": 15})
    assert (refused.status_code, refused.json()["errors"]) == (400, {"instead": ["Write it as text, in quotes."]})
    assert not JargonWord.objects.filter(word="MDF money").exists()
    assert api.get("crises/", is_drill="1").status_code == 400
    assert api.get("crises/", is_drill="true").status_code == 200


def test_a_version_is_remarked_on_answered_and_settled(cast, waiting):
    api, arthurs = integrator(cast.maria, *WRITES), integrator(cast.arthur, "announcements:read", "announcements:approve")
    quote = " ".join(waiting.body.split()[:2])
    remark = {"announcement": str(waiting.public_id), "version": 1, "text": "By when?", "quote": quote}
    made = arthurs.post("remarks/", remark)
    assert made.status_code == 201, made.content
    address = f"remarks/{made.json()['id']}/"
    answered = api.post(f"{address}reply/", {"text": "By May."})
    assert (answered.status_code, [row["text"] for row in answered.json()["replies"]]) == (201, ["By May."])
    assert api.post(f"{address}settle/").json()["settled_by"] == cast.maria.email
    assert api.post(f"{address}settle/").status_code == 409
    assert api.get("remarks/", announcement=str(waiting.public_id), is_open="true").json()["results"] == []
    assert api.post(f"{address}reopen/").json()["settled_at"] is None
    assert [row["by"] for row in api.get("remarks/", is_open="true").json()["results"]] == [cast.arthur.email]


@pytest.mark.parametrize("odd", [{"quote": "nowhere in it"}, {"version": 9}, {"text": "\u0000"}, {"announcement": "x"}])
def test_a_remark_on_nothing_is_refused_and_not_kept(cast, waiting, odd):
    remark = {"announcement": str(waiting.public_id), "version": 1, "text": "By when?"}
    assert integrator(cast.maria, *WRITES).post("remarks/", remark | odd).status_code in (400, 409, 422)
    assert not ReviewComment.objects.exists()


def test_who_only_reads_writes_nothing(cast, waiting):
    reads = integrator(cast.maria, "announcements:read")
    template = ContentTemplate.objects.create(name="Short", kind="product_update", title="…", body="…")
    remark = {"announcement": str(waiting.public_id), "version": 1, "text": "By when?"}
    assert reads.post("remarks/", remark).status_code == 403
    assert reads.post("jargon/", {"word": "MDF money"}).status_code == 403
    assert reads.delete(f"templates/{template.public_id}/").status_code == 403
    assert integrator(cast.maria, "strategy:read").get("templates/").status_code == 403
    assert ContentTemplate.objects.filter(name="Short").exists()
    assert not ReviewComment.objects.exists()
