"""The kinds of rows of the ledger that a file may bring, and what a row says of each."""

from collections.abc import Callable
from typing import Any

from context.imports.agreements import AGREEMENTS, read_agreement
from context.imports.certificates import CERTIFICATES, read_certificate
from context.imports.figures import FIGURES, read_figure
from context.imports.ledger_rows import Kind, Said
from context.imports.mapping import AGREEMENT_FIELDS, CERTIFICATE_FIELDS, FIGURE_FIELDS, LEDGER_FIELDS, SITE_FIELDS
from context.imports.sites import SITES, read_site
from context.imports.vocabulary import Vocabulary

KINDS: tuple[Kind, ...] = (AGREEMENTS, FIGURES, CERTIFICATES, SITES)
_Reader = Callable[[dict[str, Any], Vocabulary], Said]
_READ: tuple[tuple[str, tuple[str, ...], _Reader], ...] = (
    ("agreement_", AGREEMENT_FIELDS, read_agreement),
    ("performance_", FIGURE_FIELDS, read_figure),
    ("certification_", CERTIFICATE_FIELDS, read_certificate),
    ("site_", SITE_FIELDS, read_site),
)
_FIELDS = frozenset(LEDGER_FIELDS)


def said_rows(values: dict[str, Any], constants: frozenset[str], vocabulary: Vocabulary) -> tuple[Said, ...]:
    """One for each kind that the row itself says something of; what the mapping says for every row is not enough."""
    if _FIELDS.isdisjoint(values):
        return ()
    return tuple(
        read({name.removeprefix(prefix): values[name] for name in fields if values.get(name)}, vocabulary)
        for prefix, fields, read in _READ
        if any(values.get(name) and name not in constants for name in fields)
    )
