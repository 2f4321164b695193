"""What OpenAPI cannot read off the code: how tokens work, how an error looks, and that bodies hold nothing unknown."""

import json
from functools import lru_cache

from django.utils.translation import get_language
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiJsonRenderer

from partnerhub.api.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `detail` is a sentence for a person.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "description": "By field, where fields are at fault.", "additionalProperties": True},
    },
    "example": {
        "type": "urn:partnerhub:problem:refused",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "There is no tier “platin”. Known are: gold, silver.",
        "errors": {"tier": ["There is no tier “platin”. Known are: gold, silver."]},
    },
}
PROBLEMS = {
    "400": "The request is malformed: a field or query parameter of the wrong shape, or an unknown one.",
    "401": "The token is missing, unknown, expired or revoked.",
    "403": "The token lacks the scope, or its owner has no role for this.",
    "404": "There is no such object, or it is not yours to see.",
    "405": "This address does not know this method.",
    "406": "No such representation; JSON is spoken here.",
    "409": "The state of things forbids it, or a request with the same Idempotency-Key is being worked on.",
    "413": "The body is too large.",
    "415": "The body is of a type that is not read here: application/json is, and multipart/form-data where it takes a file.",
    "422": "The shape is right, the content is not: an unknown id or key, a time in the past, a rule that cannot be.",
    "429": "Too many requests; Retry-After says for how many seconds to wait.",
    "500": "Our fault.",
}
_VERBS = {
    "list": "List",
    "retrieve": "Read one of the",
    "create": "Add to the",
    "partial_update": "Change one of the",
    "destroy": "Withdraw one of the",
}
_WITH_BODY = ("409", "413", "415")
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Random text of yours. The same request again with the same key gets the first answer; nothing is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class BearerTokens(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "A token from `manage.py create_api_token`."}


class MadeOnce(SchemaGenerator):
    """The schema is the same for everybody, and making it takes a second: each process makes it once, in each language."""

    def get_schema(self, request=None, public=False) -> dict:
        return json.loads(_schema_as_json(get_language(), self.api_version))


@lru_cache(maxsize=8)
def _schema_as_json(_language: str, version: str | None) -> bytes:
    return OpenApiJsonRenderer().render(SchemaGenerator(api_version=version).get_schema(public=True))


class ResourceSchema(AutoSchema):
    """The body of a POST is the view's `input_class`, that of a PATCH its `change_class`."""

    def get_request_serializer(self):
        name = {"create": "input_class", "partial_update": "change_class"}.get(getattr(self.view, "action", ""))
        return getattr(self.view, name)() if name else super().get_request_serializer()

    def get_summary(self) -> str:
        """An action says in its first line what it does; the five verbs of every resource are said here."""
        verb = _VERBS.get(self.view.action)
        return f"{verb} {self.get_tags()[0]}" if verb else getattr(self.view, self.view.action).__doc__.split(".")[0]

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def describe_problems(result: dict, **_kwargs) -> dict:
    """Every operation may answer with a problem; a POST that writes takes an Idempotency-Key; no body holds unknown fields."""
    components = result["components"]
    # A session needs no describing: the browser sends it by itself, and a box to type a cookie into would only mislead.
    components["securitySchemes"].pop("cookieAuth", None)
    schemas = components["schemas"]
    schemas["Problem"] = PROBLEM
    for name, schema in schemas.items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _describe(operation, has_body=method != "get", has_id="{id}" in path)
            if method == "post" and not path.endswith("/preview/"):  # a preview writes nothing that could be done twice
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            for parameter in operation.get("parameters", []):
                _demand_a_value(parameter["schema"])
    return result


def _demand_a_value(schema: dict) -> None:
    if schema.get("type") == "string" and not schema.keys() & {"enum", "format", "pattern"}:
        schema["pattern"] = r"\S"


def _describe(operation: dict, *, has_body: bool, has_id: bool) -> None:
    operation["security"] = [{BearerTokens.name: []}]
    for status, description in PROBLEMS.items():
        if (status in _WITH_BODY and not has_body) or (status == "404" and not has_id):
            continue
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        operation["responses"][status] = {"description": description, "content": content}
