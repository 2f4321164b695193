"""The contract is honest: what the schema promises is what the API does, for good input and bad."""

import json
from pathlib import Path

import drf_spectacular.validation
import jsonschema_rs
import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from communications.models import Delivery, Question
from partnerhub.wsgi import application
from partners.models import Enrolment
from tests.api import integrator
from tests.factories import make_announcement, make_segment
from tests.library_story import published

STANDARD = jsonschema_rs.validator_for(
    json.loads((Path(drf_spectacular.validation.__file__).parent / "openapi_3_1_schema.json").read_text())
)
EXAMPLES = 15  # of each operation and way, at length
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422]
CONFIG = {
    "checks": {
        # The shape may be right and the content not: a language that does not exist, a tier that the programme has not.
        "positive_data_acceptance": {"expected-statuses": ["2xx", 403, 404, 409, 422]},
        "negative_data_rejection": {"expected-statuses": REFUSALS},
    },
    "generation": {"mode": "all"},
}
NOUNS = (
    "agreements",
    "alarms",
    "alert-rules",
    "alerts",
    "announcements",
    "cadences",
    "calendar",
    "certificates",
    "contacts",
    "conversations",
    "courses",
    "crises",
    "crisis-protocols",
    "deliveries",
    "discussions",
    "engagement",
    "enrolments",
    "facts",
    "forums",
    "ideas",
    "jargon",
    "journeys",
    "meetings",
    "newsletters",
    "objectives",
    "opinions",
    "participations",
    "partner-certifications",
    "partner-regions",
    "partner-specialties",
    "partners",
    "performance",
    "products",
    "programmes",
    "questions",
    "quiz-attempts",
    "remarks",
    "resources",
    "search",
    "segments",
    "sending",
    "sending-limits",
    "sites",
    "statements",
    "suppressions",
    "templates",
    "themes",
    "webhooks",
)


def test_the_schema_is_generated_without_a_warning_and_keeps_to_the_standard(db, tmp_path):
    made = tmp_path / "schema.json"
    call_command("spectacular", "--fail-on-warn", "--format", "openapi-json", "--file", str(made))
    schema = json.loads(made.read_text())
    assert schema["openapi"].startswith("3.1")
    assert [fault.message for fault in STANDARD.iter_errors(schema)] == []
    schema["paths"]["/api/v1/partners/"]["get"]["responses"]["200"].pop("description")
    assert not STANDARD.is_valid(schema)


def test_it_is_made_once_in_each_language_and_read_in_two_forms(db, monkeypatch):
    read = {form: Client().get(f"/api/schema/?format={form}") for form in ("json", "yaml")}
    monkeypatch.setattr(SchemaGenerator, "parse", None)  # whoever made it again would fail
    assert Client().get("/api/schema/?format=json").content == read["json"].content
    assert read["yaml"].text.startswith("openapi: 3.1")


def test_everyone_may_read_the_schema_and_it_names_every_resource(db):
    answer = Client().get("/api/schema/", headers={"accept": "application/json"})
    schema = json.loads(answer.content)
    assert answer.status_code == 200
    assert {path.split("/")[3] for path in schema["paths"]} == set(NOUNS)
    moves = {path.split("/")[-2] for path in schema["paths"] if path.startswith("/api/v1/announcements/{id}/")}
    life = {
        "plan",
        "submit",
        "approve",
        "schedule",
        "unschedule",
        "pause",
        "resume",
        "cancel",
        "close",
        "end-test",
        "renew",
        "retire",
    }
    assert moves == {"{id}", *life, "return", "in-doubt", "report", "breakdown", "words", "consistency"}


def test_every_operation_documents_its_problems_and_wants_a_token(db):
    schema = json.loads(Client().get("/api/schema/?format=json").content)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {"token": []} in operation["security"], (method, path)
            assert "application/problem+json" in operation["responses"]["401"]["content"], (method, path)


def test_the_docs_need_nothing_from_elsewhere(db):
    answer = Client().get("/api/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "//" not in page.replace("<!doctype", "")
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "unsafe-eval" not in answer["Content-Security-Policy"]


@pytest.fixture
def one_connection():
    """As Django's own test client does: a request must not close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(cast, media, one_connection) -> dict[str, str]:
    """Rows that exist, so that more than the way to a 404 is tried; and Maria's token."""
    segment = make_segment()
    announcement = make_announcement(programme=cast.programme, segment=segment, author=cast.maria)
    Delivery.objects.create(announcement=announcement, contact=cast.nora, partner=cast.alpenglow, channel="portal")
    question = Question.objects.create(announcement=announcement, contact=cast.nora, partner=cast.alpenglow, text="When?")
    rows = {"announcements": announcement, "contacts": cast.nora, "enrolments": Enrolment.objects.first(),
            "partners": cast.alpenglow, "programmes": cast.programme, "questions": question,
            "resources": published(cast), "segments": segment}  # fmt: skip
    return {"token": integrator(cast.maria).token, **{noun: str(row.public_id) for noun, row in rows.items()}}


CONTRACT = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=SchemathesisConfig.from_dict(CONFIG))
OPERATIONS = [result.ok() for result in CONTRACT.get_all_operations()]
# A few that stand for the others: of each noun what makes one, or else what lists them.
LISTS = [operation for operation in OPERATIONS if operation.path.count("/") == 4]
A_FEW = list({operation.path: operation for operation in LISTS}.values())
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
a_few_operations = pytest.mark.parametrize("operation", A_FEW, ids=lambda operation: operation.label)
both_ways = pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good input", "bad input"])


def keeps_its_promise(operation, mode: GenerationMode, known: dict[str, str], *, examples: int) -> None:
    noun = operation.path.split("/")[3]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def explore(case):
        if mode.is_positive and "id" in (case.path_parameters or {}) and noun in known:
            case.path_parameters["id"] = known[noun]
        assume(not (_is_blank(case.body) if mode.is_positive else _is_lost_on_the_way(case)))
        case.call_and_validate(headers={"Authorization": f"Bearer {known['token']}"})

    explore()


def _is_blank(body) -> bool:
    """A text of spaces alone is trimmed to nothing and refused; which characters are spaces no pattern says alike everywhere.
    A file without a byte is sent from here as a field without a file."""
    values = body.values() if isinstance(body, dict) else ()
    return any(getattr(value, "data", value) == b"" or (isinstance(value, str) and value and not value.strip()) for value in values)


def _is_lost_on_the_way(case) -> bool:
    """A parameter that is bad because it holds an empty list is not in the address at all: what is sent is good. A form says all
    in words: a list of one word is that word, and a number its digits."""
    is_form = case.media_type == "multipart/form-data" and isinstance(case.body, dict)
    in_words = all(isinstance(value, str | bytes) for value in case.body.values()) if is_form else True
    return not in_words or any(value in ([], {}, None) for value in (case.query or {}).values())


@a_few_operations
def test_good_input_is_answered_as_promised(operation, known):
    keeps_its_promise(operation, GenerationMode.POSITIVE, known, examples=2)


@a_few_operations
def test_bad_input_is_refused_as_promised(operation, known):
    keeps_its_promise(operation, GenerationMode.NEGATIVE, known, examples=2)


@pytest.mark.slow
@both_ways
@every_operation
def test_the_contract_is_kept_at_length(operation, mode, known):
    keeps_its_promise(operation, mode, known, examples=EXAMPLES)
