"""Pages by cursor. The cursor holds where the last row stood in the order, so pages stay right while rows are added,
the thousandth costs what the first did, and rows that tie (or have a key of several columns) are neither lost nor doubled."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import reduce

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from activity.refusals import Invalid

PAGE_SIZE = 50
MAX_PAGE_SIZE = 500


@dataclass(frozen=True)
class Cursor:
    """`values` of the ordering's columns at the row to go on from; `backwards` towards the beginning."""

    values: tuple
    backwards: bool

    def __str__(self) -> str:
        return urlsafe_b64encode(json.dumps([self.backwards, *self.values], default=str).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        backwards, *values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return cls(tuple(values), bool(backwards))


class ByCursor(BasePagination):
    def paginate_queryset(self, queryset: QuerySet, request, view=None) -> list:
        self.request, self.ordering = request, _ordering(request, view)
        self.cursor = self._cursor(queryset)
        size = _page_size(request)
        backwards = bool(self.cursor and self.cursor.backwards)
        order = [_flipped(name) for name in self.ordering] if backwards else self.ordering
        rows = queryset.filter(_beyond(order, self.cursor.values)) if self.cursor else queryset
        found = list(rows.order_by(*order)[: size + 1])
        self.has_more, page = len(found) > size, found[:size]
        self.page = page[::-1] if backwards else page
        return self.page

    def _cursor(self, queryset: QuerySet) -> Cursor | None:
        text = self.request.query_params.get("cursor")
        if not text:
            return None
        try:
            cursor = Cursor.read(text)
            values = [_column(queryset, name).to_python(value) for name, value in zip(self.ordering, cursor.values, strict=True)]
        except (ValueError, TypeError, ValidationError, FieldDoesNotExist):
            raise Invalid(_("This cursor is not one of ours, or is for another ordering."), field="cursor") from None
        return Cursor(tuple(values), cursor.backwards)

    def get_paginated_response(self, data) -> Response:
        return Response({"next": self._link(backwards=False), "previous": self._link(backwards=True), "results": data})

    def _link(self, *, backwards: bool) -> str | None:
        came_backwards = bool(self.cursor and self.cursor.backwards)
        there_is_more = self.has_more if backwards == came_backwards else self.cursor is not None
        if not there_is_more or not self.page:
            return None
        row = self.page[0 if backwards else -1]
        cursor = Cursor(tuple(_value(row, name) for name in self.ordering), backwards)
        return replace_query_param(self.request.build_absolute_uri(), "cursor", str(cursor))

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        cursor = {
            "name": "cursor",
            "in": "query",
            "description": "From `next` or `previous` of another page.",
            "schema": {"type": "string"},
        }
        page_size = {"name": "page_size", "in": "query", "description": "Rows on a page.", "schema": size}
        return [cursor, page_size, *_ordering_parameter(view)]


def _ordering_parameter(view) -> list[dict]:
    if not view.ordering_fields:
        return []
    names = [sign + name for name in view.ordering_fields for sign in ("", "-")]
    schema = {"type": "string", "enum": names}
    return [{"name": "ordering", "in": "query", "description": "`-` turns the order round.", "schema": schema}]


def _ordering(request, view) -> tuple[str, ...]:
    name = request.query_params.get("ordering")
    if name is None:
        return view.ordering
    if name.removeprefix("-") not in view.ordering_fields:
        sentence = _("One can order by: %(names)s.") % {"names": ", ".join(view.ordering_fields)}
        raise exceptions.ValidationError({"ordering": [sentence]})
    return (name, *view.ordering)


def _page_size(request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_PAGE_SIZE):
        raise exceptions.ValidationError({"page_size": [_("Use a whole number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE}]})
    return int(text)


def _beyond(order: list[str], values: tuple) -> Q:
    """Rows after `values` in `order`: (a, b) > (1, 2) spelt as a >= 1 and (a > 1 or (a = 1 and b > 2)),
    whose first part lets an index on `a` be used."""
    (name, *more), (value, *others) = order, values
    column, comparison = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
    strictly = Q(**{f"{column}__{comparison}": value})
    if not more:
        return strictly
    return Q(**{f"{column}__{comparison}e": value}) & (strictly | (Q(**{column: value}) & _beyond(more, tuple(others))))


def _flipped(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _column(queryset: QuerySet, name: str):
    """By way of others, too: `contact__public_id`."""
    *way, last = name.removeprefix("-").split("__")
    model = queryset.model
    for step in way:
        model = model._meta.get_field(step).related_model
    field = model._meta.get_field(last)
    return field.target_field if field.is_relation else field


def _value(row, name: str):
    return reduce(getattr, name.removeprefix("-").split("__"), row)
