"""A value as the pages show it, with where it comes from, how old it is and how it stands, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from partners.confidence import Confidence


@dataclass(frozen=True)
class Known:
    """`kind` and `public_id` name its entry in the ledger. `rivals` say something else; of such a one `beside` says in which
    way it does."""

    kind: str
    public_id: UUID
    value: str
    source: str
    observed_at: datetime
    detail: str = ""
    method: str = ""
    is_verified: bool = False
    is_disputed: bool = False
    is_stale: bool = False
    is_expired: bool = False
    beside: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    evidence: str = ""
    evidence_file: Any = None
    confidence: Confidence | None = None
    rivals: tuple["Known", ...] = ()

    @cached_property
    def age(self) -> str:
        return _("%(age)s old") % {"age": timesince(self.observed_at)}

    def provenance(self) -> Iterator[tuple[str, str]]:
        """(what is told, in words)."""
        yield _("Source"), f"{self.source}, {self.method}" if self.method else self.source
        dated = f"{self.age}, {_day(self.observed_at)}"
        yield _("Age"), f"{dated}; {_('it asks to be confirmed')}" if self.is_stale else dated
        yield _("Standing"), self._standing()
        if self.confidence:
            yield _("Confidence"), str(self.confidence)

    def _standing(self) -> str:
        if self.is_disputed:
            return _("disputed")
        if not self.is_verified:
            return _("a claim; nobody has verified it yet")
        if self.decided_by and self.decided_at:
            return _("verified by %(by)s on %(day)s") % {"by": self.decided_by, "day": _day(self.decided_at)}
        return _("verified")


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
