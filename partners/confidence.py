"""How sure one can be of a value. It is derived from how the value stands, its age, the way it came and its proof; nobody types it
in. What others say instead stands beside the value and does not count here (docs/decisions/0044-confidence-is-derived.md)."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from partners.models import Decided, Method


class Level(TextChoices):
    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")


@dataclass(frozen=True)
class Confidence:
    level: Level
    because: str  # in words, lazily translated

    def __str__(self) -> str:
        return f"{self.level.label}: {self.because}"


def standing_of(entry) -> str:
    """Of whatever knows whether it `is_verified` or `is_disputed`."""
    return "verified" if entry.is_verified else "disputed" if entry.is_disputed else "claim"


def confidence_in(standing: str, *, is_stale: bool, method: str, has_proof: bool) -> Confidence:
    """`standing` is “verified”, “disputed”, “withdrawn” or anything else for a claim."""
    if standing == "withdrawn":
        return Confidence(Level.LOW, _("it was withdrawn"))
    if standing == "disputed":
        return Confidence(Level.LOW, _("somebody says that it is not so"))
    if standing == "verified":
        if is_stale:
            return Confidence(Level.MEDIUM, _("it was verified, too long ago"))
        return Confidence(Level.HIGH, _("it is verified and fresh"))
    return _in_a_claim(is_stale, method, has_proof)


def _in_a_claim(is_stale: bool, method: str, has_proof: bool) -> Confidence:
    if is_stale:
        return Confidence(Level.LOW, _("it is a claim, and an old one"))
    if method == Method.OBSERVED:
        return Confidence(Level.MEDIUM, _("the portal saw it itself"))
    if method == Method.REVIEW:
        return Confidence(Level.MEDIUM, _("both sides agreed on it"))
    if has_proof:
        return Confidence(Level.MEDIUM, _("it is a claim with a proof"))
    return Confidence(Level.LOW, _("it is a claim without a proof"))


class Standing(Decided):
    """How a row stands that carries when it was decided about."""

    @property
    def standing(self) -> str:
        return standing_of(self)


class Judged:
    """For what has a `standing` and carries where it comes from: `is_stale`, `method`, `evidence` and `evidence_file`."""

    @property
    def confidence(self) -> Confidence:
        proof = bool(self.evidence or self.evidence_file)
        return confidence_in(self.standing, is_stale=self.is_stale, method=self.method, has_proof=proof)
