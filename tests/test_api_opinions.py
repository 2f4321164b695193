"""An opinion survey is written, opened, changed, closed and answered for by API, by the rules of the pages."""

import pytest

from communications.models import OpinionPolicy, OpinionSurvey
from tests import factories, talk_story
from tests.api import integrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(cast):
    OpinionPolicy.objects.update_or_create(pk=1, defaults={"smallest_group": 3, "rest_days": 60})
    return integrator(cast.maria)


def begun(cast, api, **changes) -> str:
    body = {"title": "How is it?", "programme": str(cast.programme.public_id), **changes}
    made = api.post("opinions/", body)
    assert made.status_code == 201, made.content
    return f"opinions/{made.json()['id']}/"


def test_a_survey_from_its_first_question_to_what_was_done(cast, api):
    segment = str(factories.make_segment().public_id)
    address = begun(cast, api)
    assert api.get(address).json()["is_anonymous"] is True
    assert api.post(f"{address}open/").status_code == 422, "for nobody"
    assert api.patch(address, {"segment": segment, "cut": "country"}).json()["cut"] == "country"
    assert api.post(f"{address}open/").status_code == 409, "without a question"
    nps = api.post(f"{address}questions/", {"kind": "nps", "wording": "Would you recommend us?", "is_required": True})
    day = api.post(f"{address}questions/", {"kind": "choice", "wording": "Which day?", "options": ["Monday", "Friday"]})
    assert (nps.status_code, day.status_code) == (201, 201), day.content
    own = f"{address}questions/{day.json()['id']}/"
    assert api.patch(own, {"options": ["Monday", "Friday", "none"], "move": "up"}).json()["options"][-1] == "none"
    assert [row["kind"] for row in api.get(f"{address}questions/").json()] == ["choice", "nps"]

    german = {"language": "en", "translations": {"de": {"title": "Wie ist es?"}}}
    assert api.post(f"{address}languages/", german).json()["languages"] == ["en", "de"]
    assert "Deutsch" in api.post(f"{address}open/").json()["detail"], "half a language is not asked in"
    short = api.patch(own, {"translations": {"de": {"wording": "Welcher Tag?", "options": ["Montag"]}}})
    assert (short.status_code, list(short.json()["errors"])) == (422, ["translations"])
    assert api.post(f"{address}languages/", {"language": "en", "translations": {}}).json()["languages"] == ["en"]

    assert api.post(f"{address}open/").json() == {"people": 3}
    stays = api.patch(address, {"is_anonymous": False})
    assert (stays.status_code, list(stays.json()["errors"])) == (409, ["is_anonymous"])
    assert api.post(f"{address}publish/").status_code == 409, "nothing has changed"
    assert api.post(f"{address}remind/").status_code == 409, "they have only just been asked"
    assert api.delete(own).status_code == 204
    assert api.post(f"{address}publish/").json()["version"] == 2
    survey = OpinionSurvey.objects.get()
    for contact in (cast.nora, cast.ben, cast.sven):
        talk_story.answer_first(survey, contact, "9")
    lines = {"outcomes": [{"said": "Too slow", "did": "A second line"}]}
    assert api.post(f"{address}outcomes/", lines).json() == lines
    assert api.post(f"{address}tell/").status_code == 409, "it is open"
    assert api.post(f"{address}close/").json()["state"] == "closed"
    assert api.post(f"{address}close/").status_code == 409
    assert api.get(f"{address}results/").json()["answered"] == 3
    assert api.post(f"{address}tell/").json()["told_at"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "choice", "wording": "Which?", "options": ["one"]}, 422, "options"),
        ({"kind": "fact", "wording": "How many?"}, 422, "data_point"),
        ({"kind": "guess", "wording": "What?"}, 400, "kind"),
        ({"kind": "nps"}, 400, "wording"),
        ({"kind": "nps", "wording": "So?", "translations": {"de": {"wording": "Na?"}}}, 422, "wording"),
    ],
)
def test_a_question_that_cannot_be_names_the_field(cast, api, body, status, field):
    address = begun(cast, api)
    answer = api.post(f"{address}questions/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    assert api.get(f"{address}questions/").json() == []


def test_who_may_only_read_opens_nothing(cast, api):
    survey = talk_story.survey(cast)
    address = f"opinions/{survey.public_id}/"
    for asking in (integrator(cast.maria, "questions:read"), integrator(cast.arthur)):
        assert asking.post(f"{address}open/").status_code == 403
        assert asking.post(f"{address}questions/", {"kind": "nps", "wording": "So?"}).status_code == 403
        assert asking.patch(address, {"title": "Other"}).status_code == 403
    survey.refresh_from_db()
    assert (survey.state, survey.title) == ("draft", "How is it?")
