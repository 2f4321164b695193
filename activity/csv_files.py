"""CSV files for people with spreadsheets: streamed, and a cell never begins like a formula."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(filename: str, header: tuple[str, ...], rows: Iterable[tuple]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_written(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def safe_cell(value) -> str:
    """Spreadsheets run what begins like a formula; an apostrophe before it makes it text again."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Line:
    def write(self, text: str) -> str:
        return text


def _written(header: tuple[str, ...], rows: Iterable[tuple]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])
