"""Whatever goes wrong under /api/, the answer is a problem with a sentence."""

import json
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from partnerhub.api.throttling import PerToken
from partners.models import Partner
from tests.api import integrator


@pytest.fixture
def maria(cast):
    return integrator(cast.maria)


def assert_problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert {"type", "title", "detail"} <= body.keys()
    return body


def raw(maria, body, *, content_type="application/json", **headers):
    headers = {"authorization": f"Bearer {maria.token}", **headers}
    return maria.client.post("/api/v1/partners/", body, content_type=content_type, headers=headers)


@pytest.mark.parametrize("path", ["", "v1/", "v1/nothing/", "v1/partners/not-a-uuid/", "v1/a\nb/", "v2/partners/"])
def test_an_unknown_address(db, path):
    assert_problem(Client().get(f"/api/{path}"), 404)


def test_an_address_without_its_slash_sends_readers_on_and_tells_writers(db):
    answer = Client().get("/api/v1/partners?page_size=5")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/partners/?page_size=5")
    assert "/api/v1/partners/" in assert_problem(Client().post("/api/v1/partners"), 404)["detail"]


def test_a_method_that_is_not_there(maria):
    answer = maria.client.put("/api/v1/partners/", headers={"authorization": f"Bearer {maria.token}"})
    assert_problem(answer, 405)
    assert "POST" in answer["Allow"]
    assert_problem(maria.post("deliveries/", {}), 405)


def test_a_representation_that_is_not_there(maria):
    answer = maria.client.get("/api/v1/partners/", headers={"authorization": f"Bearer {maria.token}", "accept": "image/png"})
    assert_problem(answer, 406)


def test_a_body_that_is_not_json(maria):
    assert_problem(raw(maria, "name=x", content_type="application/x-www-form-urlencoded"), 415)
    for body in ("{", "[]", '"x"', "null", "NaN", "[" * 100_000, b"\xff\xfe"):
        assert_problem(raw(maria, body), 400)
    for body in ('{"name": "a\\u0000b"}', '{"name": "\\ud800"}', '{"name": "x", "a\\u0000": 1}'):
        assert_problem(raw(maria, body), 422)
    assert Partner.objects.count() == 2


def test_a_body_that_is_too_large(maria, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert_problem(raw(maria, json.dumps({"name": "x" * 2000})), 413)


def test_errors_name_the_field(maria):
    body = assert_problem(maria.post("partners/", {}), 400)
    assert "name" in body["errors"]
    assert body["detail"].startswith("name: ")


def test_too_many_requests_say_how_long_to_wait(maria):
    cache.clear()
    with patch.object(PerToken, "rate", "2/min", create=True):
        assert maria.get("partners/").status_code == 200
        assert maria.get("partners/").status_code == 200
        answer = maria.get("partners/")
    assert_problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60
    cache.clear()


def test_while_redis_is_away_the_api_goes_on(maria, settings):
    settings.CACHES = {**settings.CACHES, "default": {**settings.CACHES["default"], "LOCATION": "redis://localhost:1"}}
    assert maria.get("partners/").status_code == 200


def test_our_own_fault_tells_nothing_of_what_is_inside(maria):
    maria.client.raise_request_exception = False
    with patch("partners.api.partners.create_partner", side_effect=RuntimeError("the password is swordfish")):
        body = assert_problem(maria.post("partners/", {"name": "Cirrus AS"}), 500)
    assert "swordfish" not in json.dumps(body)


def test_a_foreign_idempotency_key_means_nothing(cast, maria):
    arthur = integrator(cast.arthur)
    maria.post("partners/", {"name": "Cirrus AS"}, idempotency_key="k1")
    assert_problem(arthur.post("partners/", {"name": "Cirrus AS"}, idempotency_key="k1"), 403)
