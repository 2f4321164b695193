"""The one way an action says no: an error that carries a sentence for a person."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _


class Refused(Exception):  # noqa: N818 - reads as what happened: `except Refused`
    """An action was refused and nothing was changed. `str(error)` says what is wrong and what to do next.

    `status` is the HTTP status that an edge should answer with: 409 where the state forbids it,
    403 where the person may not, 422 where the content is at fault. `errors` are sentences by field, where there are several."""

    status = 409

    def __init__(self, sentence, *, code: str = "refused", field: str | None = None, errors: dict[str, list[str]] | None = None):
        super().__init__(str(sentence))
        self.code = code
        self.field = field
        self.errors = errors


class NotAllowed(Refused):
    status = 403


class Invalid(Refused):
    status = 422


@contextmanager
def in_row(rows: str, number: int) -> Iterator[None]:
    """Of many that come in together in the field `rows`, a refusal names the one it is about, counted from 1."""
    try:
        yield
    except Refused as refusal:
        sentence = _("Row %(number)d: %(sentence)s") % {"number": number, "sentence": refusal}
        field = ".".join(filter(None, (rows, str(number - 1), refusal.field)))
        raise type(refusal)(sentence, code=refusal.code, field=field) from None
